//! The way of a question to its answer, while everybody votes.

use super::{
    cluster::Cluster,
    proxy::{Fault, Proxy},
    questions::{STATUS, ask, list},
    rows::Rows,
    votes::{UPVOTE, voters},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_question_goes_its_way_and_everybody_is_told() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = ask(&host, "why?").await;
    assert_eq!(question["questionStatus"], "OPEN");
    let chat = host.send("hall", "chat").await;
    let speaker = cluster.client(1, "sue", &["plenary-speakers"]).await;
    let ada = cluster.client(1, "ada", &[]).await;
    let mut changes = ada.subscribe("subscription { onChangeMessage(roomId: \"hall\") { id questionStatus answeredAt version } }", Value::Null).await;

    let set = |status: &str| json!({ "m": question["id"], "s": status });
    let live = speaker.data(STATUS, set("LIVE")).await;
    assert_eq!(live, json!({ "questionStatus": "LIVE", "answeredAt": null, "version": 2 }));
    let answered = host.data(STATUS, set("ANSWERED")).await;
    assert_eq!(
        (&answered["questionStatus"], &answered["version"]),
        (&json!("ANSWERED"), &json!(3))
    );
    // The same again is the same, and the first answer stays the first.
    assert_eq!(speaker.data(STATUS, set("ANSWERED")).await, answered);
    host.data(STATUS, set("OPEN")).await;
    let again = host.data(STATUS, set("ANSWERED")).await;
    assert_eq!((&again["answeredAt"], &again["version"]), (&answered["answeredAt"], &json!(5)));
    let mut told = Vec::new();
    for _ in 0..4 {
        told.push(changes.next().await["questionStatus"].as_str().unwrap().to_owned());
    }
    assert_eq!(told, ["LIVE", "ANSWERED", "OPEN", "ANSWERED"]);

    assert_eq!(ada.refusal(STATUS, set("LIVE")).await, "FORBIDDEN");
    let wrong = |id: Value| json!({ "m": id, "s": "LIVE" });
    assert_eq!(host.refusal(STATUS, wrong(chat["id"].clone())).await, "BAD_USER_INPUT");
    assert_eq!(host.refusal(STATUS, wrong(json!("hall.99"))).await, "NOT_FOUND");
    let delete = "mutation($m: ID!) { deleteMessage(input: { messageId: $m }) { status } }";
    host.data(delete, json!({ "m": question["id"] })).await;
    assert_eq!(host.refusal(STATUS, set("LIVE")).await, "NOT_FOUND");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_is_set_once_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let question = ask(&host, "why?").await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let client = host.at(node.address);
    client.data("{ room(id: \"hall\") { cursor } }", Value::Null).await;

    let mut version = 1;
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["GetItem", "UpdateItem", "TransactWriteItems", "BatchGetItem"] {
            let status = if version % 2 == 1 { "LIVE" } else { "ANSWERED" };
            let variables = json!({ "m": question["id"], "s": status });
            proxy.calls();
            proxy.begin(operation, fault);
            let answer = client.ask(STATUS, variables.clone()).await;
            proxy.end();
            assert!(proxy.calls().iter().any(|call| call == operation), "{operation}");
            let code = &answer["errors"][0]["extensions"]["code"];
            assert_eq!(code, "UNAVAILABLE", "{operation} {fault:?}: {answer}");
            version += 1;
            let set = client.data(STATUS, variables).await;
            assert_eq!(set["version"], version, "{operation} {fault:?}");
            let fresh = cluster.node(&cluster.table.endpoint).await;
            let fresh = host.at(fresh.address);
            assert_eq!(list(&fresh, 9, "TOP", json!([status])).await, ["why?"]);
            assert_eq!(list(&fresh, 9, "TOP", Value::Null).await, ["why?"]);
        }
    }
}

/// 200 upvotes, 50 of them taken back, and 20 changes of status, through two nodes at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_race_of_votes_and_answers_ends_in_the_exact_count_at_the_right_place() {
    let cluster = Cluster::start(2).await;
    let host = cluster.host(0).await;
    host.create_room("hall").await;
    let (ahead, question, behind) =
        (ask(&host, "ahead").await, ask(&host, "why?").await, ask(&host, "behind").await);
    let rows = Rows::of(&cluster);
    for (other, count) in [(&ahead, 151_u64), (&behind, 149)] {
        let seq = other["seq"].as_u64().unwrap();
        let key = format!("{seq:010}");
        let score = format!("{count:010}#{:010}", 9_999_999_999 - seq);
        rows.set("LOG#hall#0", &key, "upvoteCount", json!({ "N": count.to_string() })).await;
        rows.set("LOG#hall#0", &key, "GSI2SK", json!({ "S": score })).await;
    }
    let voters = voters(&cluster, 200).await;
    let voting = voters.iter().enumerate().map(|(n, voter)| {
        let (voter, id) = (voter.clone(), question["id"].clone());
        let elsewhere = voter.at(cluster.nodes[(n + 1) % 2].address);
        async move {
            voter.data(UPVOTE, json!({ "m": id, "on": true })).await;
            if n < 50 {
                elsewhere.data(UPVOTE, json!({ "m": id, "on": false })).await;
            }
        }
    });
    let answering = (0..20).map(|n| {
        let client = host.at(cluster.nodes[n % 2].address);
        let status = ["LIVE", "ANSWERED", "DISMISSED", "OPEN"][n % 4];
        let id = question["id"].clone();
        async move { client.ask(STATUS, json!({ "m": id, "s": status })).await }
    });
    let (_, answers) = tokio::join!(join_all(voting), join_all(answering));
    for answer in &answers {
        let conflict = answer["errors"][0]["extensions"]["code"] == "VERSION_CONFLICT";
        assert!(answer["errors"].is_null() || conflict, "{answer}");
    }

    let fresh = cluster.node(&cluster.table.endpoint).await;
    let fresh = host.at(fresh.address);
    let read = "query($m: ID!) { message(id: $m) { upvoteCount questionStatus } }";
    let status = fresh.data(read, json!({ "m": question["id"] })).await["questionStatus"].clone();
    for node in &cluster.nodes {
        let client = host.at(node.address);
        let variables = json!({ "m": question["id"] });
        while client.data(read, variables.clone()).await
            != json!({ "upvoteCount": 150, "questionStatus": status })
        {
            tokio::task::yield_now().await;
        }
    }
    for other in [&ahead, &behind] {
        host.data(STATUS, json!({ "m": other["id"], "s": status })).await;
    }
    let expected = ["ahead", "why?", "behind"];
    assert_eq!(list(&fresh, 1, "TOP", json!([status])).await, expected);
    assert_eq!(list(&fresh, 9, "TOP", Value::Null).await, expected);
}
