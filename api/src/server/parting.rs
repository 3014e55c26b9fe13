//! The last words with a connection that is refused.
//!
//! What is refused is answered without HTTP's machinery. One question is answered all the same: how the node is. A load balancer asks it
//! over a connection of its own, and a node that did not answer because it is full would be taken for a broken one, and ended with
//! everybody on it.

use crate::{app::App, health, retry_after};
use axum::http::StatusCode;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// How long a connection that is refused may take to say what it wants, and again to hang up.
const PATIENCE: Duration = Duration::from_secs(1);

/// Room for the first line of a question about the node's health. Longer ones ask for something else.
const FIRST_LINE: usize = 64;

/// Answers, then closes in order, so that the answer is not lost to a reset.
pub(super) async fn take_leave(mut stream: TcpStream, app: &App) {
    let answer = match timeout(PATIENCE, asked(&mut stream)).await {
        Ok(Some(path)) => health::answer(app, &path).map_or_else(refusal, of_health),
        Ok(None) | Err(_) => refusal(),
    };
    // A fresh socket has room for the answer; a peer that is gone already needs none.
    if stream.write_all(answer.as_bytes()).await.is_ok() {
        let _ = timeout(PATIENCE, hang_up(stream)).await;
    }
}

/// The whole answer to a connection that is one too many.
pub(super) fn refusal() -> String {
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: {}\r\n\
         x-content-type-options: nosniff\r\ncontent-length: 0\r\n\r\n",
        retry_after::seconds()
    )
}

fn of_health((status, text): (StatusCode, &'static str)) -> String {
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: text/plain; charset=utf-8\r\n\
         cache-control: no-store\r\nx-content-type-options: nosniff\r\ncontent-length: {}\r\n\r\n{text}",
        text.len()
    )
}

/// The path that is asked for, if the first line is short.
async fn asked(stream: &mut TcpStream) -> Option<String> {
    let (mut bytes, mut length) = ([0; FIRST_LINE], 0);
    while length < FIRST_LINE && !bytes[..length].contains(&b'\n') {
        match stream.read(&mut bytes[length..]).await.ok()? {
            0 => return None,
            read => length += read,
        }
    }
    let line = std::str::from_utf8(&bytes[..length]).ok()?.lines().next()?;
    let path = line.strip_prefix("GET ")?.split([' ', '?']).next()?;
    Some(path.to_owned())
}

/// Closes our half and reads what the peer had already sent, which would otherwise turn the close into a reset.
async fn hang_up(mut stream: TcpStream) -> std::io::Result<()> {
    stream.shutdown().await?;
    let mut unread = [0; 1024];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}
