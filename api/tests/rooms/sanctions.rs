//! Promise 8: a mute silences and ends, a ban closes a person's connections on every node and keeps the person out.

use super::{
    client::{Client, Subscription},
    cluster::{Cluster, Redis},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

pub(crate) const SANCTION: &str =
    "mutation($u: ID!, $t: SanctionType!, $d: Int, $h: Boolean, $r: String) {
    sanctionUser(input: { roomId: \"hall\", userId: $u, type: $t, durationSeconds: $d, hideMessages: $h, reason: $r }) {
        id type userId reason createdBy createdAt expiresAt } }";
pub(crate) const LIFT: &str = "mutation($u: ID!, $t: SanctionType!) { liftSanction(input: { roomId: \"hall\", userId: $u, type: $t }) }";
pub(crate) const VIEWER_EVENTS: &str = "subscription { viewerEvents(roomId: \"hall\") { __typename
    ... on Sanctioned { sanction { type reason expiresAt } } ... on SanctionLifted { type }
    ... on RoleChanged { role capabilities } } }";
const SEND: &str =
    "mutation { sendMessage(input: { roomId: \"hall\", content: \"hi\" }) { id createdAt } }";
const READ: &str = "{ room(id: \"hall\") { cursor viewer { mutedUntil } } }";
/// What the promise says is a second; a busy machine is given another one.
const SOON: Duration = Duration::from_secs(2);

async fn hall(cluster: &Cluster) -> (Client, Client, Client) {
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let moderator = cluster.client(0, "mo", &["plenary-moderators"]).await;
    (host, moderator, cluster.client(1, "eve", &[]).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mute_silences_until_it_is_lifted_or_ends_by_itself() {
    let cluster = Cluster::start(2).await;
    let (_, moderator, eve) = hall(&cluster).await;
    let (message, id) = (eve.send("hall", "one").await, eve.id().await);
    let mut events = eve.subscribe(VIEWER_EVENTS, Value::Null).await;

    let mute = json!({ "u": id, "t": "MUTE", "d": 3_600, "r": "too loud" });
    let sanction = moderator.data(SANCTION, mute).await;
    assert_eq!(
        (&sanction["createdBy"], &sanction["id"]),
        (&json!(moderator.id().await), &json!(format!("hall.MUTE.{id}")))
    );
    assert_eq!(events.next().await["sanction"]["reason"], "too loud");
    let reply = "mutation($m: ID!) { sendReply(input: { messageId: $m, content: \"x\" }) { id } }";
    let edit = "mutation($m: ID!) { editMessage(input: { messageId: $m, content: \"x\" }) { id } }";
    for query in [SEND, reply, edit] {
        let refusal = eve.refused_with("MUTED", query, json!({ "m": message["id"] })).await;
        assert_eq!(refusal["until"], sanction["expiresAt"], "{query}");
    }
    assert_eq!(eve.data(READ, Value::Null).await["viewer"]["mutedUntil"], sanction["expiresAt"]);
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status } }";
    eve.data(delete, json!({ "m": message["id"] })).await;

    let lift = json!({ "u": id, "t": "MUTE" });
    assert_eq!(moderator.data(LIFT, lift.clone()).await, true);
    assert_eq!(moderator.data(LIFT, lift).await, false);
    assert_eq!(events.next().await, json!({ "__typename": "SanctionLifted", "type": "MUTE" }));
    eve.accepted(SEND, Value::Null).await;

    let short = moderator.data(SANCTION, json!({ "u": id, "t": "MUTE", "d": 1 })).await;
    eve.refused_with("MUTED", SEND, Value::Null).await;
    let sent = eve.accepted(SEND, Value::Null).await;
    assert!(sent["createdAt"].as_str() >= short["expiresAt"].as_str(), "{sent} {short}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_closes_the_connections_on_the_other_node_and_keeps_out() {
    let cluster = Cluster::start(2).await;
    let (host, moderator, eve) = hall(&cluster).await;
    let bob = cluster.client(1, "bob", &[]).await;
    host.create_room("elsewhere").await;
    let mut viewer = eve.subscribe(VIEWER_EVENTS, Value::Null).await;
    let mut reader = eve.follow("hall", Value::Null).await;
    let mut others = bob.follow("hall", Value::Null).await;

    let ban =
        moderator.data(SANCTION, json!({ "u": eve.id().await, "t": "BAN", "d": 3_600 })).await;
    let banned = Instant::now();
    let secret = host.send("hall", "secret").await;
    assert_eq!(heard_until_closed(&mut reader).await, (vec![], 4805));
    assert!(banned.elapsed() < SOON, "closed after {:?}", banned.elapsed());
    println!("closed {:?} after the ban was acknowledged", banned.elapsed());
    assert_eq!(viewer.next().await["sanction"]["type"], "BAN", "it is told why");
    assert_eq!(viewer.closed().await.map(|frame| u16::from(frame.code)), Some(4805));
    assert_eq!(others.events(1).await[0]["message"]["id"], secret["id"]);

    for client in [eve.clone(), eve.at(cluster.nodes[0].address)] {
        for query in [
            READ,
            SEND,
            "{ message(id: \"hall.1\") { id } }",
            "{ messages(roomId: \"hall\") { nodes { id } } }",
            "{ rooms { nodes { messages { nodes { id } } } } }",
        ] {
            let answer = client.ask(query, Value::Null).await;
            let refusal = &answer["errors"][0]["extensions"];
            assert_eq!(refusal["code"], "BANNED", "{query}: {answer}");
            assert_eq!(refusal["until"], ban["expiresAt"], "{query}");
        }
        for query in [
            VIEWER_EVENTS,
            "subscription { roomEvents(roomId: \"hall\") { cursor } }",
            "subscription { onSendMessage(roomId: \"hall\") { id } }",
        ] {
            let answer = client.subscribe(query, Value::Null).await.message().await;
            assert_eq!(answer["payload"][0]["extensions"]["code"], "BANNED", "{query}: {answer}");
        }
        // A list of rooms goes on without what is in this one.
        let list = client
            .data("{ rooms { nodes { id participantCount pinnedMessages { id } } } }", Value::Null);
        let hall = json!({ "id": "hall", "participantCount": 0, "pinnedMessages": [] });
        assert!(list.await["nodes"].as_array().unwrap().contains(&hall));
        client.send("elsewhere", "still here").await;
    }

    // A node that opens the room later, and one that has been away.
    let fresh = cluster.node(&cluster.table.endpoint).await;
    assert_eq!(eve.at(fresh.address).refusal(READ, Value::Null).await, "BANNED");
    moderator.data(LIFT, json!({ "u": eve.id().await, "t": "BAN" })).await;
    eve.accepted(READ, Value::Null).await;
}

/// What a reader hears until it is closed, and the code.
async fn heard_until_closed(reader: &mut Subscription) -> (Vec<Value>, u16) {
    let mut heard = Vec::new();
    loop {
        match reader.next_or_close().await {
            Ok(batch) => {
                let batch = batch.unwrap_or_default();
                heard.extend(batch["events"].as_array().into_iter().flatten().cloned());
            }
            Err(frame) => return (heard, frame.map_or(0, |frame| frame.code.into())),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_subscription_survives_a_ban_that_it_races_with() {
    let cluster = Cluster::start(2).await;
    let (_, moderator, eve) = hall(&cluster).await;
    for round in 0..3 {
        eve.accepted(READ, Value::Null).await;
        let racing = (0..12).map(|n| {
            let eve = eve.at(cluster.nodes[n % 2].address);
            async move {
                let query = "subscription { viewerEvents(roomId: \"hall\") { __typename } }";
                let mut racer = eve.try_subscribe(query).await;
                racer.ended().await
            }
        });
        let ban = json!({ "u": eve.id().await, "t": "BAN", "r": round.to_string() });
        let (ended, _) = tokio::join!(join_all(racing), moderator.data(SANCTION, ban));
        for end in ended {
            assert!(["BANNED", "4805"].contains(&end.as_str()), "round {round}: {end}");
        }
        moderator.data(LIFT, json!({ "u": eve.id().await, "t": "BAN" })).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_is_carried_out_without_redis_and_survives_a_restart() {
    let mut cluster = Cluster::start(2).await;
    let (_, moderator, eve) = hall(&cluster).await;
    let mut reader = eve.follow("hall", Value::Null).await;
    reader.next().await;
    cluster.redis.kill().await;
    while cluster.nodes[1].status().await["broker"]["state"] == "up" {
        tokio::task::yield_now().await;
    }
    moderator.data(SANCTION, json!({ "u": eve.id().await, "t": "BAN" })).await;
    let banned = Instant::now();
    assert_eq!(heard_until_closed(&mut reader).await.1, 4805);
    assert!(banned.elapsed() < SOON * 2, "closed after {:?}", banned.elapsed());
    println!("without Redis: closed {:?} after the ban was acknowledged", banned.elapsed());

    cluster.redis = Redis::start(cluster.redis.port).await;
    for node in &mut cluster.nodes {
        node.kill().await;
    }
    let again = cluster.node(&cluster.table.endpoint).await;
    let refusal = eve.at(again.address).refused_with("BANNED", READ, Value::Null).await;
    assert_eq!(refusal["until"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_are_not_bound_and_who_keeps_order_is_judged_by_hosts() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let moderator = cluster.client(0, "mo", &["plenary-moderators"]).await;
    let eve = cluster.client(0, "eve", &[]).await;
    let role = "mutation($u: ID!, $r: Role!) { setRole(input: { roomId: \"hall\", userId: $u, role: $r }) { role } }";
    let max = cluster.client(0, "max", &[]).await;
    let id = max.id().await;
    host.data(role, json!({ "u": id, "r": "MODERATOR" })).await;

    let own = moderator.id().await;
    for (of, code) in
        [(&eve.id().await, None), (&id, Some("FORBIDDEN")), (&own, Some("BAD_USER_INPUT"))]
    {
        for of_type in ["MUTE", "BAN"] {
            let variables = json!({ "u": of, "t": of_type });
            let answer = moderator.ask(SANCTION, variables).await;
            let found = answer["errors"][0]["extensions"]["code"].as_str();
            assert_eq!(found, code, "{of} {of_type}: {answer}");
        }
    }
    for query in [SANCTION, LIFT] {
        let variables = json!({ "u": "bob", "t": "BAN" });
        let bob = cluster.client(0, "bob", &[]).await;
        assert_eq!(bob.refusal(query, variables.clone()).await, "FORBIDDEN");
        assert_eq!(eve.refusal(query, variables).await, "BANNED");
    }
    // A host may judge a moderator, and no moderator undoes it, least of all the one who is judged.
    host.data(SANCTION, json!({ "u": id, "t": "MUTE" })).await;
    let lift = json!({ "u": id, "t": "MUTE" });
    assert_eq!(moderator.refusal(LIFT, lift.clone()).await, "FORBIDDEN");
    assert_eq!(max.refusal(SEND, Value::Null).await, "MUTED");
    assert_eq!(max.refusal(LIFT, lift).await, "FORBIDDEN");

    let other = cluster.client(0, "harry", &["plenary-hosts"]).await;
    for of_type in ["MUTE", "BAN"] {
        moderator.data(SANCTION, json!({ "u": other.id().await, "t": of_type })).await;
    }
    other.data(SEND, Value::Null).await;
    assert_eq!(other.data(READ, Value::Null).await["viewer"]["mutedUntil"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn sanctions_are_listed_in_pages_and_bad_ones_are_refused() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    for duration in [0, 315_360_001] {
        let variables = json!({ "u": "eve", "t": "MUTE", "d": duration });
        assert_eq!(host.refusal(SANCTION, variables).await, "BAD_USER_INPUT");
    }
    let long = json!({ "u": "eve", "t": "MUTE", "r": "é".repeat(501) });
    assert_eq!(host.refusal(SANCTION, long).await, "BAD_USER_INPUT");
    let longest = json!({ "u": "u0", "t": "BAN", "d": 315_360_000, "r": "é".repeat(500) });
    let first = host.data(SANCTION, longest.clone()).await;
    assert_eq!(host.data(SANCTION, longest).await, first, "the same again is the same");
    for n in 1..5 {
        host.data(SANCTION, json!({ "u": format!("u{n}"), "t": "MUTE" })).await;
    }
    host.data(SANCTION, json!({ "u": "u2", "t": "BAN" })).await;
    host.data(LIFT, json!({ "u": "u3", "t": "MUTE" })).await;

    let query = "query($a: String) { room(id: \"hall\") { sanctions(first: 2, after: $a) { nodes { userId type } pageInfo { hasNextPage endCursor } } } }";
    let (mut listed, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = host.data(query, json!({ "a": after })).await["sanctions"].clone();
        let nodes = page["nodes"].as_array().unwrap();
        let text = |node: &Value| format!("{} {}", node["userId"], node["type"]).replace('"', "");
        listed.extend(nodes.iter().map(text));
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(listed, ["u0 BAN", "u1 MUTE", "u2 MUTE", "u4 MUTE", "u2 BAN"]);
    let eve = cluster.client(0, "eve", &[]).await;
    assert_eq!(eve.refusal(query, Value::Null).await, "FORBIDDEN");
}
