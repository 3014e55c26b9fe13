//! From the handshake to the acknowledgement.

use super::HEARD;
use crate::support::{
    Client, HANDSHAKE, Server,
    appsync::{Form, header},
    request,
};
use api::ws::Limits;
use futures_util::StreamExt;
use serde_json::json;
use std::time::Duration;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::Role},
};

/// Trap 8: exactly `graphql-ws`, never the subprotocol that holds the credential.
#[tokio::test]
async fn the_answer_names_graphql_ws_and_reflects_no_credential() {
    let server = Server::default();
    for path in ["/graphql/realtime", "/graphql//realtime", "/realtime", "/graphql"] {
        for form in [Form::Subprotocol, Form::Query] {
            let mut client = server.realtime(path, &header("ada"), form).await;
            let named = client.head.contains("sec-websocket-protocol: graphql-ws\r\n");
            assert!(named && !client.head.contains("header-"), "{}", client.head);
            client.greet().await;
        }
    }
}

/// Trap 12: clients of different ages send it differently, and AppSync's published simulator shuts out all but the oldest.
#[tokio::test]
async fn the_header_is_read_in_its_three_forms_with_names_in_any_case() {
    let server = Server::default();
    for form in [Form::Subprotocol, Form::Query, Form::Plain] {
        for name in ["Authorization", "authorization", "AUTHORIZATION"] {
            for token in ["ada", "Bearer ada"] {
                let header = json!({ name: token, "host": "h" });
                let mut client = server.realtime("/graphql/realtime", &header, form).await;
                client.greet().await;
            }
        }
        let header = json!({ "X-Api-Key": "da2-key", "x-amz-date": "20261122T021903Z" });
        server.realtime("/graphql/realtime", &header, form).await.greet().await;
    }
}

/// Trap 9: an HTTP 401 would be tried again and again, and a `connection_error` with one of the codes 400, 401 and 403 is not.
#[tokio::test]
async fn who_is_not_let_in_gets_a_connection_error_and_then_the_close() {
    let server = Server::default();
    for (shown, error_type, code, close) in [
        (header("refused:"), "UnauthorizedException", 401, 4403),
        (json!({ "host": "h" }), "BadRequestException", 400, 4403),
        (header("unchecked:"), "ServiceUnavailable", 503, 1013),
    ] {
        for form in [Form::Subprotocol, Form::Query, Form::Plain] {
            let mut client = server.realtime("/graphql/realtime", &shown, form).await;
            client.send(json!({ "type": "connection_init" })).await;
            let refusal = client.next().await;
            assert_eq!(refusal["type"], "connection_error", "{refusal}");
            let error = &refusal["payload"]["errors"][0];
            assert_eq!(
                (&error["errorType"], &error["errorCode"]),
                (&json!(error_type), &json!(code))
            );
            assert_eq!(client.close_code().await, close, "{refusal}");
        }
    }
}

/// What is said before the client has asked would be missed: its ears come with `connection_init`.
#[tokio::test]
async fn a_refusal_waits_for_the_initialization() {
    let server = Server::default();
    let mut client = server.realtime("/graphql/realtime", &json!({}), Form::Subprotocol).await;
    client.start("a", HEARD, "ada").await;
    client.send_frame(Message::Ping("x".into())).await;
    let first = client.socket.next().await.unwrap().unwrap();
    assert_eq!(first, Message::Pong("x".into()), "nothing was said so far");
    client.send(json!({ "type": "connection_init" })).await;
    assert_eq!(
        client.next().await["payload"]["errors"][0]["message"],
        "Required headers are missing."
    );
}

#[tokio::test]
async fn too_many_connections_of_a_user_are_worth_another_try() {
    let server = Server::start(Limits { max_connections_per_user: 1, ..Limits::default() });
    let _first = server.appsync("ada").await;
    let mut second = server.realtime("/realtime", &header("ada"), Form::Subprotocol).await;
    second.send(json!({ "type": "connection_init" })).await;
    assert_eq!(second.next().await["payload"]["errors"][0]["errorCode"], 429);
    assert_eq!(second.close_code().await, 4804);
}

/// Trap 3: a `ka` would make graphql-ws close, a `next` means nothing to Amplify.
#[tokio::test]
async fn the_two_protocols_never_mix() {
    let server = Server::start(Limits { beat: Duration::from_millis(1), ..Limits::default() });
    let mut plain = server.connect().await;
    let mut appsync = server.appsync("ada").await;
    // The sweep has looked at both by then.
    for _ in 0..3 {
        assert_eq!(appsync.next().await, json!({ "type": "ka" }));
    }
    plain.subscribe_live("s", HEARD).await;
    server.world.say("r", "x");
    assert_eq!(plain.next().await["type"], "next");
}

#[tokio::test]
async fn a_path_of_appsync_speaks_nothing_else() {
    let server = Server::default();
    let (head, _) = request(
        server.address,
        "GET /graphql/realtime HTTP/1.1\r\nhost: h\r\nconnection: close\r\n",
    )
    .await;
    assert!(head.starts_with("HTTP/1.1 426 "), "{head}");
    for (offer, message) in [
        ("sec-websocket-protocol: graphql-transport-ws\r\n", "SubProtocolNotSupportedError"),
        ("sec-websocket-protocol: header-e30\r\n", "NoProtocolError"),
        ("", "NoProtocolError"),
    ] {
        let head = HANDSHAKE.replace("/graphql ", "/graphql/realtime ");
        let (answer, stream) = request(server.address, &format!("{head}{offer}")).await;
        assert!(!answer.contains("sec-websocket-protocol"), "{answer}");
        let socket = WebSocketStream::from_raw_socket(stream, Role::Client, None).await;
        let mut client = Client { socket, head: answer };
        let error = client.next().await["payload"]["errors"][0].clone();
        assert_eq!((&error["message"], &error["errorCode"]), (&json!(message), &json!(400)));
        assert_eq!(client.close_code().await, 4406);
    }
}
