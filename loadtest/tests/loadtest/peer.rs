//! A small server with a subscription of the same shape, and with a fault if one is wanted.

use futures_util::{SinkExt, StreamExt, stream::SplitSink};
use rcgen::CertifiedKey;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, pki_types::PrivatePkcs8KeyDer},
};
use tokio_tungstenite::{
    WebSocketStream, accept_hdr_async,
    tungstenite::{
        Message,
        handshake::server::{ErrorResponse, Request, Response},
        http::HeaderValue,
    },
};

/// What is wrong with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Nothing,
    /// One subscriber does not get one message.
    Loses,
    /// One subscriber gets one message twice.
    Repeats,
    /// One subscriber gets two messages in the wrong order.
    Swaps,
    /// Some messages are refused.
    Refuses,
    /// One subscriber's connection is closed.
    Closes,
}

/// The position at which the fault shows.
const FAULTY: u64 = 3;

type Outgoing = mpsc::Sender<Message>;

struct Server {
    fault: Fault,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    seq: u64,
    subscribers: Vec<(String, Outgoing)>,
    /// What comes behind the next message.
    held: Option<Message>,
}

/// Starts a server, which ends with the test, and returns its URL.
pub(crate) async fn start(fault: Fault) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Arc::new(Server { fault, log: Mutex::default() });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, Arc::clone(&server)));
        }
    });
    format!("ws://{address}/graphql")
}

/// Puts TLS before a server; returns its URL, and the certificate that is to be trusted.
pub(crate) async fn encrypt(url: &str) -> (String, String) {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der()).into();
    let config = ServerConfig::builder().with_no_client_auth();
    let config = config.with_single_cert(vec![cert.der().clone()], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let plain = url.trim_start_matches("ws://").trim_end_matches("/graphql").to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, plain) = (acceptor.clone(), plain.clone());
            tokio::spawn(async move {
                // Whoever does not trust the certificate is gone.
                let Ok(mut stream) = acceptor.accept(stream).await else { return };
                let mut server = TcpStream::connect(plain).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut server).await;
            });
        }
    });
    (format!("wss://{address}/graphql"), cert.pem())
}

async fn serve(stream: TcpStream, server: Arc<Server>) {
    let socket = accept_hdr_async(stream, agree).await.unwrap();
    let (sink, mut incoming) = socket.split();
    let (outgoing, frames) = mpsc::channel(1000);
    tokio::spawn(write(sink, frames));
    while let Some(Ok(Message::Text(text))) = incoming.next().await {
        let message: Value = serde_json::from_str(&text).unwrap();
        for answer in server.answers(&message, &outgoing) {
            outgoing.send(Message::text(answer.to_string())).await.unwrap();
        }
    }
}

#[expect(clippy::result_large_err, reason = "the library asks for this type")]
fn agree(_: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let subprotocol = HeaderValue::from_static("graphql-transport-ws");
    response.headers_mut().insert("sec-websocket-protocol", subprotocol);
    Ok(response)
}

async fn write(
    mut sink: SplitSink<WebSocketStream<TcpStream>, Message>,
    mut frames: mpsc::Receiver<Message>,
) {
    while let Some(frame) = frames.recv().await {
        if sink.send(frame).await.is_err() {
            return;
        }
    }
}

impl Server {
    fn answers(&self, message: &Value, outgoing: &Outgoing) -> Vec<Value> {
        let id = &message["id"];
        let query = message["payload"]["query"].as_str().unwrap_or_default();
        let next = |data: Value| json!({ "id": id, "type": "next", "payload": { "data": data } });
        let complete = json!({ "id": id, "type": "complete" });
        match message["type"].as_str().unwrap() {
            "connection_init" => vec![json!({ "type": "connection_ack" })],
            "ping" => vec![json!({ "type": "pong" })],
            "subscribe" if query.starts_with("subscription") => {
                let id = id.as_str().unwrap().to_owned();
                self.log.lock().unwrap().subscribers.push((id, outgoing.clone()));
                vec![]
            }
            "subscribe" if query.contains("createRoom") => vec![next(json!({})), complete],
            "subscribe" => match self
                .publish(message["payload"]["variables"]["content"].as_str().unwrap())
            {
                Some(seq) => vec![next(json!({ "sendMessage": { "seq": seq } })), complete],
                None => {
                    let error = json!([{ "message": "no", "extensions": { "code": "ROOM_BUSY" } }]);
                    vec![json!({ "id": id, "type": "error", "payload": error })]
                }
            },
            _ => vec![],
        }
    }

    /// The new message's position.
    fn publish(&self, content: &str) -> Option<u64> {
        let mut log = self.log.lock().unwrap();
        log.seq += 1;
        let seq = log.seq;
        let is_faulty = seq == FAULTY;
        if is_faulty && self.fault == Fault::Refuses {
            return None;
        }
        let Log { subscribers, held, .. } = &mut *log;
        for (number, (id, outgoing)) in subscribers.iter().enumerate() {
            let event = json!({ "seq": seq, "content": content });
            let frame = json!({ "id": id, "type": "next", "payload": { "data": { "messageSent": event } } });
            let frame = Message::text(frame.to_string());
            let is_chosen = is_faulty && number == 1;
            let frames = match self.fault {
                Fault::Loses if is_chosen => vec![],
                Fault::Repeats if is_chosen => vec![frame.clone(), frame],
                Fault::Closes if is_chosen => vec![Message::Close(None)],
                Fault::Swaps if is_chosen => {
                    *held = Some(frame);
                    vec![]
                }
                _ if number == 1 => [Some(frame), held.take()].into_iter().flatten().collect(),
                _ => vec![frame],
            };
            for frame in frames {
                outgoing.try_send(frame).unwrap();
            }
        }
        Some(seq)
    }
}
