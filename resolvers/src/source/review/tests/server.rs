//! A hook of the test's own, byte by byte.

use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    time::timeout,
};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// Says the same to everybody, and hands out what it was asked.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) asked: mpsc::Receiver<String>,
}

/// What a server does when it has said what it says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    HangsUp,
    WaitsForTheOther,
}

impl Server {
    pub(super) async fn saying(said: &str) -> Self {
        Self::start(said.to_owned(), Then::HangsUp).await
    }

    /// Says this and then nothing more.
    pub(super) async fn stopping_after(said: &str) -> Self {
        Self::start(said.to_owned(), Then::WaitsForTheOther).await
    }

    /// An address at which nobody listens.
    pub(super) async fn absent() -> Self {
        let (_, asked) = mpsc::channel(1);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self { url: url(&listener), asked }
    }

    pub(super) async fn asked(&mut self) -> String {
        timeout(PATIENCE, self.asked.recv()).await.expect("it is asked in time").unwrap()
    }

    async fn start(said: String, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (sender, asked) = mpsc::channel(100);
        let url = url(&listener);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let (sender, said) = (sender.clone(), said.clone());
                tokio::spawn(async move {
                    let _ = sender.send(request(&mut socket).await).await;
                    let _ = socket.write_all(said.as_bytes()).await;
                    if then == Then::WaitsForTheOther {
                        let _ = socket.read(&mut [0]).await;
                    }
                });
            }
        });
        Self { url, asked }
    }
}

/// An answer after which the connection ends.
pub(super) fn answer(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn url(listener: &TcpListener) -> String {
    format!("http://{}/review?key=s3cret", listener.local_addr().unwrap())
}

/// Reads a request to the end of its body.
async fn request(socket: &mut TcpStream) -> String {
    let mut read = String::new();
    let mut buffer = [0; 4096];
    loop {
        let count = socket.read(&mut buffer).await.unwrap_or_default();
        read += std::str::from_utf8(&buffer[..count]).unwrap();
        let length = read.lines().find_map(|line| line.strip_prefix("content-length: "));
        let body = read.split_once("\r\n\r\n").map(|(_, body)| body.len());
        let is_whole = body >= length.map(|length| length.parse().unwrap()) && body.is_some();
        if count == 0 || is_whole {
            return read;
        }
    }
}
