//! Questions without a name: the audit log knows whose they are, and nobody else can find out.

use super::cluster::Cluster;
use serde_json::{Value, json};

const ASK: &str = "mutation($k: ID, $kind: MessageKind = QUESTION) { sendMessage(input: { roomId: \"hall\", content: \"Why?\", kind: $kind, clientMessageId: $k, anonymous: true }) { id clientMessageId author { userId } } }";
const EVERYTHING: &str = "id kind status content createdAt clientMessageId questionStatus upvoteCount metadata author { userId displayName avatarUrl role }";

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_the_audit_log_learns_who_asked() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room_with("hall", json!({ "anonymousQuestions": true })).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let moderator = cluster.client(1, "mo", &["plenary-moderators"]).await;
    let live = format!(
        "subscription {{ roomEvents(roomId: \"hall\") {{ events {{ ... on MessageSent {{ message {{ {EVERYTHING} }} }} }} }} }}"
    );
    let sent = format!("subscription {{ onSendMessage(roomId: \"hall\") {{ {EVERYTHING} }} }}");
    let mut batches = moderator.subscribe(&live, json!({})).await;
    let mut messages = moderator.subscribe(&sent, json!({})).await;
    batches.next().await;

    let asked = ada.data(ASK, json!({ "k": "ada-1" })).await;
    assert_eq!((&asked["author"], &asked["clientMessageId"]), (&Value::Null, &json!("ada-1")));
    assert_eq!(ada.data(ASK, json!({ "k": "ada-1" })).await, asked);

    let uid = ada.id().await;
    let history =
        format!("{{ messages(roomId: \"hall\", last: 5) {{ nodes {{ {EVERYTHING} }} }} }}");
    let one = format!("query($m: ID!) {{ message(id: $m) {{ {EVERYTHING} }} }}");
    let seen = [
        batches.text().await,
        messages.text().await,
        moderator.ask(&history, json!({})).await.to_string(),
        host.ask(&history, json!({})).await.to_string(),
        moderator.ask(&one, json!({ "m": asked["id"] })).await.to_string(),
    ];
    for seen in seen {
        assert!(seen.contains("Why?") && seen.contains("\"author\":null"), "{seen}");
        assert!(!seen.contains(&uid) && !seen.contains("ada-1") && !seen.contains("Ada"), "{seen}");
    }

    let audit = "{ room(id: \"hall\") { auditLog { nodes { action actorId targetMessageId } } } }";
    let acts = host.acts("actorId targetMessageId").await;
    let act = json!({ "action": "askAnonymously", "actorId": uid, "targetMessageId": asked["id"] });
    assert_eq!(acts, [act]);
    assert_eq!(moderator.refusal(audit, json!({})).await, "FORBIDDEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_stays_the_askers_own_and_errors_tell_others_nothing() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room_with("hall", json!({ "anonymousQuestions": true })).await;
    let (ada, bob) = (cluster.client(0, "ada", &[]).await, cluster.client(0, "bob", &[]).await);
    let asked = ada.data(ASK, json!({})).await;
    let named = ada.send("hall", "with a name").await;
    let edit = "mutation($m: ID!) { editMessage(input: { messageId: $m, content: \"How?\" }) { content author { userId } } }";
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status } }";
    let edited = ada.data(edit, json!({ "m": asked["id"] })).await;
    assert_eq!((&edited["content"], &edited["author"]), (&json!("How?"), &Value::Null));
    for query in [edit, delete] {
        // Refused as it is for any message of somebody else.
        let refusals = [
            bob.ask(query, json!({ "m": asked["id"] })).await["errors"].clone(),
            bob.ask(query, json!({ "m": named["id"] })).await["errors"].clone(),
        ];
        assert_eq!(refusals[0], refusals[1]);
        assert_eq!(refusals[0][0]["extensions"]["code"], "FORBIDDEN");
    }
    assert_eq!(ada.data(delete, json!({ "m": asked["id"] })).await["status"], "DELETED");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_questions_and_only_where_the_room_takes_them() {
    let cluster = Cluster::start(1).await;
    cluster.host(0).await.create_room("hall").await;
    let ada = cluster.client(0, "ada", &[]).await;
    for variables in [json!({}), json!({ "kind": "CHAT" })] {
        let refused = ada.refused(ASK, variables).await;
        assert_eq!(
            (&refused["code"], &refused["field"]),
            (&json!("BAD_USER_INPUT"), &json!("anonymous"))
        );
    }
}
