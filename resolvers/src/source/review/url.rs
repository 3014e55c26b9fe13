//! Where the hook is.

use reqwest::Url;
use std::{error, fmt, net::IpAddr, str::FromStr};

/// The address of a hook: `https://`, or `http://` on this machine. What stands behind the host is not shown, for it may
/// be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HookUrl(Url);

/// An address that no hook may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnfitUrl;

impl HookUrl {
    pub(super) fn expose(&self) -> &Url {
        &self.0
    }

    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }
}

impl FromStr for HookUrl {
    type Err = UnfitUrl;

    fn from_str(text: &str) -> Result<Self, UnfitUrl> {
        let url = Url::parse(text).map_err(|_| UnfitUrl)?;
        let is_safe = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url),
            _ => false,
        };
        // A user name would be sent in clear, beside the signature.
        let is_anonymous = url.username().is_empty() && url.password().is_none();
        (is_safe && is_anonymous).then_some(Self(url)).ok_or(UnfitUrl)
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.origin().ascii_serialization())
    }
}

impl fmt::Display for UnfitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "give `https://host/path`, or `http://` on a loopback address, without a user name",
        )
    }
}

impl error::Error for UnfitUrl {}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hook_hears_what_it_is_asked() {
        for url in [
            "https://hook.example/a?b=c",
            "http://127.0.0.1:8/",
            "http://[::1]:8",
            "http://localhost",
        ] {
            assert!(url.parse::<HookUrl>().is_ok(), "{url}");
        }
        for url in [
            "http://hook.example",
            "https://ada:secret@hook.example",
            "ftp://localhost",
            "hook",
            "",
        ] {
            assert_eq!(url.parse::<HookUrl>(), Err(UnfitUrl), "{url}");
        }
    }

    #[test]
    fn what_stands_behind_the_host_is_not_shown() {
        let url: HookUrl = "https://hook.example:8443/secret?key=secret".parse().unwrap();
        assert_eq!(format!("{url:?}"), "https://hook.example:8443");
    }
}
