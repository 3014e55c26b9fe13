//! Which protocol a request asks for, and what it shows to be let in.

use super::tokens;
use crate::{
    json::is_bounded,
    ws::{CloseCode, protocol::Dialect, token::Credential},
};
use axum::http::{HeaderMap, Uri, header::SEC_WEBSOCKET_PROTOCOL};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Map, Value};

/// What a handshake offers.
#[derive(Debug)]
pub(in crate::ws) struct Offer {
    pub(in crate::ws) dialect: Dialect,
    /// With which code the connection is closed, if the client does not offer that dialect by its name.
    pub(in crate::ws) objection: Option<CloseCode>,
    pub(in crate::ws) credential: Option<Credential>,
}

/// What the last part of AppSync's real-time addresses is.
const REALTIME: &str = "/realtime";

impl Offer {
    /// AppSync's protocol is spoken below [`REALTIME`], and elsewhere where `graphql-ws` is offered together with AppSync's header or
    /// an API key. An older protocol has the same name; it is spoken where the newest is not offered.
    pub(super) fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        let offered = || tokens(headers, &SEC_WEBSOCKET_PROTOCOL);
        let offers = |dialect: Dialect| offered().any(|name| Some(name) == dialect.subprotocol());
        let header = offered().find_map(in_subprotocol).or_else(|| in_query(uri.query()?));
        let plain = Credential::in_headers(headers);
        let is_appsyncs = header.is_some() || matches!(plain, Some(Credential::ApiKey(_)));
        let dialect = match uri.path().ends_with(REALTIME) {
            true => Dialect::AppSync,
            false if is_appsyncs && offers(Dialect::AppSync) => Dialect::AppSync,
            false if offers(Dialect::TransportWs) => Dialect::TransportWs,
            false if offers(Dialect::SubscriptionsTransportWs) => Dialect::SubscriptionsTransportWs,
            false => Dialect::TransportWs,
        };
        let credential = match (dialect, header) {
            (Dialect::AppSync, Some(header)) => in_header(header),
            _ => plain,
        };
        let names_any = || offered().any(|name| !name.is_empty() && in_subprotocol(name).is_none());
        let objection = match offers(dialect) {
            true => None,
            false if names_any() => Some(CloseCode::SubprotocolNotAcceptable),
            false => Some(CloseCode::SubprotocolMissing),
        };
        Self { dialect, objection, credential }
    }
}

/// Newer clients offer the header as a subprotocol.
fn in_subprotocol(name: &str) -> Option<&str> {
    name.strip_prefix("header-")
}

/// Older clients put it into the query string, in base64 that they do not escape: a `+` is a `+` there.
fn in_query(query: &str) -> Option<&str> {
    query.split('&').find_map(|parameter| parameter.strip_prefix("header="))
}

/// Reads JSON in either alphabet of base64, padded or not, escaped or not.
fn in_header(encoded: &str) -> Option<Credential> {
    let unescaped =
        [("%2B", "+"), ("%2b", "+"), ("%2F", "/"), ("%2f", "/"), ("%3D", "="), ("%3d", "=")]
            .into_iter()
            .fold(encoded.replace('-', "+").replace('_', "/"), |text, (escaped, character)| {
                text.replace(escaped, character)
            });
    let json = STANDARD_NO_PAD.decode(unescaped.trim_end_matches('=')).ok()?;
    let entries: Map<String, Value> =
        is_bounded(&json).then(|| serde_json::from_slice(&json).ok()).flatten()?;
    Credential::in_entries(&entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ws::Token;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    /// Its base64 has all that is special in one of the alphabets.
    const HEADER: &str = r#"{"Authorization":"Bearer a.b.c","host":"x","note":"~~~???>>>"}"#;

    fn offer(address: &str, headers: &[(&'static str, String)]) -> Offer {
        let headers =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Offer::of(&address.parse().unwrap(), &headers.collect())
    }

    fn protocols(list: String) -> (&'static str, String) {
        ("sec-websocket-protocol", list)
    }

    #[test]
    fn the_path_and_the_subprotocol_choose_the_dialect() {
        let header = URL_SAFE_NO_PAD.encode(HEADER);
        let unknown = Some(CloseCode::SubprotocolNotAcceptable);
        let missing = Some(CloseCode::SubprotocolMissing);
        let (newest, legacy) = (Dialect::TransportWs, Dialect::SubscriptionsTransportWs);
        for (address, list, expected) in [
            ("/graphql", "graphql-transport-ws".to_owned(), (newest, None)),
            ("/graphql", "graphql-ws".to_owned(), (legacy, None)),
            ("/graphql", "foo, graphql-ws".to_owned(), (legacy, None)),
            ("/graphql", "graphql-ws, graphql-transport-ws".to_owned(), (newest, None)),
            ("/graphql", "foo".to_owned(), (newest, unknown)),
            ("/graphql", String::new(), (newest, missing)),
            ("/graphql", format!("graphql-ws, header-{header}"), (Dialect::AppSync, None)),
            ("/graphql", format!("graphql-ws,header-{header}"), (Dialect::AppSync, None)),
            ("/graphql?header=e30=", "graphql-ws".to_owned(), (Dialect::AppSync, None)),
            ("/graphql?header=e30=", "graphql-transport-ws".into(), (newest, None)),
            ("/graphql/realtime", "graphql-ws".to_owned(), (Dialect::AppSync, None)),
            ("/graphql//realtime", "graphql-ws".to_owned(), (Dialect::AppSync, None)),
            ("/realtime?x-custom=a+b", "graphql-ws".to_owned(), (Dialect::AppSync, None)),
            ("/graphql/realtime", "graphql-transport-ws".into(), (Dialect::AppSync, unknown)),
            ("/graphql/realtime", format!("header-{header}"), (Dialect::AppSync, missing)),
            ("/graphql/realtime", String::new(), (Dialect::AppSync, missing)),
        ] {
            let offer = offer(address, &[protocols(list.clone())]);
            assert_eq!((offer.dialect, offer.objection), expected, "{address} {list}");
        }
        assert_eq!(offer("/realtime", &[]).objection, missing);
        let with_key = [protocols("graphql-ws".into()), ("x-api-key", "k".into())];
        assert_eq!(offer("/graphql", &with_key).dialect, Dialect::AppSync);
    }

    #[test]
    fn the_header_is_read_in_its_three_forms_and_either_alphabet() {
        let (standard, url) = (STANDARD.encode(HEADER), URL_SAFE_NO_PAD.encode(HEADER));
        assert!(standard.contains('+') && standard.contains('/') && url.contains(['-', '_']));
        let escaped = standard.replace('+', "%2B").replace('/', "%2f").replace('=', "%3D");
        let plain = [protocols("graphql-ws".into()), ("authorization", "Bearer a.b.c".into())];
        for (query, headers) in [
            (String::new(), vec![protocols(format!("graphql-ws, header-{url}"))]),
            (format!("?header={standard}&payload=e30="), vec![protocols("graphql-ws".into())]),
            (format!("?payload=e30=&header={url}"), vec![protocols("graphql-ws".into())]),
            (format!("?header={escaped}"), vec![protocols("graphql-ws".into())]),
            (String::new(), plain.into()),
        ] {
            let found = offer(&format!("/graphql/realtime{query}"), &headers).credential;
            assert_eq!(found, Token::parse("a.b.c").map(Credential::Token), "{query} {headers:?}");
        }
    }

    #[test]
    fn what_is_no_header_shows_nothing() {
        let lists =
            ["[]", "{}", "nope", r#"{"Authorization":7}"#].map(|json| STANDARD.encode(json));
        for header in lists.iter().map(String::as_str).chain(["", "?", "e30%", "ü"]) {
            let shown = in_header(header);
            assert_eq!(shown, None, "{header}");
        }
    }
}
