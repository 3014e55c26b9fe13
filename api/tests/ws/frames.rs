//! Bytes that a browser would never send.

use crate::support::{Client, Server};
use api::ws::{Limits, Rate, frame};
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::tungstenite::{
    Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

#[tokio::test]
async fn an_unmasked_frame_is_closed_by_1002() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.send_raw(b"\x81\x02{}").await;
    assert_eq!(client.close_code().await, 1002);
}

#[tokio::test]
async fn reserved_bits_and_stray_continuations_are_closed_by_1002() {
    let server = Server::default();
    for head in [0xC1, 0x80, 0x83, 0x8F] {
        let mut client = server.connect().await;
        client.send_raw(&[head, 0x80, 0, 0, 0, 0]).await;
        assert_eq!(client.close_code().await, 1002, "{head:#x}");
    }
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_closed_by_1007() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.send_raw(&[0x81, 0x82, 0, 0, 0, 0, 0xC3, 0x28]).await;
    assert_eq!(client.close_code().await, 1007);
}

#[tokio::test]
async fn a_frame_that_only_announces_too_much_is_closed_by_1009() {
    let server = Server::default();
    for announced in [256 * 1024 + 1, u64::MAX >> 1] {
        let mut client = server.connect().await;
        client.send_raw(&[&[0x81, 0xFF][..], &announced.to_be_bytes(), &[0; 4]].concat()).await;
        assert_eq!(client.close_code().await, 1009, "{announced}");
    }
}

#[tokio::test]
async fn the_largest_message_is_read_and_one_byte_more_is_closed_by_1009() {
    let server = Server::start(Limits { max_message_bytes: 1000, ..Limits::default() });
    let mut client = server.connect().await;
    let message = |bytes: usize| {
        let empty = json!({ "type": "ping", "payload": { "p": "" } }).to_string().len();
        json!({ "type": "ping", "payload": { "p": "x".repeat(bytes - empty) } })
    };
    client.send(message(1000)).await;
    assert_eq!(client.next().await["type"], "pong");
    client.send(message(1001)).await;
    assert_eq!(client.closed().await, (1009, "Message too big".to_owned()));
}

#[tokio::test]
async fn fragments_are_put_together_but_not_beyond_the_limit() {
    let messages = Rate { per_second: 100, burst: 5000 };
    let server = Server::start(Limits { max_message_bytes: 1000, messages, ..Limits::default() });
    let mut client = server.connect().await;
    let fragments = |text: &str| {
        let last = text.len() - 1;
        let code =
            |at| if at == 0 { OpCode::Data(Data::Text) } else { OpCode::Data(Data::Continue) };
        let frame = |(at, byte)| Message::Frame(Frame::message(vec![byte], code(at), at == last));
        text.bytes().enumerate().map(frame).collect::<Vec<_>>()
    };
    for frame in fragments(r#"{"type":"ping"}"#) {
        client.send_frame(frame).await;
    }
    client.pong().await;
    // Without its last fragment, so that only the sum can be what is too big.
    let endless = fragments(&"x".repeat(1002));
    for frame in endless.into_iter().take(1001) {
        client.send_frame(frame).await;
    }
    assert_eq!(client.close_code().await, 1009);
}

#[tokio::test]
async fn frames_that_complete_nothing_count_as_messages_do() {
    let messages = Rate { per_second: 1, burst: 50 };
    let server = Server::start(Limits { messages, ..Limits::default() });
    let (begin, continued, ping) = ([1, 0x80], [0, 0x80], [0x89, 0x80]);
    for (first, then) in [(begin, continued), (ping, ping)] {
        let mut client = server.connect().await;
        let frames = [first].into_iter().chain([then; 60]);
        let frames: Vec<u8> = frames.flat_map(|head| [head[0], head[1], 0, 0, 0, 0]).collect();
        client.send_raw(&frames).await;
        assert_eq!(client.closed().await, (4801, "Too many messages".to_owned()));
    }
}

#[tokio::test]
async fn a_binary_frame_is_read_as_text() {
    let server = Server::default();
    let mut client = server.open().await;
    let init =
        json!({ "type": "connection_init", "payload": { "Authorization": "ada" } }).to_string();
    client.send_frame(Message::binary(init.into_bytes())).await;
    assert_eq!(client.next().await, json!({ "type": "connection_ack" }));
    client.send_frame(Message::binary(vec![0xC3, 0x28])).await;
    assert_eq!(client.close_code().await, 4400);
}

#[tokio::test]
async fn a_websocket_ping_is_answered() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.send_frame(Message::Ping(vec![7].into())).await;
    let frame = futures_util::StreamExt::next(&mut client.socket).await;
    assert!(
        matches!(frame, Some(Ok(Message::Pong(ref payload))) if payload[..] == [7]),
        "{frame:?}"
    );
}

#[tokio::test]
async fn noise_ends_its_connection_and_no_other() {
    let server = Server::default();
    let mut other = server.connect().await;
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..100 {
        let mut client = server.connect().await;
        let mut noise = vec![0; random.usize(1..2000)];
        random.fill(&mut noise);
        // It may be refused before it is written whole.
        let _ = tokio::io::AsyncWriteExt::write_all(client.socket.get_mut(), &noise).await;
    }
    other.ping().await;
    other.pong().await;
    server.connections(1).await;
}

/// A kilobyte inflates to a megabyte, and what is answered to that has to wait somewhere.
#[tokio::test]
async fn few_bytes_that_inflate_to_much_are_read_no_faster_than_they_are_answered() {
    let (messages, patience) = (Rate { per_second: 1, burst: 100 }, Duration::from_millis(100));
    let limits = Limits { deflate: true, messages, ..Limits::default() };
    let limits = Limits { slow_consumer_patience: patience, ..limits };
    let server = Server::start(Limits { close_timeout: Duration::from_secs(8), ..limits });
    let mut client = Client::open(
        server.address,
        "sec-websocket-protocol: graphql-transport-ws\r\nsec-websocket-extensions: permessage-deflate\r\n",
    )
    .await;
    client.init("ada").await;
    client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    let ping = json!({ "type": "ping", "payload": { "p": "x".repeat(200_000) } }).to_string();
    let ping = frame::compress(ping.as_bytes());
    let len = u16::try_from(ping.len()).unwrap().to_be_bytes();
    let ping = [&[0xc1, 0x80 | 126], &len[..], &[0; 4], &ping].concat();
    assert!(ping.len() * 40 < 16 * 1024, "they come in one read");
    client.send_raw(&ping.repeat(40)).await;
    // If all were read before the first is sent, they would be too many.
    server.world.until(|| server.world.listeners() == 0).await;
    assert_eq!(client.close_code().await, 4800);
}
