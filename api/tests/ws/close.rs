//! Every close code that a message or the clock brings about.

use crate::support::{Client, SOON, Server};
use api::ws::{CloseCode, Limits};
use futures_util::StreamExt;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::{
    io::AsyncReadExt,
    time::{sleep, timeout},
};
use tokio_tungstenite::tungstenite::{Message, protocol::CloseFrame};

#[tokio::test]
async fn silence_after_the_handshake_is_closed_by_4408() {
    let server =
        Server::start(Limits { init_timeout: Duration::from_millis(200), ..Limits::default() });
    let (mut client, opened) = (server.open().await, Instant::now());
    assert_eq!(client.closed().await, (4408, "Connection initialisation timeout".to_owned()));
    assert!(opened.elapsed() > Duration::from_millis(150), "{:?}", opened.elapsed());
}

#[tokio::test]
async fn an_operation_before_the_acknowledgement_is_closed_by_4401() {
    let server = Server::default();
    let mut client = server.open().await;
    client.subscribe("1", "{ hello }").await;
    assert_eq!(client.closed().await, (4401, "Unauthorized".to_owned()));
}

#[tokio::test]
async fn a_second_init_is_closed_by_4429() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.send(json!({ "type": "connection_init" })).await;
    assert_eq!(client.closed().await, (4429, "Too many initialisation requests".to_owned()));
}

#[tokio::test]
async fn what_is_no_message_is_closed_by_4400() {
    let server = Server::default();
    for text in ["", "{nope", "null", r#"{"type":"shout"}"#, r#"{"type":"subscribe","id":"1"}"#] {
        for mut client in [server.open().await, server.connect().await] {
            client.send_frame(Message::text(text)).await;
            assert_eq!(
                client.closed().await,
                (4400, "Invalid message received".to_owned()),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn a_message_with_more_values_than_it_can_need_is_closed_by_4400() {
    let server = Server::default();
    for (count, fits) in [(1000, true), (10_000, false)] {
        let mut client = server.connect().await;
        let payload =
            json!({ "query": "{ hello }", "variables": { "many": vec![json!({}); count] } });
        client.send(json!({ "type": "subscribe", "id": "q", "payload": payload })).await;
        match fits {
            true => assert_eq!(client.result("q").await["data"]["hello"], "hello ada"),
            false => assert_eq!(client.close_code().await, 4400),
        }
    }
}

#[tokio::test]
async fn an_id_in_use_is_closed_by_4409() {
    let server = Server::default();
    for second in ["{ hello }", "subscription { heard(room: \"r\") }"] {
        let mut client = server.connect().await;
        client.subscribe("d", "subscription { heard(room: \"r\") }").await;
        client.subscribe("d", second).await;
        assert_eq!(client.closed().await, (4409, "Subscriber for d already exists".to_owned()));
    }
}

#[tokio::test]
async fn an_expired_token_ends_its_connection_so_that_the_client_may_renew_it() {
    let server =
        Server::start(Limits { expiry_grace: Duration::from_millis(50), ..Limits::default() });
    let mut client = server.open().await;
    // Long enough for a busy machine to subscribe before it is over.
    client.init("millis:2000").await;
    client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    assert_eq!(client.closed().await, (4807, "Token expired".to_owned()));
    server.world.until(|| server.world.listeners() == 0).await;
}

#[tokio::test]
async fn expired_tokens_end_their_connections_within_the_sweep() {
    const SWEEP: Duration = Duration::from_millis(500);
    let grace = Duration::from_millis(50);
    let limits = Limits { expiry_grace: grace, max_connections_per_user: 0, ..Limits::default() };
    let server = Server::start(limits);
    let mut clients = Vec::new();
    for _ in 0..50 {
        let mut client = server.open().await;
        client.init("millis:1000").await;
        clients.push((Instant::now() + Duration::from_secs(1) + grace, client));
    }
    for (due, client) in &mut clients {
        assert_eq!(client.closed().await.0, 4807);
        let late = due.elapsed();
        assert!(late < SWEEP + Duration::from_secs(1), "closed {late:?} late");
    }
}

#[tokio::test]
async fn an_expired_token_starts_nothing_while_what_runs_goes_on_through_the_grace() {
    let server =
        Server::start(Limits { expiry_grace: Duration::from_mins(1), ..Limits::default() });
    let mut client = server.open().await;
    client.init("millis:500").await;
    client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    let expired = async {
        loop {
            client.subscribe("q", "{ hello }").await;
            let answer = client.next().await;
            match answer["type"].as_str() {
                Some("error") => return answer,
                _ => assert_eq!(client.next().await["type"], "complete"),
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let refusal = timeout(SOON, expired).await.expect("it goes on");
    assert_eq!(refusal["payload"][0]["extensions"]["code"], "UNAUTHENTICATED");
    client.subscribe("m", "mutation { say(room: \"r\", text: \"unsaid\") }").await;
    assert_eq!(client.failure("m").await["extensions"]["code"], "UNAUTHENTICATED");
    server.world.say("r", "still heard");
    assert_eq!(client.next().await["payload"]["data"]["heard"], "still heard");
}

#[tokio::test]
async fn a_client_that_answers_no_ping_is_closed_by_4802() {
    let server =
        Server::start(Limits { keep_alive: Duration::from_millis(100), ..Limits::default() });
    let mut client = server.connect().await;
    let mut frames = Vec::new();
    // Below the frames, so that nothing answers the ping.
    let reading = client.socket.get_mut().read_to_end(&mut frames);
    timeout(SOON, reading).await.expect("the server does not close").unwrap();
    assert_eq!(frames[..2], [0x89, 0], "a ping comes first");
    assert_eq!(frames[2], 0x88, "then a close");
    assert_eq!(u16::from_be_bytes([frames[4], frames[5]]), 4802);
}

#[tokio::test]
async fn a_client_that_answers_pings_stays() {
    let server =
        Server::start(Limits { keep_alive: Duration::from_millis(50), ..Limits::default() });
    let mut client = server.connect().await;
    for _ in 0..4 {
        let frame = timeout(SOON, client.socket.next()).await.expect("no ping came");
        assert!(matches!(frame, Some(Ok(Message::Ping(_)))), "{frame:?}");
    }
    client.ping().await;
    client.pong().await;
}

#[tokio::test]
async fn a_connection_does_not_live_for_ever() {
    let server =
        Server::start(Limits { max_lifetime: Duration::from_millis(100), ..Limits::default() });
    // Whether it is acknowledged within its life is the machine's affair.
    let mut client = server.open().await;
    assert_eq!(client.closed().await, (4803, "Connection lifetime reached".to_owned()));
}

#[tokio::test]
async fn a_clients_close_is_answered_with_its_code_and_ends_its_subscriptions() {
    let server = Server::default();
    let mut client: Client = server.connect().await;
    client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    assert_eq!(server.world.listeners(), 1);
    client
        .send_frame(Message::Close(Some(CloseFrame { code: 1000.into(), reason: "bye".into() })))
        .await;
    assert_eq!(client.close_code().await, 1000);
    server.connections(0).await;
    assert_eq!(server.world.listeners(), 0);
}

#[tokio::test]
async fn a_lost_connection_ends_its_subscriptions() {
    let server = Server::default();
    let mut client = server.connect().await;
    client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    drop(client);
    server.world.until(|| server.world.listeners() == 0).await;
    server.connections(0).await;
}

#[tokio::test]
async fn who_is_expelled_is_closed_alone_and_may_come_back() {
    let server = Server::default();
    let (mut eve, mut ada) = (server.open().await, server.connect().await);
    eve.init("eve").await;
    for client in [&mut eve, &mut ada] {
        client.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    }
    server.endpoint.expel(Some(&"eve".parse().unwrap()), CloseCode::RoleChanged);
    // What comes before they are closed is not meant.
    let mut again = server.open().await;
    again.init("eve").await;
    assert_eq!(eve.closed().await, (4806, "Role changed".to_owned()));
    again.subscribe_live("s", "subscription { heard(room: \"r\") }").await;
    ada.ping().await;
    ada.pong().await;

    server.endpoint.expel(None, CloseCode::Banned);
    for mut client in [again, ada] {
        assert_eq!(client.closed().await, (4805, "Banned".to_owned()));
    }
}
