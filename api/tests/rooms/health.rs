//! What orchestrators ask a node, by the command of its image and by HTTP.

use super::{
    PATIENCE,
    cluster::{DataDir, Node, free_port, plenary},
};
use api::auth::development::DevelopmentIssuer;
use axum::{Router, http::StatusCode, routing::get};
use std::process::Stdio;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

/// What `plenary healthcheck` ends with, and says.
async fn healthcheck(arguments: &[&str], environment: &[(&str, String)]) -> (i32, String) {
    let mut command = plenary(&["healthcheck"]);
    command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
    let output = timeout(PATIENCE, command.stdout(Stdio::piped()).stderr(Stdio::piped()).output());
    let output = output.await.expect("it ends").unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn the_command_ends_well_when_the_node_is_and_else_says_why_in_a_line() {
    let data = DataDir::new();
    let node = Node::start(&data, &["--memory", "--max-connections", "1"]).await;
    let listen = [("LISTEN", format!("0.0.0.0:{}", node.address.port()))];
    assert_eq!(healthcheck(&[], &listen).await, (0, String::new()));

    // Full, it is as well as before.
    let mut open = TcpStream::connect(node.address).await.unwrap();
    open.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    assert!(open.read(&mut [0; 512]).await.unwrap() > 0);
    assert_eq!(healthcheck(&[], &listen).await, (0, String::new()));
    let url = |path: &str| format!("http://{}{path}", node.address);
    assert_eq!(healthcheck(&["--url", &url("/startedz")], &[]).await.0, 0);
    let (code, said) = healthcheck(&["--url", &url("/readyz")], &[]).await;
    let expected = "answered 503 Service Unavailable as many connections as there may be\n";
    assert!(code == 1 && said.ends_with(expected) && said.lines().count() == 1, "{said}");

    let nobody = [("LISTEN", format!("127.0.0.1:{}", free_port()))];
    let (code, said) = healthcheck(&[], &nobody).await;
    assert!(code == 1 && said.contains("onnect") && said.lines().count() == 1, "{said}");
    let (code, said) = healthcheck(&["--url", "nowhere"], &[]).await;
    assert!(code == 2 && said.contains("--url"), "{said}");
}

#[tokio::test]
async fn a_node_has_started_when_it_has_keys_to_check_tokens_with() {
    let (there, keys) = (watch::Sender::new(false), DevelopmentIssuer::generate().unwrap());
    let document = serde_json::to_string(keys.jwks()).unwrap();
    let has_keys = there.subscribe();
    let router = Router::new().route(
        "/keys",
        get(async move || match *has_keys.borrow() {
            true => (StatusCode::OK, document),
            false => (StatusCode::SERVICE_UNAVAILABLE, String::new()),
        }),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let data = DataDir::new();
    let issuers = format!("eu-west-1_A clients=web jwks={issuer}/keys");
    let node = Node::start(&data, &["--memory", "--jwt-issuers", &issuers]).await;
    let status = async |path: &str| {
        reqwest::get(format!("http://{}{path}", node.address)).await.unwrap().status().as_u16()
    };
    for (path, expected) in [("/healthz", 200), ("/startedz", 503), ("/readyz", 503)] {
        assert_eq!(status(path).await, expected, "{path}");
    }
    there.send_replace(true);
    let started = async { while status("/startedz").await != 200 {} };
    timeout(PATIENCE, started).await.expect("it starts");
    assert_eq!(status("/readyz").await, 200);
}
