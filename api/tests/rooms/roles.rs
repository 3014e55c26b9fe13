//! A role in one room counts there, everywhere at once, and begins with new connections.

use super::{
    PATIENCE,
    cluster::Cluster,
    sanctions::{SANCTION, VIEWER_EVENTS},
};
use serde_json::{Value, json};
use tokio::time::timeout;

pub(crate) const ROLE: &str =
    "mutation($u: ID!, $r: Role!) { setRole(input: { roomId: \"hall\", userId: $u, role: $r }) {
    userId role capabilities mutedUntil canSendAt messageStates(messageIds: [\"hall.1\"]) { upvoted } } }";
const DELETE: &str = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status } }";
const VIEWER: &str = "{ room(id: \"hall\") { viewer { userId role capabilities } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_role_counts_on_every_node_and_ends_the_connections_of_the_one_before() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let eve = cluster.client(1, "eve", &[]).await;
    let (id, message) = (eve.id().await, host.send("hall", "hello").await);
    assert_eq!(eve.refusal(DELETE, json!({ "m": message["id"] })).await, "FORBIDDEN");
    let mut events = eve.subscribe(VIEWER_EVENTS, Value::Null).await;
    let mut reader = eve.follow("hall", Value::Null).await;

    let given = host.data(ROLE, json!({ "u": id, "r": "MODERATOR" })).await;
    assert_eq!((&given["userId"], &given["role"]), (&json!(id), &json!("MODERATOR")));
    assert_eq!((&given["canSendAt"], &given["messageStates"]), (&Value::Null, &json!([])));
    let told = events.next().await;
    assert_eq!((&told["role"], &told["capabilities"]), (&given["role"], &given["capabilities"]));
    assert_eq!(events.ended().await, "4806");
    assert_eq!(reader.ended().await, "4806");
    let viewer = eve.data(VIEWER, Value::Null).await["viewer"].clone();
    assert_eq!(viewer["capabilities"], given["capabilities"]);
    eve.data(DELETE, json!({ "m": message["id"] })).await;

    // The same again changes nothing, and ends nothing.
    let cursor = "{ room(id: \"hall\") { cursor } }";
    let before = eve.data(cursor, Value::Null).await;
    let caught_up = async { while host.data(cursor, Value::Null).await != before {} };
    timeout(PATIENCE, caught_up).await.expect("the host's node hears of the deletion");
    let mut reader = eve.follow("hall", Value::Null).await;
    assert_eq!(host.data(ROLE, json!({ "u": id, "r": "MODERATOR" })).await, given);
    assert_eq!(host.data(cursor, Value::Null).await, before);
    reader.barrier().await;

    // Less than the groups give counts too.
    let moderator = cluster.client(1, "mo", &["plenary-moderators"]).await;
    let mute = json!({ "u": moderator.id().await, "t": "MUTE", "d": 60 });
    let mute = host.data(SANCTION, mute).await;
    let given = host.data(ROLE, json!({ "u": moderator.id().await, "r": "PARTICIPANT" })).await;
    assert_eq!(given["mutedUntil"], mute["expiresAt"]);
    let sanction = json!({ "u": "somebody", "t": "MUTE" });
    moderator.refused_with("FORBIDDEN", SANCTION, sanction.clone()).await;
    // In this room alone.
    host.create_room("elsewhere").await;
    let elsewhere = SANCTION.replace("hall", "elsewhere");
    moderator.data(&elsewhere, sanction).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_hosts_give_roles_and_every_gift_is_recorded() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    for groups in [&[][..], &["plenary-speakers"], &["plenary-moderators"]] {
        let client = cluster.client(0, "eve", groups).await;
        let variables = json!({ "u": "bob", "r": "SPEAKER" });
        assert_eq!(client.refusal(ROLE, variables).await, "FORBIDDEN", "{groups:?}");
    }
    for role in ["SPEAKER", "HOST", "HOST"] {
        host.data(ROLE, json!({ "u": "bob", "r": role })).await;
    }
    let log = host.acts("actorId targetUserId details").await;
    let record = |role: &str, before: Value| json!({ "role": role, "before": before });
    let details: Vec<_> = log.iter().map(|act| act["details"].clone()).collect();
    assert_eq!(details, [record("HOST", json!("SPEAKER")), record("SPEAKER", Value::Null)]);
    assert_eq!((&log[0]["action"], &log[0]["targetUserId"]), (&json!("setRole"), &json!("bob")));
    assert_eq!(log[0]["actorId"], host.id().await);
}
