//! A process that may have few files open.

use super::{
    PATIENCE,
    cluster::{DataDir, Node, PLENARY},
};
use std::process::Stdio;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Command,
    time::timeout,
};

/// So many files may be open at most, and fewer before the node raises its limit.
const HARD: usize = 200;
const SOFT: usize = 80;

/// Opens a connection and asks for something that a client wants.
async fn ask(node: &Node) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    stream.write_all(b"GET /config.json HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = vec![0; 2048];
    let read = timeout(PATIENCE, stream.read(&mut answer)).await.expect("an answer").unwrap();
    (stream, String::from_utf8_lossy(&answer[..read]).into_owned())
}

#[tokio::test]
async fn the_limit_is_raised_and_connections_beyond_it_are_refused_instead_of_failing() {
    let mut command = Command::new("bash");
    let limited = format!("ulimit -Sn {SOFT} && ulimit -Hn {HARD} && exec \"$@\"");
    command.args(["-c", &limited, "bash", PLENARY]).env_clear().env("LOG", "info");
    command.stderr(Stdio::piped()).kill_on_drop(true);
    let (data, most) = (DataDir::new(), HARD / 2);
    // Idle connections stay as long as the test runs.
    let patient = ["--memory", "--header-timeout", "1h", "--max-connections", "5000"];
    let mut node = Node::start_by(command, &data, &patient).await;
    let status = node.status().await;
    assert_eq!(status["openFiles"]["limit"], HARD);
    assert_eq!(status["connections"]["max"], most);

    let mut open = Vec::new();
    for number in 0..most {
        let (stream, answer) = ask(&node).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{number}: {answer}");
        open.push(stream);
    }
    assert!(most > SOFT);
    assert_eq!(node.status().await["connections"]["open"], most);
    let (_, answer) = ask(&node).await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");

    drop(open);
    let mut stderr = node.child.stderr.take().unwrap();
    assert!(node.terminate().await.success());
    let mut log = String::new();
    stderr.read_to_string(&mut log).await.unwrap();
    let warning =
        log.lines().find(|line| line.contains("WARN") && line.contains("MAX_CONNECTIONS"));
    let warning = warning.unwrap_or_else(|| panic!("{log}"));
    assert!(warning.contains("5000") && warning.contains(&most.to_string()), "{warning}");
    let info = log.lines().find(|line| line.contains("limit of open files is the hard one"));
    let info = info.unwrap_or_else(|| panic!("{log}"));
    assert!(info.contains(&SOFT.to_string()) && info.contains(&HARD.to_string()), "{info}");
}
