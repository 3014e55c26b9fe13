//! Reports of messages: who may report, what is counted, and who is told.

use super::{
    client::{Client, Subscription},
    cluster::Cluster,
    proxy::{Fault, Proxy},
    rows::Rows,
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const REPORT: &str =
    "mutation($m: ID!, $r: String!) { reportMessage(input: { messageId: $m, reason: $r }) }";
const WATCH: &str = "subscription { moderationEvents(roomId: \"hall\") { ... on MessageReported { message { id content } reportCount reason } } }";

async fn report(client: &Client, message: &Value, reason: &str) {
    assert_eq!(client.data(REPORT, json!({ "m": message["id"], "r": reason })).await, true);
}

async fn moderator(cluster: &Cluster, node: usize) -> Subscription {
    let moderator = cluster.client(node, "mo", &["plenary-moderators"]).await;
    moderator.subscribe(WATCH, Value::Null).await
}

/// How many reports a message's row counts.
async fn counted(rows: &Rows, seq: u64) -> Value {
    rows.get("LOG#hall#0", &format!("{seq:010}")).await["reportCount"]["N"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_reaches_those_who_keep_order_on_every_node_and_nobody_else() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let eve = cluster.client(0, "eve", &[]).await;
    let message = eve.send("hall", "something bad").await;
    let mut room = eve.follow("hall", Value::Null).await;
    room.next().await;
    let mut moderators = [moderator(&cluster, 0).await, moderator(&cluster, 1).await];

    let mut people = Vec::new();
    for (n, name) in ["ada", "bob", "cy"].into_iter().enumerate() {
        let client = cluster.client(n % 2, name, &[]).await;
        people.push(client.id().await);
        report(&client, &message, &format!("  {name} is hurt ")).await;
        // A second time changes nothing and tells nobody.
        report(&client.at(cluster.nodes[(n + 1) % 2].address), &message, "again").await;
        for moderator in &mut moderators {
            let told = moderator.next().await;
            assert_eq!(told["message"], json!({ "id": message["id"], "content": "something bad" }));
            assert_eq!(
                (&told["reportCount"], &told["reason"]),
                (&json!(n + 1), &json!(format!("{name} is hurt")))
            );
        }
    }
    let log = host.acts("actorId targetUserId targetMessageId reason").await;
    assert_eq!(log.len(), 3);
    assert_eq!(
        log[2],
        json!({ "action": "reportMessage", "actorId": people[0], "targetUserId": eve.id().await, "targetMessageId": message["id"], "reason": "ada is hurt" })
    );
    // The room hears of the next message, and of nothing before it.
    let next = eve.send("hall", "next").await;
    assert_eq!(room.events(1).await[0]["message"]["id"], next["id"]);
    let query = "query($m: ID!) { message(id: $m) { version } }";
    assert_eq!(eve.data(query, json!({ "m": message["id"] })).await["version"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_reported_is_refused() {
    let mut cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let (own, gone) = (ada.send("hall", "mine").await, host.send("hall", "gone").await);
    let message = host.send("hall", "hello").await;
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { id } }";
    host.data(delete, json!({ "m": gone["id"] })).await;
    let long = "ö".repeat(501);
    for (target, reason, code, field) in [
        (&own["id"], "x", "BAD_USER_INPUT", Some("messageId")),
        (&message["id"], " \n", "BAD_USER_INPUT", Some("reason")),
        (&message["id"], long.as_str(), "BAD_USER_INPUT", Some("reason")),
        (&gone["id"], "x", "NOT_FOUND", None),
        (&json!("hall.99"), "x", "NOT_FOUND", None),
        (&json!("nowhere.1"), "x", "NOT_FOUND", None),
    ] {
        let answer = ada.ask(REPORT, json!({ "m": target, "r": reason })).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!((&extensions["code"], extensions["field"].as_str()), (&json!(code), field));
    }
    report(&ada, &message, &"ö".repeat(500)).await;
    let watched = ada.subscribe(WATCH, Value::Null).await.message().await;
    assert_eq!(watched["payload"][0]["extensions"]["code"], "FORBIDDEN", "{watched}");

    // Who is muted may call for help, who is banned is not here.
    for (user, sanction) in [("mia", "mute"), ("ben", "ban")] {
        let user = cluster.client(0, user, &[]).await.id().await;
        sanction_by_hand(&Rows::of(&cluster), &user, sanction).await;
    }
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    let (mia, ben) = (cluster.client(1, "mia", &[]).await, cluster.client(1, "ben", &[]).await);
    report(&mia, &message, "he does it too").await;
    let variables = json!({ "m": message["id"], "r": "x" });
    assert_eq!(ben.refusal(REPORT, variables).await, "BANNED");
}

async fn sanction_by_hand(rows: &Rows, user: &str, sanction: &str) {
    let imposed = json!({ "M": {
        "roomId": { "S": "hall" }, "type": { "S": sanction.to_uppercase() }, "userId": { "S": user },
        "createdBy": { "S": "hedy" }, "createdAt": { "N": "1767225600000" },
    } });
    let member = json!({
        "userId": { "S": user }, "version": { "N": "1" }, sanction: imposed,
        "GSI1PK": { "S": "MEMBERS#hall" }, "GSI1SK": { "S": format!("STATE#{user}") },
    });
    rows.put(&format!("PART#hall#{user}"), "STATE", member).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_report_at_once_are_counted_exactly_and_no_more_than_a_hundred() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "something bad").await;
    let rows = Rows::of(&cluster);
    let mut watching = moderator(&cluster, 0).await;
    let names: Vec<_> = (0..24).map(|n| format!("user-{n}")).collect();
    let people = names.iter().enumerate().map(|(n, name)| cluster.client(n % 2, name, &[]));
    let people = join_all(people).await;
    join_all(people[..16].iter().map(|client| report(client, &message, "bad"))).await;
    assert_eq!(counted(&rows, 1).await, "16");
    let mut counts = Vec::new();
    for _ in 0..16 {
        counts.push(watching.next().await["reportCount"].as_u64().unwrap());
    }
    assert_eq!(counts.iter().max(), Some(&16), "{counts:?}");

    // As if eighty more had reported it.
    rows.set("LOG#hall#0", "0000000001", "reportCount", json!({ "N": "98" })).await;
    for client in &people[16..] {
        report(&client.at(cluster.nodes[0].address), &message, "bad").await;
        report(client, &message, "again").await;
        let id = client.id().await;
        let row = rows.get(&format!("PART#hall#{id}"), "REPORT#0000000001").await;
        assert_eq!(row["reason"]["S"], "bad");
    }
    assert_eq!(counted(&rows, 1).await, "100");
    assert_eq!(watching.next().await["reportCount"], 99);
    assert_eq!(watching.next().await["reportCount"], 100);
    let other = host.send("hall", "also bad").await;
    report(&people[0], &other, "this too").await;
    // Of the six others nobody was told.
    assert_eq!(watching.next().await["message"]["id"], other["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_message_that_is_no_longer_in_memory_is_told() {
    let mut cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let old = host.send("hall", "long ago").await;
    Rows::of(&cluster).fill("hall", 2).await;
    for _ in 0..2 {
        cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    }
    let mut moderators = [moderator(&cluster, 1).await, moderator(&cluster, 2).await];
    report(&cluster.client(1, "ada", &[]).await, &old, "still bad").await;
    for moderator in &mut moderators {
        let told = moderator.next().await;
        assert_eq!(told["message"], json!({ "id": old["id"], "content": "long ago" }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_reports_ten_messages_a_minute() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    let mut messages = Vec::new();
    for n in 0..11 {
        messages.push(host.send("hall", &n.to_string()).await);
    }
    for message in &messages[..10] {
        report(&ada, message, "x").await;
    }
    let answer = ada.ask(REPORT, json!({ "m": messages[10]["id"], "r": "x" })).await;
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(extensions["code"], "RATE_LIMITED");
    assert!((1..=60_000).contains(&extensions["retryAfterMs"].as_u64().unwrap()));
    // What is reported already is answered all the same.
    report(&ada, &messages[0], "x").await;
}

/// Every call of the pipeline fails in turn, and the answer of each is lost in turn; the retry makes it whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_report_converges_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "something bad").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let mut reports = 0;
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "TransactWriteItems"] {
            let client = cluster.client(0, &format!("{operation}-{fault:?}"), &[]).await;
            let client = client.at(node.address);
            client.data("{ room(id: \"hall\") { id } }", Value::Null).await;
            let variables = json!({ "m": message["id"], "r": "bad" });
            proxy.begin(operation, fault);
            assert_eq!(client.refusal(REPORT, variables.clone()).await, "UNAVAILABLE");
            proxy.end();
            report(&client, &message, "bad").await;
            report(&client, &message, "bad").await;
            reports += 1;
            assert_eq!(counted(&Rows::of(&cluster), 1).await, reports.to_string());
            let log = host.acts("actorId targetUserId targetMessageId reason").await;
            assert_eq!(log.len(), reports, "{operation} {fault:?}");
        }
    }
}
