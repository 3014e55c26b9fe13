//! The web pages from outside: where they are, what a browser is told about them, and what they are told about the node.
//! They are served the same whether the web build is part of this binary or not; only what they say differs.

use crate::support::{Reply, Server, send, serve_with, serve_with_sign_in};
use flate2::read::GzDecoder;
use resolvers::GroupRoles;
use schema::Role;
use serde_json::json;
use std::io::Read as _;

const POOL: &str = "https://login.example/ audiences=plenary jwks=https://login.example/keys; \
                    eu-central-1_AbCdEf123 clients=web,mobile; us-east-1_Other1 clients=other";

async fn get(server: &Server, path: &str) -> Reply {
    send(server.request("GET", path)).await
}

async fn with_issuers(text: &str) -> Server {
    serve_with(|config| config.jwt_issuers = text.parse().unwrap()).await
}

/// The page, or what stands in its place in a build without pages.
fn is_page(reply: &Reply) -> bool {
    match reply.status.as_u16() {
        200 => reply.headers["content-type"] == "text/html",
        404 => reply.text.contains("make web"),
        _ => false,
    }
}

#[tokio::test]
async fn the_room_client_is_at_each_address_of_its_router_in_production_too() {
    let server = serve_with(|config| config.production = true).await;
    for path in ["/", "/rooms/hall", "/rooms/hall/stage", "/rooms/hall?thread=1"] {
        let reply = get(&server, path).await;
        assert!(is_page(&reply), "{path}: {reply:?}");
    }
}

#[tokio::test]
async fn what_is_no_address_of_it_is_not_found() {
    let server = serve_with_sign_in(|_| {}).await;
    for path in [
        "/room",
        "/index.html",
        "/favicon.ico",
        "/assets/none.js",
        "/assets/../index.html",
        "/rooms",
    ] {
        let reply = get(&server, path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(reply.text, "", "{path}");
    }
    assert_eq!(send(server.request("POST", "/")).await.status, 405);
}

#[tokio::test]
async fn a_browser_is_told_what_a_page_may_do() {
    let server = with_issuers(POOL).await;
    let reply = get(&server, "/rooms/hall").await;
    assert_eq!(reply.headers["x-content-type-options"], "nosniff");
    // Without the web build there is text, which may do nothing.
    if reply.status == 404 {
        return;
    }
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    let directives: Vec<&str> = policy.split("; ").collect();
    for directive in [
        "default-src 'self'",
        "connect-src 'self' ws: wss: https://cognito-idp.eu-central-1.amazonaws.com",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(directives.contains(&directive), "{directive}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(reply.headers["referrer-policy"], "no-referrer");
    assert_eq!(reply.headers["x-frame-options"], "DENY");
    assert_eq!(reply.headers["cache-control"], "no-cache");
}

#[tokio::test]
async fn assets_are_kept_for_ever_by_their_names() {
    let server = serve_with(|config| config.production = true).await;
    let page = get(&server, "/").await;
    for path in page.text.split('"').filter(|text| text.starts_with("/assets/")) {
        let asset = get(&server, path).await;
        assert_eq!(asset.status, 200, "{path}");
        assert_eq!(asset.headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(asset.headers["x-content-type-options"], "nosniff");
    }
}

#[tokio::test]
async fn a_page_learns_of_the_first_user_pool_and_its_first_client() {
    let server = with_issuers(POOL).await;
    let expected = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "signIn": {
            "kind": "cognito",
            "userPoolId": "eu-central-1_AbCdEf123",
            "clientId": "web",
            "region": "eu-central-1",
        },
        "roleGroups": {
            "HOST": ["plenary-hosts"],
            "MODERATOR": ["plenary-moderators"],
            "SPEAKER": ["plenary-speakers"],
        },
        "graphiql": true,
    });
    assert_eq!(get(&server, "/config.json").await.json(), expected);
}

#[tokio::test]
async fn a_page_signs_in_where_an_emulator_of_cognito_is() {
    let issuer = "http://127.0.0.1:9229/local_1 clients=web endpoint=http://127.0.0.1:9229/api";
    let server = with_issuers(issuer).await;
    let sign_in = json!({
        "kind": "cognito",
        "userPoolId": "local_1",
        "clientId": "web",
        "region": "local",
        "endpoint": "http://127.0.0.1:9229/api",
    });
    assert_eq!(get(&server, "/config.json").await.json()["signIn"], sign_in);
    let page = get(&server, "/").await;
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    let directive = "connect-src 'self' ws: wss: http://127.0.0.1:9229;";
    assert!(policy.contains(directive), "{policy}");
    assert!(!policy.contains("amazonaws.com"), "{policy}");
}

#[tokio::test]
async fn a_page_learns_how_else_people_sign_in() {
    let development = serve_with_sign_in(|_| {}).await;
    assert_eq!(
        get(&development, "/config.json").await.json()["signIn"],
        json!({ "kind": "development" })
    );
    let others = [
        "https://login.example/ audiences=plenary jwks=https://login.example/keys",
        "http://127.0.0.1:9229/local_1 clients=web jwks=http://127.0.0.1:9229/local_1/keys",
    ];
    for issuers in others {
        let server = with_issuers(issuers).await;
        let config = get(&server, "/config.json").await;
        assert_eq!(config.json()["signIn"], json!({ "kind": "token" }), "{issuers}");
        assert_eq!(config.headers["cache-control"], "no-store");
    }
}

#[tokio::test]
async fn production_has_no_graphiql_to_name() {
    let server = serve_with(|config| config.production = true).await;
    assert_eq!(get(&server, "/config.json").await.json()["graphiql"], json!(false));
}

#[tokio::test]
async fn a_page_learns_which_groups_give_a_role() {
    let roles = [("crew", Role::Host), ("stage", Role::Speaker), ("chairs", Role::Host)];
    let roles = roles.map(|(group, role)| (group.to_owned(), role));
    let server = serve_with(|config| config.group_roles = GroupRoles::new(roles)).await;
    let expected = json!({ "HOST": ["chairs", "crew"], "MODERATOR": [], "SPEAKER": ["stage"] });
    assert_eq!(get(&server, "/config.json").await.json()["roleGroups"], expected);
}

#[tokio::test]
async fn pages_and_their_scripts_are_sent_as_small_as_the_client_takes_them() {
    let server = serve_with(|_| {}).await;
    let page = get(&server, "/").await;
    let assets = page.text.split('"').filter(|text| text.starts_with("/assets/index-"));
    // Without the web build there is text, too short to compress.
    for path in assets {
        let fetch = async |accepted: Option<&str>| {
            let request = server.request("GET", path);
            let request = match accepted {
                Some(accepted) => request.header("accept-encoding", accepted),
                None => request,
            };
            let response = request.send().await.unwrap();
            let vary: Vec<_> = response.headers().get_all("vary").iter().cloned().collect();
            assert!(vary.iter().any(|value| value == "accept-encoding"), "{path}: {vary:?}");
            (response.headers().clone(), response.bytes().await.unwrap())
        };
        let (headers, plain) = fetch(None).await;
        assert!(!headers.contains_key("content-encoding"), "{path}");
        let kind = headers["content-type"].clone();

        let (headers, gzip) = fetch(Some("gzip, deflate")).await;
        assert_eq!(
            (&headers["content-encoding"], &headers["content-type"]),
            (&"gzip".parse().unwrap(), &kind)
        );
        let mut unpacked = Vec::new();
        GzDecoder::new(&*gzip).read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == plain, "{path} is another file in gzip");

        let (headers, brotli) = fetch(Some("gzip, deflate, br")).await;
        assert_eq!(
            (&headers["content-encoding"], &headers["content-type"]),
            (&"br".parse().unwrap(), &kind)
        );
        assert!(brotli.len() < gzip.len() && gzip.len() * 2 < plain.len(), "{path}");
    }
}
