//! Rooms: creation, listing, change, life, and pages of their history.

use super::cluster::Cluster;
use serde_json::{Value, json};

const CREATE: &str = "mutation($i: CreateRoomInput!) { createRoom(input: $i) { id name status cursor createdAt startsAt settings { maxMessageLength } metadata viewer { role capabilities } } }";
const UPDATE: &str = "mutation($i: UpdateRoomInput!) { updateRoom(input: $i) { id name status closedAt settings { maxMessageLength chatEnabled } } }";
const LIST: &str = "query($f: Int, $a: String, $s: [RoomStatus!]) { rooms(first: $f, after: $a, status: $s) { nodes { id } pageInfo { hasNextPage endCursor } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_host_creates_a_room_and_others_cannot() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    let input = json!({ "id": "hall-1", "name": " Town hall ", "metadata": { "stream": "x" }, "settings": { "maxMessageLength": 10 } });
    let room = host.data(CREATE, json!({ "i": input })).await;
    assert_eq!(
        (&room["id"], &room["name"], &room["status"], &room["cursor"]),
        (&json!("hall-1"), &json!("Town hall"), &json!("OPEN"), &json!("0"))
    );
    assert_eq!(
        (
            &room["settings"]["maxMessageLength"],
            &room["metadata"]["stream"],
            &room["viewer"]["role"]
        ),
        (&json!(10), &json!("x"), &json!("HOST"))
    );
    let later = host
        .data(CREATE, json!({ "i": { "name": "Later", "startsAt": "2099-01-01T00:00:00Z" } }))
        .await;
    assert_eq!(
        (&later["status"], &later["startsAt"]),
        (&json!("SCHEDULED"), &json!("2099-01-01T00:00:00.000Z"))
    );

    assert_eq!(host.refusal(CREATE, json!({ "i": input })).await, "BAD_USER_INPUT");
    for bad in [
        json!({ "name": "" }),
        json!({ "name": "x", "id": "a b" }),
        json!({ "name": "x", "settings": { "retentionDays": 0 } }),
    ] {
        assert_eq!(host.refusal(CREATE, json!({ "i": bad })).await, "BAD_USER_INPUT", "{bad}");
    }
    for group in ["plenary-moderators", "plenary-speakers", "others"] {
        let other = cluster.client(0, "bob", &[group]).await;
        assert_eq!(other.refusal(CREATE, json!({ "i": { "name": "x" } })).await, "FORBIDDEN");
        assert_eq!(
            other.refusal(UPDATE, json!({ "i": { "roomId": "hall-1", "name": "x" } })).await,
            "FORBIDDEN"
        );
    }
    assert_eq!(host.data("{ room(id: \"nowhere\") { id } }", Value::Null).await, Value::Null);
    assert_eq!(
        host.refusal(UPDATE, json!({ "i": { "roomId": "nowhere", "name": "x" } })).await,
        "NOT_FOUND"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_room_takes_effect_on_every_node() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(1, "ada", &[]).await;
    let speaker = cluster.client(1, "sue", &["plenary-speakers"]).await;
    let mut room = ada.follow("hall", Value::Null).await;
    room.next().await;
    let send = "mutation { sendMessage(input: { roomId: \"hall\", content: \"x\" }) { id } }";

    for (status, participant, staff) in [
        ("PAUSED", Some("ROOM_NOT_OPEN"), None),
        ("SCHEDULED", Some("ROOM_NOT_OPEN"), None),
        ("CLOSED", Some("ROOM_NOT_OPEN"), Some("ROOM_NOT_OPEN")),
        ("OPEN", None, None),
    ] {
        let changed =
            host.data(UPDATE, json!({ "i": { "roomId": "hall", "status": status } })).await;
        assert_eq!(changed["closedAt"].is_null(), status != "CLOSED");
        // The other node knows once it has told its subscribers.
        while room.events(1).await.last().unwrap()["room"]["status"] != *status {}
        for (client, expected) in [(&ada, participant), (&speaker, staff)] {
            let answer = client.ask(send, Value::Null).await;
            assert_eq!(
                answer["errors"][0]["extensions"]["code"].as_str(),
                expected,
                "{status}: {answer}"
            );
        }
    }
    host.data(UPDATE, json!({ "i": { "roomId": "hall", "settings": { "chatEnabled": false } } }))
        .await;
    while room.events(1).await.last().unwrap()["__typename"] != "RoomChanged" {}
    assert_eq!(ada.refusal(send, Value::Null).await, "FORBIDDEN");
    assert!(speaker.ask(send, Value::Null).await["errors"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn rooms_are_listed_by_status_page_by_page() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    for n in 0..5 {
        host.create_room(&format!("open-{n}")).await;
    }
    host.create_room("closed").await;
    host.data(UPDATE, json!({ "i": { "roomId": "closed", "status": "CLOSED" } })).await;

    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = host.data(LIST, json!({ "f": 2, "a": after, "s": ["OPEN"] })).await;
        seen.extend(
            page["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .map(|room| room["id"].as_str().unwrap().to_owned()),
        );
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, ["open-0", "open-1", "open-2", "open-3", "open-4"]);
    let closed = host.data(LIST, json!({ "s": ["CLOSED"] })).await;
    assert_eq!(closed["nodes"], json!([{ "id": "closed" }]));
    assert_eq!(host.data(LIST, json!({})).await["nodes"].as_array().unwrap().len(), 6);
    assert_eq!(host.refusal(LIST, json!({ "f": 101 })).await, "BAD_USER_INPUT");
}

#[tokio::test(flavor = "multi_thread")]
async fn history_pages_meet_without_overlap_in_both_directions() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    for n in 0..25 {
        let message = host.send("hall", &n.to_string()).await;
        if n % 5 == 0 {
            host.reply(&message, "reply").await;
        }
    }
    let query = "query($f: Int, $a: String, $l: Int, $b: String, $k: [MessageKind!]) { messages(roomId: \"hall\", first: $f, after: $a, last: $l, before: $b, kinds: $k) {
        edges { cursor node { content } } nodes { content } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let contents = |page: &Value| -> Vec<String> {
        page["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| node["content"].as_str().unwrap().to_owned())
            .collect()
    };
    let numbers = |range: std::ops::Range<i32>| range.map(|n| n.to_string()).collect::<Vec<_>>();
    // The second node starts with nothing in memory but what it loads; both must say the same.
    for node in 0..2 {
        let reader = host.at(cluster.nodes[node].address);
        let newest = reader.data(query, json!({ "l": 10 })).await;
        assert_eq!(contents(&newest), numbers(15..25));
        assert_eq!(
            (&newest["pageInfo"]["hasPreviousPage"], &newest["pageInfo"]["hasNextPage"]),
            (&json!(true), &json!(false))
        );
        let older =
            reader.data(query, json!({ "l": 10, "b": newest["pageInfo"]["startCursor"] })).await;
        assert_eq!(contents(&older), numbers(5..15));
        let oldest =
            reader.data(query, json!({ "l": 10, "b": older["pageInfo"]["startCursor"] })).await;
        assert_eq!(contents(&oldest), numbers(0..5));
        assert_eq!(oldest["pageInfo"]["hasPreviousPage"], false);
        let first = reader.data(query, json!({ "f": 7 })).await;
        assert_eq!(
            (contents(&first), &first["pageInfo"]["hasNextPage"]),
            (numbers(0..7), &json!(true))
        );
        let next = reader.data(query, json!({ "f": 100, "a": first["edges"][6]["cursor"] })).await;
        assert_eq!(
            (contents(&next), &next["pageInfo"]["hasNextPage"]),
            (numbers(7..25), &json!(false))
        );
        let between = reader.data(query, json!({ "l": 2, "a": first["edges"][1]["cursor"], "b": first["edges"][5]["cursor"] })).await;
        assert_eq!(contents(&between), numbers(3..5));
        assert!(contents(&reader.data(query, json!({ "k": ["QUESTION"] })).await).is_empty());
        assert_eq!(contents(&reader.data(query, json!({})).await).len(), 25);
    }
    for bad in
        [json!({ "f": 1, "l": 1 }), json!({ "f": 0 }), json!({ "l": 101 }), json!({ "a": "x" })]
    {
        assert_eq!(host.refusal(query, bad.clone()).await, "BAD_USER_INPUT", "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_viewer_is_who_the_token_says() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let ada = cluster.client(0, "ada", &["choir", "plenary-speakers"]).await;
    let viewer = ada.data("{ viewer { displayName groups } }", Value::Null).await;
    assert_eq!(viewer, json!({ "displayName": "ada", "groups": ["choir", "plenary-speakers"] }));
    let room =
        ada.data("{ room(id: \"hall\") { viewer { role capabilities } } }", Value::Null).await;
    assert_eq!(room["viewer"]["role"], "SPEAKER");
    assert!(!room["viewer"]["capabilities"].as_array().unwrap().contains(&json!("MANAGE_ROOM")));
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_what_a_node_does() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    host.send("hall", "one").await;
    host.refusal(
        "mutation { sendMessage(input: { roomId: \"hall\", content: \"\" }) { id } }",
        Value::Null,
    )
    .await;
    let node = &cluster.nodes[0];
    for (metric, value) in [
        ("plenary_mutation_duration_seconds_count", 3.0),
        ("plenary_append_group_size_count", 1.0),
        ("plenary_refusals_total", 1.0),
        ("plenary_feeds", 1.0),
        ("plenary_broker_up", 1.0),
    ] {
        assert!((node.metric(metric).await - value).abs() < f64::EPSILON, "{metric}");
    }
    let status = node.status().await;
    assert_eq!(
        (&status["broker"]["state"], &status["openRooms"], &status["draining"]),
        (&json!("up"), &json!(1), &json!(false))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_holds_counts_as_often_as_it_may_come() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    let deep = "{ rooms(first: 100) { nodes { messages(last: 100) { nodes { replies(first: 100) { nodes { id } } } } } } }";
    assert_eq!(host.refusal(deep, Value::Null).await, "QUERY_TOO_COMPLEX");
    let view = "{ rooms(first: 20) { nodes { id name messages(last: 10) { nodes { id content author { displayName } } } } } }";
    assert!(host.ask(view, Value::Null).await["errors"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_that_never_were_make_empty_pages_not_faults() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let message = host.send("hall", "why?").await;
    host.reply(&message, "because").await;
    let max = u64::MAX.to_string();
    let replies = "query($m: ID!, $a: String, $b: String) { message(id: $m) { replies(after: $a, before: $b) { nodes { id } } } }";
    let messages = "query($a: String, $b: String) { messages(roomId: \"hall\", first: 5, after: $a, before: $b) { nodes { id } } }";
    for (after, before, count) in [
        ("90000000000", max.as_str(), 0),
        (max.as_str(), max.as_str(), 0),
        ("9", "2", 0),
        ("0", "0", 0),
        ("0", max.as_str(), 1),
    ] {
        let page = host.data(replies, json!({ "m": message["id"], "a": after, "b": before })).await;
        assert_eq!(page["replies"]["nodes"].as_array().unwrap().len(), count, "{after} {before}");
        let page = host.data(messages, json!({ "a": after, "b": before })).await;
        assert_eq!(page["nodes"].as_array().unwrap().len(), count, "{after} {before}");
    }
    assert!(host.data(LIST, json!({ "a": "~~" })).await["nodes"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn long_replies_beyond_one_megabyte_are_all_found() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    let input = json!({ "id": "hall", "name": "Hall", "settings": { "maxMessageLength": 10_000 } });
    host.data(CREATE, json!({ "i": input })).await;
    let message = host.send("hall", "why?").await;
    let long = "💬".repeat(10_000);
    for _ in 0..40 {
        host.reply(&message, &long).await;
    }
    // More than a node keeps in memory, so that the first replies stand in the table alone.
    for _ in 0..150 {
        host.send("hall", &long).await;
    }
    let query = "query($m: ID!, $f: Int, $l: Int) { message(id: $m) { replies(first: $f, last: $l) { nodes { seq } pageInfo { hasNextPage } } } }";
    for page in [json!({ "m": message["id"], "f": 100 }), json!({ "m": message["id"], "l": 100 })] {
        let replies = host.data(query, page).await["replies"].clone();
        assert_eq!(replies["nodes"].as_array().unwrap().len(), 40);
        assert_eq!(replies["pageInfo"]["hasNextPage"], false);
    }
}
