//! What is compressed once for all is what the others get, byte by byte.

use super::{
    PATIENCE,
    client::{Client, FOLLOW},
    fan_out::{node, shake_hands},
};
use flate2::{Decompress, FlushDecompress};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// A client below the level of messages.
struct RawClient {
    stream: TcpStream,
    /// Bytes that came on the wire.
    received: usize,
}

impl RawClient {
    async fn say(&mut self, message: Value) {
        let text = message.to_string();
        let len = u16::try_from(text.len()).unwrap().to_be_bytes();
        // A mask of zeros changes nothing.
        let head = [&[0x81, 0x80 | 126][..], &len, &[0; 4]].concat();
        self.stream.write_all(&[&head, text.as_bytes()].concat()).await.unwrap();
    }

    /// The next text message, and whether it was compressed.
    async fn hear(&mut self) -> (String, bool) {
        timeout(PATIENCE, self.read()).await.expect("something to hear").unwrap()
    }

    async fn read(&mut self) -> std::io::Result<(String, bool)> {
        let (first, second) = (self.stream.read_u8().await?, self.stream.read_u8().await?);
        let len = match second {
            126 => usize::from(self.stream.read_u16().await?),
            len => usize::from(len),
        };
        let mut payload = vec![0; len];
        self.stream.read_exact(&mut payload).await?;
        self.received += 2 + len;
        let text = match first {
            0x81 => payload,
            0xc1 => inflated(&payload),
            other => panic!("{other:x}"),
        };
        Ok((String::from_utf8(text).unwrap(), first == 0xc1))
    }

    async fn follow(&mut self, client: &Client, id: &str) {
        let token = json!({ "Authorization": client.token });
        // Some are as short as that; all lengths of this client take two bytes.
        self.say(json!({ "type": "connection_init", "payload": token })).await;
        assert_eq!(self.hear().await.0, r#"{"type":"connection_ack"}"#);
        let payload = json!({ "query": FOLLOW, "variables": { "r": "hall" } });
        self.say(json!({ "type": "subscribe", "id": id, "payload": payload })).await;
        self.say(json!({ "type": "ping", "payload": { "why": "x".repeat(126) } })).await;
        while !self.hear().await.0.contains("pong") {}
    }
}

fn inflated(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(1 << 16);
    let whole = [payload, &[0, 0, 0xff, 0xff]].concat();
    let mut inflate = Decompress::new(false);
    inflate.decompress_vec(&whole, &mut out, FlushDecompress::Sync).unwrap();
    assert_eq!(inflate.total_in(), whole.len() as u64);
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_with_and_without_compression_get_the_same() {
    let (data, node) = node(&["--deflate"]).await;
    let host = Client::new(node.address, data.token("hedy", &["plenary-hosts"]).await);
    host.create_room("hall").await;
    let offer = "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n";
    let mut deflated = RawClient { stream: shake_hands(&node, offer).await, received: 0 };
    let mut plain = RawClient { stream: shake_hands(&node, "").await, received: 0 };
    deflated.follow(&host, "a").await;
    plain.follow(&host, "a").await;
    (deflated.received, plain.received) = (0, 0);
    for content in ["hello".to_owned(), "ä\u{1f44f}\"".repeat(100), "talk".repeat(100)] {
        host.send("hall", &content).await;
        let ((one, is_compressed), (other, is_plain)) = (deflated.hear().await, plain.hear().await);
        assert!(is_compressed && !is_plain);
        assert_eq!(one, other);
        let message: Value = serde_json::from_str(&one).unwrap();
        assert_eq!(
            message["payload"]["data"]["roomEvents"]["events"][0]["message"]["content"],
            content
        );
    }
    assert!(deflated.received * 2 < plain.received, "{} {}", deflated.received, plain.received);
}
