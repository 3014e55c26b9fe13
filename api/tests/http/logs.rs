//! Nothing secret reaches a log or a metric, at whatever level.

use crate::support::{TOKEN, logs, metrics, send, serve};
use reqwest::header::{AUTHORIZATION, COOKIE};
use serde_json::json;

#[tokio::test]
async fn what_clients_say_is_not_logged() {
    let server = serve().await;
    let canary = "canary-7c1f4e";
    let query = format!("query {{ room(id: \"{canary}-document\") missing broken }}");
    let body = json!({ "query": query, "variables": { "secret": format!("{canary}-variable") } });
    let marked = server
        .post(&body)
        .header("x-api-key", format!("{canary}-header"))
        .header(COOKIE, format!("a={canary}-cookie"));
    let reply = send(marked).await;
    assert_eq!(reply.code(), "NOT_FOUND");
    for authorization in [
        format!("Bearer {canary}-token"),
        format!("{canary}-token"),
        format!("Basic {canary}-token"),
    ] {
        assert_eq!(
            send(server.post(&body).header(AUTHORIZATION, &authorization)).await.status,
            401
        );
        let request =
            server.request("POST", "/graphql").header(AUTHORIZATION, authorization).json(&body);
        assert_eq!(send(request).await.status, 401);
    }
    let address = format!("/graphql?query={{viewer{{id}}}}&token={canary}-address");
    assert_eq!(
        send(server.request("GET", &address).header(AUTHORIZATION, &*TOKEN)).await.status,
        200
    );
    assert_eq!(
        send(server.request("GET", &format!("/{canary}-path?{canary}-query"))).await.status,
        404
    );
    let syntax = format!("{{ {canary}-syntax");
    assert_eq!(server.query(&syntax).await.code(), "BAD_USER_INPUT");
    server.connect(&format!("GET / {canary}-garbage\r\n\r\n")).await;

    let id = reply.headers["x-request-id"].to_str().unwrap();
    let logged = logs().text();
    assert!(logged.contains(id) && logged.contains("token refused"), "the requests were logged");
    assert!(!logged.contains(canary));
    assert!(!metrics().render().contains(canary));
    assert!(!logged.contains(TOKEN.as_str()));
}
