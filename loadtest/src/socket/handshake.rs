//! The client's side of the WebSocket handshake. Nothing is kept of it, and what was read behind it is not lost.

use super::{Lost, Stream};
use crate::protocol::{Credential, Protocol};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::{
    client::IntoClientRequest,
    handshake::{
        client::{Response, generate_request},
        derive_accept_key,
        machine::TryParse,
    },
    http::{
        HeaderValue, StatusCode,
        header::{SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL},
    },
};

/// No server needs more to agree.
const LONGEST: usize = 16 << 10;
const READ: usize = 1024;

/// Agrees on a WebSocket; returns what the server said behind its agreement.
pub(super) async fn shake(
    stream: &mut Stream,
    url: &str,
    protocol: Protocol,
    credential: Credential<'_>,
) -> Result<Vec<u8>, Lost> {
    let mut request = url.into_client_request()?;
    let offer = HeaderValue::from_str(&protocol.offer(credential))
        .map_err(|_| Lost::Failed("no header can hold this token".to_owned()))?;
    request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, offer);
    let (request, key) = generate_request(request)?;
    stream.write_all(&request).await?;
    stream.flush().await?;

    let mut answer = Vec::with_capacity(READ);
    loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(Lost::Failed("closed during the handshake".to_owned()));
        }
        if let Some((length, response)) = Response::try_parse(&answer)? {
            check(&response, &key, protocol.subprotocol())?;
            return Ok(answer.split_off(length));
        }
        if answer.len() > LONGEST {
            return Err(Lost::Failed("an endless handshake".to_owned()));
        }
    }
}

fn check(response: &Response, key: &str, subprotocol: &str) -> Result<(), Lost> {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return Err(Lost::Failed(format!("HTTP {}", response.status().as_u16())));
    }
    let header = |name| response.headers().get(name).map(HeaderValue::as_bytes);
    if header(SEC_WEBSOCKET_ACCEPT) != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
        return Err(Lost::Failed("the handshake was not understood".to_owned()));
    }
    if header(SEC_WEBSOCKET_PROTOCOL) != Some(subprotocol.as_bytes()) {
        return Err(Lost::Failed(format!("{subprotocol} is not spoken")));
    }
    Ok(())
}
