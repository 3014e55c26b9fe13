//! Which web pages may call: the check that keeps a foreign page from using a visitor's connection.

use axum::http::{HeaderMap, HeaderValue, Uri, header::ORIGIN};
use std::{str::FromStr, sync::Arc};

/// `scheme://host[:port]`, as a browser sends it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// The origins that browsers may call from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Every page of this machine, for development.
    Loopback,
    /// These and no other, compared byte by byte.
    Exactly(Arc<[Origin]>),
}

/// Whether a request may be served, by its `Origin`. Without one it comes from no browser.
#[must_use]
pub fn allowed(headers: &HeaderMap, origins: &AllowedOrigins) -> bool {
    let mut sent = headers.get_all(ORIGIN).iter();
    match (sent.next(), sent.next()) {
        (None, _) => true,
        (Some(origin), None) => origins.contain(origin),
        (Some(_), Some(_)) => false,
    }
}

impl AllowedOrigins {
    /// Whether a browser may call from this origin.
    #[must_use]
    pub fn contain(&self, origin: &HeaderValue) -> bool {
        match self {
            Self::Loopback => origin.to_str().is_ok_and(is_loopback),
            Self::Exactly(origins) => {
                origins.iter().any(|allowed| allowed.0.as_bytes() == origin.as_bytes())
            }
        }
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (scheme, host) =
            split(text).ok_or("an origin is scheme://host or scheme://host:port")?;
        let uri: Uri = text.parse().map_err(|_| "not an address")?;
        if uri.authority().is_none_or(|authority| authority.as_str() != host || host.contains('@'))
        {
            return Err("an origin has no path and no user");
        }
        if text.contains('*')
            || text.bytes().any(|byte| byte.is_ascii_uppercase())
            || scheme.is_empty()
        {
            return Err("an origin is compared exactly: no wildcard, lower case");
        }
        Ok(Self(text.to_owned()))
    }
}

fn is_loopback(origin: &str) -> bool {
    let Some(("http" | "https", authority)) = split(origin) else { return false };
    let host = authority
        .rsplit_once(':')
        .filter(|(_, port)| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(authority, |(host, _)| host);
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

fn split(origin: &str) -> Option<(&str, &str)> {
    origin.split_once("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origins: &[&'static str]) -> HeaderMap {
        origins.iter().map(|origin| (ORIGIN, HeaderValue::from_static(origin))).collect()
    }

    #[test]
    fn a_listed_origin_is_matched_exactly() {
        let listed = AllowedOrigins::Exactly(["https://app.example.com".parse().unwrap()].into());
        assert!(allowed(&headers(&["https://app.example.com"]), &listed));
        assert!(allowed(&headers(&[]), &listed));
        for foreign in [
            "https://evil.example",
            "https://app.example.com.evil",
            "https://app.example.com:8443",
            "http://app.example.com",
            "https://APP.example.com",
            "https://evil.app.example.com",
            "null",
            "",
        ] {
            assert!(!allowed(&headers(&[foreign]), &listed), "{foreign}");
        }
        assert!(!allowed(&headers(&["https://app.example.com", "https://evil.example"]), &listed));
    }

    #[test]
    fn loopback_is_this_machine_alone() {
        for own in [
            "http://localhost:5173",
            "https://localhost",
            "http://127.0.0.1:8080",
            "http://[::1]:3000",
        ] {
            assert!(allowed(&headers(&[own]), &AllowedOrigins::Loopback), "{own}");
        }
        for foreign in [
            "http://localhost.evil",
            "http://127.0.0.1.evil:80",
            "http://evil:localhost",
            "null",
            "file://localhost",
        ] {
            assert!(!allowed(&headers(&[foreign]), &AllowedOrigins::Loopback), "{foreign}");
        }
    }

    #[test]
    fn what_a_browser_never_sends_is_no_origin() {
        for text in [
            "*",
            "null",
            "app.example.com",
            "https://a.example/",
            "https://a.example/x",
            "https://*.example",
            "https://u@a.example",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
    }
}
