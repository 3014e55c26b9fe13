//! A room's life: its settings and their bounds, what each status allows whom, and how long messages are kept.

use super::{client::Client, cluster::Cluster, rows::Rows};
use serde_json::{Value, json};

const CREATE: &str = "mutation($i: CreateRoomInput!) { createRoom(input: $i) { id status } }";
const UPDATE: &str = "mutation($i: UpdateRoomInput!) { updateRoom(input: $i) { name status closedAt startsAt metadata createdAt updatedAt heldTerms refusedTerms } }";
const SETTINGS: &str = "{ room(id: \"hall\") { settings { slowModeSeconds maxAcceptRate maxDeliveryRate maxMessageLength reviewMode chatEnabled
    questionsEnabled participantsCanReply reactionsEnabled anonymousQuestions uniqueMessages editWindowSeconds allowedReactions retentionDays } } }";

async fn update(host: &Client, mut input: Value) -> Value {
    input["roomId"] = json!("hall");
    host.data(UPDATE, json!({ "i": input })).await
}

/// The code and the field with which settings are refused, by both mutations alike.
async fn refused(host: &Client, settings: &Value) -> (String, String) {
    let update = json!({ "i": { "roomId": "hall", "settings": settings } });
    let create = json!({ "i": { "name": "Other", "settings": settings } });
    let mut answers = Vec::new();
    for (query, variables) in [(UPDATE, update), (CREATE, create)] {
        let answer = host.ask(query, variables).await;
        let extensions = answer["errors"][0]["extensions"].clone();
        let text = |name: &str| extensions[name].as_str().unwrap_or_default().to_owned();
        answers.push((text("code"), text("field")));
    }
    assert_eq!(answers[0], answers[1], "{settings}");
    answers.remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_setting_is_kept_and_what_is_left_out_stays() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let settings = json!({
        "slowModeSeconds": 3_600, "maxAcceptRate": 1_000, "maxDeliveryRate": 1, "maxMessageLength": 10_000, "reviewMode": "QUESTIONS",
        "chatEnabled": false, "questionsEnabled": false, "participantsCanReply": false, "reactionsEnabled": false, "anonymousQuestions": true,
        "uniqueMessages": true, "editWindowSeconds": 0, "allowedReactions": ["🎉", "yes"], "retentionDays": 3_650,
    });
    update(&host, json!({ "settings": settings })).await;
    assert_eq!(host.data(SETTINGS, Value::Null).await["settings"], settings);
    update(&host, json!({ "settings": { "maxDeliveryRate": 7 } })).await;
    update(&host, json!({ "name": "Great hall" })).await;
    // A node that reads the room from the table.
    let other = cluster.host(1).await;
    let mut expected = settings;
    expected["maxDeliveryRate"] = json!(7);
    assert_eq!(other.data(SETTINGS, Value::Null).await["settings"], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_setting_has_bounds_and_a_refusal_names_it() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let before = host.data(SETTINGS, Value::Null).await;
    for (field, low, high) in [
        ("slowModeSeconds", 0, 3_600),
        ("maxAcceptRate", 1, 1_000),
        ("maxDeliveryRate", 1, 1_000),
        ("maxMessageLength", 1, 10_000),
        ("editWindowSeconds", 0, 86_400),
        ("retentionDays", 1, 3_650),
    ] {
        for value in [low - 1, high + 1] {
            let (code, named) = refused(&host, &json!({ field: value })).await;
            assert_eq!(code, "BAD_USER_INPUT", "{field}: {value}");
            // What is no unsigned number does not get as far as the settings.
            assert!(named == field || value < 0, "{field}: {named}");
        }
    }
    let many = |count: usize| (0..count).map(|n| format!("r{n}")).collect::<Vec<_>>();
    let long = |length| vec!["x".repeat(length)];
    for (field, bad) in [
        ("allowedReactions", many(21)),
        ("allowedReactions", long(33)),
        ("allowedReactions", vec![String::new()]),
        ("allowedReactions", vec!["yes".into(), "yes".into()]),
        ("heldTerms", many(201)),
        ("heldTerms", long(65)),
        ("refusedTerms", many(201)),
        ("refusedTerms", long(65)),
        // Nothing that could be looked for.
        ("heldTerms", vec!["*".into()]),
        ("heldTerms", vec!["a*b".into()]),
        ("refusedTerms", vec!["fine".into(), "\u{200b}".into()]),
        ("refusedTerms", vec!["*x".into()]),
    ] {
        let expected = ("BAD_USER_INPUT".to_owned(), field.to_owned());
        assert_eq!(refused(&host, &json!({ field: bad })).await, expected, "{bad:?}");
    }
    assert_eq!(host.data(SETTINGS, Value::Null).await, before);
    let terms = json!({ "heldTerms": many(200), "refusedTerms": ["a b", "bad*"], "allowedReactions": many(20) });
    let changed = update(&host, json!({ "settings": terms })).await;
    assert_eq!(
        (&changed["heldTerms"], &changed["refusedTerms"]),
        (&terms["heldTerms"], &terms["refusedTerms"])
    );
    let query = "{ room(id: \"hall\") { refusedTerms } }";
    let moderator = cluster.client(0, "mo", &["plenary-moderators"]).await;
    assert_eq!(moderator.refusal(query, Value::Null).await, "FORBIDDEN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_remembers_when_it_was_closed_and_what_it_was_told() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    let metadata = json!({ "stream": { "id": 7 } });
    host.data(CREATE, json!({ "i": { "id": "hall", "name": "Hall", "startsAt": "2099-01-01T00:00:00Z", "metadata": metadata } })).await;
    let open = update(&host, json!({ "status": "OPEN" })).await;
    assert_eq!(
        (&open["startsAt"], &open["metadata"], &open["closedAt"]),
        (&json!("2099-01-01T00:00:00.000Z"), &metadata, &Value::Null)
    );
    let closed = update(&host, json!({ "status": "CLOSED" })).await;
    assert_eq!(closed["closedAt"], closed["updatedAt"]);
    let renamed =
        update(&host, json!({ "name": " Old hall ", "startsAt": "2099-02-01T00:00:00Z" })).await;
    assert_eq!(
        (&renamed["closedAt"], &renamed["name"], &renamed["startsAt"]),
        (&closed["closedAt"], &json!("Old hall"), &json!("2099-02-01T00:00:00.000Z"))
    );
    assert!(renamed["updatedAt"].as_str() > closed["updatedAt"].as_str());
    assert_eq!((&renamed["createdAt"], &renamed["status"]), (&open["createdAt"], &json!("CLOSED")));
    assert_eq!(update(&host, json!({ "status": "OPEN" })).await["closedAt"], Value::Null);

    let big = json!({ "x": "y".repeat(1_100) });
    for (query, input) in [
        (UPDATE, json!({ "roomId": "hall", "metadata": big })),
        (CREATE, json!({ "name": "x", "metadata": big })),
    ] {
        assert_eq!(host.refusal(query, json!({ "i": input })).await, "METADATA_TOO_LARGE");
    }
    for name in ["", " \t", "two\nlines", "ü".repeat(201).as_str()] {
        let answer = host.ask(UPDATE, json!({ "i": { "roomId": "hall", "name": name } })).await;
        assert_eq!(answer["errors"][0]["extensions"]["field"], "name", "{answer}");
    }
}

/// What a role may do, as the mutation and the role that is tried.
const SEND: &str = "mutation { sendMessage(input: { roomId: \"hall\", content: \"x\" }) { id } }";
const ASK: &str =
    "mutation { sendMessage(input: { roomId: \"hall\", content: \"x?\", kind: QUESTION }) { id } }";
const REPLY: &str =
    "mutation($m: ID!) { sendReply(input: { messageId: $m, content: \"x\" }) { id } }";
const EDIT: &str =
    "mutation($o: ID!, $c: String!) { editMessage(input: { messageId: $o, content: $c }) { id } }";
const DELETE: &str = "mutation($o: ID!) { deleteMessage(input: { messageId: $o }) { id } }";
const PIN: &str = "mutation($m: ID!) { setPin(input: { messageId: $m, pinned: true }) { id } }";
const TELL: &str = "mutation { sendEvent(input: { roomId: \"hall\", name: \"x\" }) }";

#[tokio::test(flavor = "multi_thread")]
async fn what_each_status_allows_whom() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let people = [
        cluster.client(0, "ada", &[]).await,
        cluster.client(0, "sue", &["plenary-speakers"]).await,
        cluster.client(0, "mo", &["plenary-moderators"]).await,
        host.clone(),
    ];
    let message = host.send("hall", "hello").await;
    let (open, forbidden) = ("ROOM_NOT_OPEN", "FORBIDDEN");
    for (status, participants, staff, events) in [
        ("OPEN", "", "", ""),
        ("SCHEDULED", open, "", ""),
        ("PAUSED", open, "", ""),
        ("CLOSED", open, open, open),
    ] {
        update(&host, json!({ "status": "OPEN" })).await;
        let mut own = Vec::new();
        for client in &people {
            own.push(client.send("hall", "mine").await["id"].clone());
        }
        update(&host, json!({ "status": status })).await;
        for (query, expected) in [
            (SEND, [participants, staff, staff, staff]),
            (ASK, [participants, staff, staff, staff]),
            (REPLY, [participants, staff, staff, staff]),
            (EDIT, [participants, staff, staff, staff]),
            // Order is kept, and what is one's own may go, whatever the room does.
            (PIN, [forbidden, forbidden, "", ""]),
            (TELL, [forbidden, forbidden, forbidden, events]),
            (DELETE, [""; 4]),
        ] {
            for ((client, own), expected) in people.iter().zip(&own).zip(expected) {
                let variables = json!({ "m": message["id"], "o": own, "c": status });
                let answer = client.ask(query, variables).await;
                let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
                assert_eq!(code, expected, "{status}: {query}: {answer}");
            }
        }
        // It can be read all the same.
        assert!(!people[0].history("hall").await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_past_their_days_are_not_read() {
    const DAYS: u64 = 2;
    let mut cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    let input = json!({ "id": "hall", "name": "Hall", "settings": { "retentionDays": DAYS } });
    host.data(CREATE, json!({ "i": input })).await;
    let root = host.send("hall", "root").await;
    let reply = host.reply(&root, "expired reply").await;
    let expired = host.send("hall", "expired").await;
    host.reply(&root, "reply").await;
    let rows = Rows::of(&cluster);
    let number = |row: &Value, name: &str| row[name]["N"].as_str().unwrap().parse::<u64>().unwrap();
    for message in [&reply, &expired] {
        let sk = format!("{:010}", message["seq"].as_u64().unwrap());
        let row = rows.get("LOG#hall#0", &sk).await;
        let kept = number(&row, "expiresAt") - number(&row, "createdAt") / 1_000;
        assert_eq!(kept, DAYS * 86_400);
        // As if it had been sent so long ago.
        let ago = |name: &str, unit: u64| json!({ "N": (number(&row, name) - DAYS * 86_400 * unit).to_string() });
        rows.set("LOG#hall#0", &sk, "expiresAt", ago("expiresAt", 1)).await;
        rows.set("LOG#hall#0", &sk, "createdAt", ago("createdAt", 1_000)).await;
    }
    // DynamoDB has not deleted them; a node that reads them now does not show them.
    cluster.nodes.push(cluster.node(&cluster.table.endpoint).await);
    let reader = cluster.host(1).await;
    let contents: Vec<_> =
        reader.history("hall").await.iter().map(|message| message["content"].clone()).collect();
    assert_eq!(contents, ["root"]);
    let query = "query($m: ID!) { message(id: $m) { content replies { nodes { content } } } }";
    for message in [&reply, &expired] {
        assert_eq!(reader.data(query, json!({ "m": message["id"] })).await, Value::Null);
    }
    let left = reader.data(query, json!({ "m": root["id"] })).await;
    assert_eq!(left["replies"]["nodes"], json!([{ "content": "reply" }]));
    let mut replay = reader.follow("hall", json!("0")).await;
    let events = replay.events(4).await;
    let seqs: Vec<_> = events.iter().map(|event| event["seq"].clone()).collect();
    assert_eq!(seqs, [1, 3, 5, 6]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_made_and_who_changed_the_room_is_in_its_audit_log() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let terms = ["one", "two", "three"];
    let settings = json!({ "slowModeSeconds": 5, "maxDeliveryRate": 1000, "heldTerms": terms });
    update(&host, json!({ "name": "Hall", "status": "PAUSED", "settings": settings })).await;
    update(&host, json!({ "metadata": { "agenda": 3 }, "startsAt": "2026-03-01T12:00:00.000Z" }))
        .await;

    let query =
        "{ room(id: \"hall\") { auditLog(first: 10) { nodes { action actorId details } } } }";
    let log = host.data(query, Value::Null).await["auditLog"]["nodes"].clone();
    let act = |action: &str, details: Value| json!({ "action": action, "actorId": "hedy", "details": details });
    let changed =
        json!({ "status": "PAUSED", "settings": { "slowModeSeconds": 5, "heldTerms": 3 } });
    let moved = json!({ "metadata": { "agenda": 3 }, "startsAt": "2026-03-01T12:00:00.000Z" });
    let uid = host.id().await;
    let expected =
        [act("updateRoom", moved), act("updateRoom", changed), act("createRoom", Value::Null)];
    for (found, expected) in log.as_array().unwrap().iter().zip(expected) {
        assert_eq!(found["details"], expected["details"], "{log}");
        assert_eq!((&found["action"], &found["actorId"]), (&expected["action"], &json!(uid)));
    }
    assert_eq!(log.as_array().unwrap().len(), 3);
}
