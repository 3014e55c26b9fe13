//! What users say of themselves, and who sees it when.

use super::{
    client::Client,
    cluster::Cluster,
    proxy::{Fault, Proxy},
};
use futures_util::future::join_all;
use serde_json::{Value, json};

const UPDATE: &str =
    "mutation($i: UpdateProfileInput!) { updateProfile(input: $i) { displayName avatarUrl } }";
const VIEWER: &str = "{ viewer { displayName avatarUrl } }";
const PICTURE: &str = "https://cdn.example/ada.png";

async fn update(client: &Client, input: Value) -> Value {
    client.data(UPDATE, json!({ "i": input })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_stands_before_the_token_on_every_node() {
    let mut cluster = Cluster::start(1).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let unset = json!({ "displayName": "ada", "avatarUrl": null });
    assert_eq!(ada.data(VIEWER, Value::Null).await, unset);

    // The node has just kept that there is none; its own change shows at once.
    let named = json!({ "displayName": "Ada L.", "avatarUrl": null });
    assert_eq!(update(&ada, json!({ "displayName": "  Ada L. " })).await, named);
    let pictured = json!({ "displayName": "Ada L.", "avatarUrl": PICTURE });
    assert_eq!(update(&ada, json!({ "avatarUrl": PICTURE, "displayName": null })).await, pictured);
    assert_eq!(ada.data(VIEWER, Value::Null).await, pictured);

    let node = cluster.node(&cluster.table.endpoint).await;
    assert_eq!(ada.at(node.address).data(VIEWER, Value::Null).await, pictured);
    cluster.nodes.push(node);
    assert_eq!(update(&ada, json!({ "avatarUrl": "" })).await, named);
    // Hers alone.
    let bob = cluster.client(1, "bob", &[]).await;
    assert_eq!(bob.data(VIEWER, Value::Null).await["displayName"], "bob");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_sent_again_is_the_same_profile() {
    let cluster = Cluster::start(2).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let input = json!({ "displayName": "Ada", "avatarUrl": PICTURE });
    let attempts = (0..8).map(|n| {
        let (client, input) = (ada.at(cluster.nodes[n % 2].address), input.clone());
        async move { update(&client, input).await }
    });
    let answers = join_all(attempts).await;
    assert!(answers.iter().all(|answer| *answer == input), "{answers:?}");
    assert_eq!(update(&ada, json!({})).await, input);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_converges_whichever_call_fails() {
    let cluster = Cluster::start(1).await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let ada = cluster.client(0, "ada", &[]).await.at(node.address);
    for fault in [Fault::Fail, Fault::LoseAnswer] {
        for operation in ["UpdateItem", "GetItem"] {
            let name = format!("{operation} {fault:?}");
            let input = json!({ "i": { "displayName": name } });
            proxy.begin(operation, fault);
            assert_eq!(ada.refusal(UPDATE, input.clone()).await, "UNAVAILABLE", "{name}");
            proxy.end();
            assert_eq!(ada.data(UPDATE, input).await["displayName"], *name);
            assert_eq!(ada.data(VIEWER, Value::Null).await["displayName"], *name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_changes_at_once_none_is_undone_by_what_was_read_before_it() {
    let cluster = Cluster::start(1).await;
    let ada = cluster.client(0, "ada", &[]).await;
    for round in 0..10 {
        let url = format!("{PICTURE}?{round}");
        let name = format!("Ada {round}");
        tokio::join!(
            update(&ada, json!({ "displayName": name })),
            ada.data(VIEWER, Value::Null),
            update(&ada, json!({ "avatarUrl": url })),
        );
        let both = json!({ "displayName": name, "avatarUrl": url });
        assert_eq!(ada.data(VIEWER, Value::Null).await, both);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_changes_only_so_often_whichever_node_is_asked() {
    let cluster = Cluster::start_with(2, &["--max-profile-rate=3"]).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let elsewhere = ada.at(cluster.nodes[1].address);
    for (client, name) in [(&ada, "A"), (&elsewhere, "B"), (&ada, "C")] {
        update(client, json!({ "displayName": name })).await;
    }
    let another = json!({ "i": { "displayName": "D" } });
    let refused = elsewhere.refused(UPDATE, another).await;
    assert_eq!(refused["code"], "RATE_LIMITED");
    assert!((1..=20_000).contains(&refused["retryAfterMs"].as_u64().unwrap()), "{refused}");
    // What changes nothing is not counted, and others are not concerned.
    assert_eq!(update(&ada, json!({})).await["displayName"], "C");
    update(&cluster.client(0, "bob", &[]).await, json!({ "displayName": "Bob" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_name_and_no_picture_is_refused_and_named() {
    let cluster = Cluster::start(1).await;
    let ada = cluster.client(0, "ada", &[]).await;
    let long_url = format!("https://cdn.example/{}", "x".repeat(2048));
    for (field, value) in [
        ("displayName", String::new()),
        ("displayName", "\u{200B} \u{3164}".to_owned()),
        ("displayName", "Ada\nHost".to_owned()),
        ("displayName", "Ada\u{202E}".to_owned()),
        ("displayName", "ä".repeat(81)),
        ("avatarUrl", "http://cdn.example/ada.png".to_owned()),
        ("avatarUrl", "javascript:alert(1)".to_owned()),
        ("avatarUrl", "https://cdn.example/\" onerror=\"".to_owned()),
        ("avatarUrl", long_url),
    ] {
        let mut input = json!({ "displayName": "Fine", "avatarUrl": PICTURE });
        input[field] = json!(value);
        let answer = ada.ask(UPDATE, json!({ "i": input })).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["code"], &extensions["field"]),
            (&json!("BAD_USER_INPUT"), &json!(field)),
            "{value:?}: {answer}"
        );
    }
    // And nothing of what came with it was taken.
    assert_eq!(ada.data(VIEWER, Value::Null).await["displayName"], "ada");
    let stranger = Client::new(ada.address, "nonsense".to_owned());
    let update = json!({ "i": { "displayName": "Eve" } });
    assert_eq!(stranger.refusal(UPDATE, update).await, "UNAUTHENTICATED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_read_once_by_all_who_ask_for_it() {
    let cluster = Cluster::start(1).await;
    let proxy = Proxy::start(&cluster.table.endpoint).await;
    let node = cluster.node(&proxy.endpoint).await;
    let ada = cluster.client(0, "ada", &[]).await.at(node.address);
    proxy.calls();
    join_all((0..20).map(|_| ada.data(VIEWER, Value::Null))).await;
    assert_eq!(proxy.calls(), ["GetItem"]);
    update(&ada, json!({ "displayName": "Ada" })).await;
    join_all((0..20).map(|_| ada.data(VIEWER, Value::Null))).await;
    assert_eq!(proxy.calls(), ["UpdateItem", "GetItem"]);
}
