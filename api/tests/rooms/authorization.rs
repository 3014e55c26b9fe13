//! Who may do what: every mutation, every subscription and every staff field, times every role, allowed or refused.

use super::{client::Client, cluster::Cluster, sdl::Sdl};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Hosts, moderators, speakers and participants, with the groups that make them so.
const ROLES: [(char, &[&str]); 4] = [
    ('H', &["plenary-hosts"]),
    ('M', &["plenary-moderators"]),
    ('S', &["plenary-speakers"]),
    ('P', &[]),
];

/// What a case needs to be there: `$m` in its variables.
#[derive(Clone, Copy)]
enum Needs {
    Nothing,
    /// A message of somebody else.
    Message,
    /// A message of the caller's.
    Own,
    /// A question of somebody else.
    Question,
    /// A message that waits for a review.
    Held,
}
use Needs::{Held, Message, Nothing, Own, Question};

/// The root field, what is done with it, what it needs, and the roles that may do it.
type Case = (&'static str, &'static str, Needs, &'static str);

const MUTATIONS: [Case; 27] = [
    ("createRoom", "(input: { name: \"x\" }) { id }", Nothing, "H"),
    ("updateRoom", "(input: { roomId: \"hall\", name: \"Hall\" }) { id }", Nothing, "H"),
    ("sendMessage", "(input: { roomId: \"hall\", content: \"x\" }) { id }", Nothing, "HMSP"),
    (
        "sendMessage",
        "(input: { roomId: \"hall\", content: \"x\", kind: QUESTION }) { id }",
        Nothing,
        "HMSP",
    ),
    (
        "sendMessage",
        "(input: { roomId: \"hall\", content: \"x\", kind: ANNOUNCEMENT }) { id }",
        Nothing,
        "HM",
    ),
    ("sendReply", "(input: { messageId: $m, content: \"x\" }) { id }", Message, "HMSP"),
    ("editMessage", "(input: { messageId: $m, content: \"y\" }) { id }", Own, "HMSP"),
    ("editMessage", "(input: { messageId: $m, content: \"y\" }) { id }", Message, ""),
    ("deleteMessage", "(input: { messageId: $m }) { id }", Own, "HMSP"),
    ("deleteMessage", "(input: { messageId: $m }) { id }", Message, "HM"),
    ("hideAuthor", "(input: { roomId: \"hall\", userId: \"nobody\" })", Nothing, "HM"),
    ("setUpvote", "(input: { messageId: $m, upvoted: true }) { id }", Message, "HMSP"),
    ("setReaction", "(input: { messageId: $m, name: \"like\", on: true }) { id }", Message, "HMSP"),
    ("sendReaction", "(input: { roomId: \"hall\", name: \"like\" })", Nothing, "HMSP"),
    ("setQuestionStatus", "(input: { messageId: $m, status: LIVE }) { id }", Question, "HMS"),
    ("setPin", "(input: { messageId: $m, pinned: true }) { id }", Message, "HM"),
    ("reviewMessage", "(input: { messageId: $m, approve: true }) { id }", Held, "HM"),
    ("reviewMessage", "(input: { messageId: $m, approve: false }) { id }", Held, "HM"),
    ("reportMessage", "(input: { messageId: $m, reason: \"x\" })", Message, "HMSP"),
    (
        "sanctionUser",
        "(input: { roomId: \"hall\", userId: \"nobody\", type: MUTE }) { id }",
        Nothing,
        "HM",
    ),
    (
        "sanctionUser",
        "(input: { roomId: \"hall\", userId: \"nobody\", type: BAN }) { id }",
        Nothing,
        "HM",
    ),
    (
        "liftSanction",
        "(input: { roomId: \"hall\", userId: \"nobody\", type: MUTE })",
        Nothing,
        "HM",
    ),
    ("liftSanction", "(input: { roomId: \"hall\", userId: \"nobody\", type: BAN })", Nothing, "HM"),
    (
        "setRole",
        "(input: { roomId: \"hall\", userId: \"nobody\", role: SPEAKER }) { role }",
        Nothing,
        "H",
    ),
    ("sendEvent", "(input: { roomId: \"hall\", name: \"x\" })", Nothing, "H"),
    ("updateProfile", "(input: { displayName: \"x\" }) { id }", Nothing, "HMSP"),
    ("sendMessage", "(input: { roomId: \"quiet\", content: \"x\" }) { id }", Nothing, "HMS"),
];

/// Fields of `Room`, with the roles that may see them.
const FIELDS: [(&str, &str); 9] = [
    ("heldMessages { nodes { id } }", "HM"),
    ("sanctions { nodes { id } }", "HM"),
    ("auditLog { nodes { id } }", "H"),
    ("heldTerms", "H"),
    ("refusedTerms", "H"),
    ("messages { nodes { id } }", "HMSP"),
    ("questions { nodes { id } }", "HMSP"),
    ("pinnedMessages { id }", "HMSP"),
    ("viewer { canSendAt messageStates(messageIds: []) { upvoted } }", "HMSP"),
];

const SUBSCRIPTIONS: [(&str, &str, &str); 7] = [
    ("roomEvents", "{ cursor }", "HMSP"),
    ("viewerEvents", "{ __typename }", "HMSP"),
    ("moderationEvents", "{ __typename }", "HM"),
    ("onSendMessage", "{ id }", "HMSP"),
    ("onSendReply", "{ id }", "HMSP"),
    ("onChangeMessage", "{ id }", "HMSP"),
    ("onDeleteMessage", "{ id }", "HMSP"),
];

struct Hall {
    cluster: Cluster,
    host: Client,
    somebody: Client,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mutation_is_allowed_to_those_who_may_and_refused_to_everybody_else() {
    let hall = Hall::open().await;
    for (name, rest, needs, allowed) in MUTATIONS {
        for (role, groups) in ROLES {
            let caller = hall.cluster.client(0, &format!("caller{role}"), groups).await;
            let message = hall.message(&caller, needs).await;
            let head = if message.is_null() { "mutation" } else { "mutation($m: ID!)" };
            let query = format!("{head} {{ {name}{rest} }}");
            let answer = caller.ask(&query, json!({ "m": message })).await;
            judged(&answer, allowed.contains(role), &format!("{query} as {role}"));
        }
    }
    let tested: BTreeSet<_> = MUTATIONS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(tested, names("Mutation"), "every mutation has a row");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_and_subscription_of_a_room_is_open_to_those_who_may_see_it() {
    let hall = Hall::open().await;
    for (role, groups) in ROLES {
        let caller = hall.cluster.client(0, &format!("caller{role}"), groups).await;
        for (field, allowed) in FIELDS {
            let query = format!("{{ room(id: \"hall\") {{ {field} }} }}");
            let answer = caller.ask(&query, json!({})).await;
            judged(&answer, allowed.contains(role), &format!("{query} as {role}"));
        }
        for (name, rest, allowed) in SUBSCRIPTIONS {
            let query = format!("subscription {{ {name}(roomId: \"hall\") {rest} }}");
            let mut subscription = caller.subscribe(&query, json!({})).await;
            let refused = subscription.barrier().await.into_iter().find(|m| m["type"] == "error");
            let errors = refused.map_or(Value::Null, |refused| refused["payload"].clone());
            let answer = json!({ "errors": errors });
            judged(&answer, allowed.contains(role), &format!("{query} as {role}"));
        }
    }
    let tested: BTreeSet<_> = SUBSCRIPTIONS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(tested, names("Subscription"), "every subscription has a row");
}

impl Hall {
    async fn open() -> Self {
        let cluster = Cluster::start(1).await;
        let host = cluster.host(0).await;
        let rates =
            json!({ "maxAcceptRate": 1000, "maxDeliveryRate": 1000, "heldTerms": ["hold"] });
        host.create_room_with("hall", rates).await;
        host.create_room_with("quiet", json!({ "chatEnabled": false })).await;
        let somebody = cluster.client(0, "somebody", &[]).await;
        Self { cluster, host, somebody }
    }

    async fn message(&self, caller: &Client, needs: Needs) -> Value {
        let (sender, rest) = match needs {
            Nothing => return Value::Null,
            Message => (&self.somebody, "content: \"x\""),
            Own => (caller, "content: \"x\""),
            Question => (&self.somebody, "content: \"x\", kind: QUESTION"),
            Held => (&self.somebody, "content: \"hold\""),
        };
        // What was pinned before leaves its place to what is pinned next.
        self.unpin().await;
        let query =
            format!("mutation {{ sendMessage(input: {{ roomId: \"hall\", {rest} }}) {{ id }} }}");
        sender.data(&query, json!({})).await["id"].clone()
    }

    async fn unpin(&self) {
        let pinned =
            self.host.data("{ room(id: \"hall\") { pinnedMessages { id } } }", json!({})).await;
        for message in pinned["pinnedMessages"].as_array().unwrap() {
            let query =
                "mutation($m: ID!) { setPin(input: { messageId: $m, pinned: false }) { id } }";
            self.host.data(query, json!({ "m": message["id"] })).await;
        }
    }
}

/// Refused with `FORBIDDEN`, or else not refused at all.
fn judged(answer: &Value, allowed: bool, what: &str) {
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    assert_eq!(code, (!allowed).then_some("FORBIDDEN"), "{what}: {answer}");
}

fn names(root: &str) -> BTreeSet<String> {
    Sdl::read().fields(root).map(|field| field.name.clone()).collect()
}
