//! Which addresses `JWT_ISSUERS` may name.

use super::is_loopback;
use reqwest::Url;

/// An address over which nobody listens in, without user and password.
pub(super) fn safe(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let transport_is_safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url);
    (transport_is_safe && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// A [`safe`] address whose origin can stand in a content security policy, which knows no IPv6 address and takes other signs
/// for its own grammar.
pub(super) fn of_policy(text: &str) -> Option<Url> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    safe(text)
        .filter(|url| url.query().is_none() && url.fragment().is_none())
        .filter(|url| url.host_str().is_some_and(|host| host.bytes().all(is_plain)))
}
