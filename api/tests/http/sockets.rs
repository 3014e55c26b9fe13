//! The same rules over a socket as over requests: with the real verifier, the limits and the masks, on the real listener.

use crate::support::{PATIENCE, Server, TOKEN, logs, metrics, serve, serve_with};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::ClientRequestBuilder},
};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn open(server: &Server, origin: Option<&str>) -> Result<Socket, String> {
    let address = format!("ws://{}/graphql", server.address).parse().unwrap();
    let request = ClientRequestBuilder::new(address).with_sub_protocol("graphql-transport-ws");
    let request = match origin {
        Some(origin) => request.with_header("origin", origin),
        None => request,
    };
    let (socket, response) = connect_async(request).await.map_err(|error| error.to_string())?;
    assert_eq!(response.status(), 101);
    Ok(socket)
}

async fn init(server: &Server, token: &str) -> Socket {
    let mut socket = open(server, None).await.unwrap();
    send(&mut socket, &json!({ "type": "connection_init", "payload": { "Authorization": token } }))
        .await;
    socket
}

/// A connection that is acknowledged.
async fn signed_in(server: &Server) -> Socket {
    let mut socket = init(server, &TOKEN).await;
    let answer = receive(&mut socket).await;
    assert!(answer.to_text().unwrap().contains("connection_ack"), "{answer}");
    socket
}

async fn send(socket: &mut Socket, message: &Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

async fn receive(socket: &mut Socket) -> Message {
    time::timeout(PATIENCE, socket.next()).await.expect("a message").unwrap().unwrap()
}

/// The first answer to an operation.
async fn run(socket: &mut Socket, query: &str) -> Value {
    send(socket, &json!({ "type": "subscribe", "id": "1", "payload": { "query": query } })).await;
    loop {
        let message: Value =
            serde_json::from_str(receive(socket).await.to_text().unwrap()).unwrap();
        if ["next", "error"].contains(&message["type"].as_str().unwrap()) {
            return message;
        }
    }
}

async fn closed(socket: &mut Socket) -> u16 {
    loop {
        if let Message::Close(Some(frame)) = receive(socket).await {
            return frame.code.into();
        }
    }
}

#[tokio::test]
async fn a_listed_page_is_let_in_and_no_other() {
    let server = serve_with(|config| {
        config.allowed_origins = vec!["https://app.example.com".parse().unwrap()]
    })
    .await;
    assert!(open(&server, Some("https://app.example.com")).await.is_ok());
    assert!(open(&server, None).await.is_ok());
    for foreign in ["https://evil.example", "https://app.example.com.evil", "null", ""] {
        let refusal = open(&server, Some(foreign)).await.unwrap_err();
        assert!(refusal.contains("403"), "{foreign}: {refusal}");
    }
}

#[tokio::test]
async fn a_bad_token_is_closed_by_4403_and_shown_to_nobody() {
    let server = serve().await;
    let canary = "canary-51c7e0";
    let truncated = &TOKEN[..TOKEN.len() - 2];
    for token in [canary, &format!("Bearer {canary}.{canary}.{canary}"), truncated] {
        assert_eq!(closed(&mut init(&server, token).await).await, 4403);
    }
    let mut socket = signed_in(&server).await;
    run(&mut socket, &format!("{{ room(id: \"{canary}\") broken }}")).await;
    send(&mut socket, &json!({ "type": canary })).await;
    assert_eq!(closed(&mut socket).await, 4400);
    let logged = logs().text();
    assert!(logged.contains("token refused"), "the refusals were logged");
    for secret in [canary, truncated] {
        assert!(!logged.contains(secret) && !metrics().render().contains(secret));
    }
}

#[tokio::test]
async fn a_document_has_the_limits_that_it_has_in_a_request() {
    let server = serve().await;
    let mut socket = signed_in(&server).await;
    for query in [
        "viewer ".repeat(30_000),
        format!("{{ {} }}", "viewer { id } ".repeat(21)),
        format!("{{ node {{ leaf{} }} }}", "...F".repeat(10_000)),
        "{ node { leaf @a @b @c @d @e } }".to_owned(),
    ] {
        let error = run(&mut socket, &query).await;
        assert_eq!(error["type"], "error", "{query:.60}");
        let code = &error["payload"][0]["extensions"]["code"];
        assert_eq!(code, "QUERY_TOO_COMPLEX", "{query:.60}");
    }
    assert_eq!(server.probe.resolved(), 0);
    socket.send(Message::text("[]")).await.unwrap();
    assert_eq!(closed(&mut socket).await, 4400, "there are no batches");
}

#[tokio::test]
async fn what_goes_wrong_inside_stays_inside() {
    let server = serve_with(|config| config.production = true).await;
    let mut socket = signed_in(&server).await;
    let broken = run(&mut socket, "{ broken }").await.to_string();
    assert!(broken.contains("INTERNAL") && !broken.contains("arn:aws"), "{broken}");
    for query in ["{ __schema { types { name } } }", "{ viewr { id } }"] {
        let error = run(&mut socket, query).await;
        assert_eq!(error["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{error}");
        assert!(!error.to_string().contains("Did you mean"), "{error}");
    }
}
