//! What is subscribed to, and what becomes of it.

use super::HEARD;
use crate::support::Server;
use api::{appsync::Denial, ws::Limits};
use serde_json::json;

#[tokio::test]
async fn a_subscription_is_acknowledged_delivers_and_stops() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    client.start("a", HEARD, "ada").await;
    client.started("a").await;
    for text in ["one", "two"] {
        server.world.say("r", text);
        assert_eq!(client.data("a").await, json!({ "data": { "heard": text } }));
    }
    client.stop("a").await;
    server.world.until(|| server.world.listeners() == 0).await;
    client.start("a", HEARD, "ada").await;
    client.started("a").await;
}

/// It means that whatever is said from now on arrives, which is more than AppSync promises.
#[tokio::test]
async fn the_acknowledgement_waits_until_the_subscription_is_live() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    client.start("slow", "subscription { heardBehind(gate: \"g\", room: \"r\") }", "ada").await;
    client.start("fast", HEARD, "ada").await;
    client.started("fast").await;
    server.world.open("g");
    client.started("slow").await;
    server.world.say("r", "x");
    let mut ids = [client.next().await["id"].clone(), client.next().await["id"].clone()];
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, [json!("fast"), json!("slow")]);
}

#[tokio::test]
async fn each_start_is_authorized_by_its_own_credential() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    client.start("own", HEARD, "ada").await;
    client.started("own").await;
    client.start("guest", HEARD, "Bearer grace").await;
    client.started("guest").await;
    client.start("bad", HEARD, "refused:").await;
    let error = client.error("bad").await;
    assert_eq!(
        (&error["errorType"], &error["errorInfo"]["code"]),
        (&json!("AccessDenied"), &json!("UNAUTHENTICATED"))
    );
    client.start("later", HEARD, "unchecked:").await;
    assert_eq!(client.error("later").await["errorType"], "UNAVAILABLE");
    server.world.say("r", "x");
    let mut ids = [client.next().await["id"].clone(), client.next().await["id"].clone()];
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, [json!("guest"), json!("own")], "the others live on");
}

/// Else a connection would be a way around the limits of whoever is not its owner.
#[tokio::test]
async fn a_guest_has_a_seat_of_his_own_while_his_operation_runs() {
    let server = Server::start(Limits { max_connections_per_user: 1, ..Limits::default() });
    let mut ada = server.appsync("ada").await;
    let mut grace = server.appsync("grace").await;
    ada.start("guest", HEARD, "grace").await;
    assert_eq!(ada.error("guest").await["errorInfo"]["code"], "RATE_LIMITED");
    ada.start("guest", HEARD, "joan").await;
    ada.started("guest").await;
    grace.start("guest", HEARD, "joan").await;
    assert_eq!(grace.error("guest").await["errorInfo"]["code"], "RATE_LIMITED");
    ada.stop("guest").await;
    grace.start("guest", HEARD, "joan").await;
    grace.started("guest").await;
}

/// An application stands for any number of people.
#[tokio::test]
async fn any_number_of_connections_and_operations_share_an_api_key() {
    let server = Server::start(Limits { max_connections_per_user: 1, ..Limits::default() });
    let key = json!({ "x-api-key": "da2-key", "host": "h" });
    for token in ["ada", "grace"] {
        let mut client = server.appsync(token).await;
        for id in ["a", "b"] {
            client.start_as(id, HEARD, &key).await;
            client.started(id).await;
        }
    }
}

/// Trap 4: with AppSync's own word Amplify closes the socket, and the siblings miss what happens until it is back.
#[tokio::test]
async fn a_denied_subscription_harms_no_sibling_unless_its_name_is_to_be_appsyncs() {
    for (denial, word) in
        [(Denial::AccessDenied, "AccessDenied"), (Denial::Unauthorized, "UnauthorizedException")]
    {
        let server = Server::start(Limits { denial, ..Limits::default() });
        let mut client = server.appsync("ada").await;
        client.start("sibling", HEARD, "ada").await;
        client.started("sibling").await;
        client.start("denied", HEARD, "refused:").await;
        let error = client.error("denied").await;
        assert_eq!(error["errorType"], word);
        assert!(!error["message"].as_str().unwrap().contains("Token expired"), "{error}");
        server.world.say("r", "x");
        assert_eq!(client.data("sibling").await["data"]["heard"], "x");
    }
}

/// Trap 6: clients have no ear for a `complete` that they did not ask for.
#[tokio::test]
async fn what_the_server_ends_is_told_as_an_error() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    client.start("a", "subscription { flood(count: 1, bytes: 1) }", "ada").await;
    client.started("a").await;
    assert_eq!(client.data("a").await, json!({ "data": { "flood": "0 x" } }));
    assert_eq!(client.error("a").await["message"], "Subscription complete.");
}

/// Trap 7: Amplify repeats a `start` on the same socket when it is slow to be acknowledged.
#[tokio::test]
async fn a_repeated_start_is_acknowledged_and_delivers_once() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    let behind = "subscription { heardBehind(gate: \"g\", room: \"r\") }";
    client.start("a", behind, "ada").await;
    client.start("a", behind, "ada").await;
    // Then both have been read.
    client.start("b", "{ hello }", "ada").await;
    client.error("b").await;
    server.world.open("g");
    client.started("a").await;
    client.start("a", behind, "ada").await;
    client.started("a").await;
    server.world.say("r", "x");
    assert_eq!(client.data("a").await["data"]["heardBehind"], "x");
    client.start("a", HEARD, "ada").await;
    assert_eq!(client.error("a").await["errorType"], "DuplicatedOperationError");
    server.world.say("r", "y");
    assert_eq!(client.data("a").await["data"]["heardBehind"], "y", "once, and the socket is open");
}

#[tokio::test]
async fn what_is_wrong_with_one_message_is_answered_and_the_socket_stays() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    for query in [
        "{",
        "",
        "subscription { nope }",
        "subscription { refused }",
        "subscription { a: heard(room: \"r\") b: heard(room: \"r\") }",
    ] {
        client.start("a", query, "ada").await;
        assert!(client.error("a").await["errorType"].is_string(), "{query}");
    }
    for query in ["{ hello }", "mutation { write(gate: \"never\") }"] {
        client.start("a", query, "ada").await;
        assert_eq!(client.error("a").await["errorType"], "UnsupportedOperation", "{query}");
    }
    assert_eq!(server.world.written(), 0);
    client.send(json!({ "type": "shout" })).await;
    assert_eq!(client.next().await["type"], "error");
    client.send(json!({ "type": "stop", "id": "unknown" })).await;
    client.start("a", HEARD, "ada").await;
    client.started("a").await;
}

#[tokio::test]
async fn a_start_that_is_stopped_before_it_is_live_says_nothing_more() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    client.start("a", "subscription { heardBehind(gate: \"g\", room: \"r\") }", "ada").await;
    client.stop("a").await;
    client.start("b", HEARD, "ada").await;
    client.started("b").await;
    server.world.open("g");
    server.world.say("r", "x");
    client.data("b").await;
}

#[tokio::test]
async fn the_hundred_and_first_subscription_fails_and_the_socket_stays() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    for number in 0..100 {
        let id = number.to_string();
        client.start(&id, HEARD, "ada").await;
        client.started(&id).await;
    }
    client.start("100", HEARD, "ada").await;
    assert_eq!(client.error("100").await["errorType"], "MaxSubscriptionsReachedError");
    client.stop("7").await;
    client.start("100", HEARD, "ada").await;
    client.started("100").await;
}

/// What waits for its caller to be verified is held, so it is bounded like what runs.
#[tokio::test]
async fn operations_whose_callers_are_being_verified_are_bounded() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    let heavy = format!("{HEARD} # {}", "x".repeat(200_000));
    let mut waiting = 0;
    loop {
        let (id, next) = (format!("waits {waiting}"), format!("waits {}", waiting + 1));
        client.start(&id, &heavy, "undecided:").await;
        client.start(&next, HEARD, "refused:").await;
        waiting += 1;
        if client.error(&next).await["errorInfo"]["code"] == "RATE_LIMITED" {
            break;
        }
    }
    assert_eq!(waiting, 11, "eight messages of the greatest size, and a little");
    client.stop("waits 0").await;
    client.start("a", HEARD, "ada").await;
    client.started("a").await;
}

/// AppSync drops it and says nothing.
#[tokio::test]
async fn a_payload_beyond_240_kb_is_an_error_and_what_follows_is_delivered() {
    let server = Server::default();
    let mut client = server.appsync("ada").await;
    client.start("a", HEARD, "ada").await;
    client.started("a").await;
    server.world.say("r", &"x".repeat(240 * 1024));
    let payload = client.data("a").await;
    assert_eq!(payload["data"], json!({ "heard": null }));
    assert_eq!(payload["errors"][0]["errorType"], "PayloadTooLarge");
    server.world.say("r", "small");
    assert_eq!(client.data("a").await, json!({ "data": { "heard": "small" } }));
}
