//! A WebSocket server that sends back what it gets: what the Autobahn suite puts to the test (`make autobahn`).
//!
//! `websocket_echo PORT` listens on that port of the loopback, or with 0 on any, and says which.

use api::ws::{
    CloseCode,
    frame::{Deflate, FrameReader, Received, Violation, close, compress, header, pong},
};
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderValue, Request, Response, StatusCode,
        header::{
            CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_EXTENSIONS, SEC_WEBSOCKET_KEY, UPGRADE,
        },
    },
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn, upgrade::Upgraded};
use hyper_util::rt::TokioIo;
use std::{convert::Infallible, error::Error, io, net::Ipv4Addr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::tungstenite::{
    handshake::derive_accept_key,
    protocol::{
        CloseFrame,
        frame::coding::{Data, OpCode},
    },
};

/// The largest messages of the suite.
const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

const READ_BYTES: usize = 64 * 1024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).ok_or("which port?")?.parse()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(serve(stream));
    }
}

async fn serve(stream: TcpStream) {
    let service = service_fn(async |request| Ok::<_, Infallible>(handshake(request)));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.with_upgrades().await {
        eprintln!("{error}");
    }
}

fn handshake(mut request: Request<Incoming>) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    let Some(key) = request.headers().get(SEC_WEBSOCKET_KEY) else {
        *response.status_mut() = StatusCode::BAD_REQUEST;
        return response;
    };
    let accept = HeaderValue::from_str(&derive_accept_key(key.as_bytes()));
    let offers = request.headers().get_all(SEC_WEBSOCKET_EXTENSIONS);
    let deflate = Deflate::negotiate(offers.iter().filter_map(|offer| offer.to_str().ok()));
    let is_compressed = deflate.is_some();
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    *response.headers_mut() = HeaderMap::from_iter([
        (CONNECTION, HeaderValue::from_static("upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_ACCEPT, accept.expect("base64 is a header value")),
    ]);
    let deflate = deflate.map(|deflate| HeaderValue::from_static(deflate.answer()));
    response.headers_mut().extend(deflate.map(|deflate| (SEC_WEBSOCKET_EXTENSIONS, deflate)));
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            // The suite breaks connections on purpose.
            let _ = echo(TokioIo::new(upgraded), is_compressed).await;
        }
    });
    response
}

async fn echo(mut socket: TokioIo<Upgraded>, is_compressed: bool) -> io::Result<()> {
    let mut reader = FrameReader::new(MAX_MESSAGE_BYTES, is_compressed);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let mut bytes = match socket.read(&mut buffer).await? {
            0 => return Ok(()),
            len => &buffer[..len],
        };
        loop {
            match reader.read(&mut bytes) {
                Ok(None) => break,
                Ok(Some(Received::Close(frame))) => return farewell(socket, frame).await,
                Ok(Some(received)) => socket.write_all(&answer(received, is_compressed)).await?,
                Err(violation) => return farewell(socket, Some(reason(violation))).await,
            }
        }
    }
}

fn answer(received: Received, is_compressed: bool) -> Vec<u8> {
    match received {
        Received::Text(text) => message(Data::Text, text.as_bytes(), is_compressed),
        Received::Binary(bytes) => message(Data::Binary, &bytes, is_compressed),
        Received::Ping(payload) => pong(&payload).into(),
        Received::Pong | Received::Fragment | Received::Close(_) => Vec::new(),
    }
}

fn message(kind: Data, payload: &[u8], is_compressed: bool) -> Vec<u8> {
    let opcode = OpCode::Data(kind);
    match is_compressed {
        true => {
            let compressed = compress(payload);
            [&header(opcode, true, compressed.len())[..], &compressed].concat()
        }
        false => [&header(opcode, false, payload.len())[..], payload].concat(),
    }
}

fn reason(violation: Violation) -> CloseFrame {
    let code = CloseCode::from(violation);
    CloseFrame { code: code.number().into(), reason: code.reason().into() }
}

/// Closes, and reads what is still on its way: unread input would reset the connection before the close has arrived.
async fn farewell(mut socket: TokioIo<Upgraded>, frame: Option<CloseFrame>) -> io::Result<()> {
    socket.write_all(&close(frame.as_ref())).await?;
    socket.shutdown().await?;
    tokio::io::copy(&mut socket, &mut tokio::io::sink()).await?;
    Ok(())
}
