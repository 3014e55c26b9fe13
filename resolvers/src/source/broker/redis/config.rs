//! Where Redis is.

use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion};
use std::{error, fmt};

/// Where Redis is and who this node is there: one URL, or several of one cluster.
#[derive(Clone)]
pub struct RedisConfig {
    seeds: Vec<ConnectionInfo>,
}

/// A URL that is none; it is not shown, for it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedUrl {
    /// Which one of the list, counted from 1.
    pub position: usize,
}

impl RedisConfig {
    /// Parses `redis://[user:password@]host[:port][/db]`, or `rediss://` for TLS.
    ///
    /// TLS trusts the system's certificates, or those that `SSL_CERT_FILE` names.
    ///
    /// # Errors
    /// When one of the URLs is malformed, or there is none.
    pub fn parse<U: AsRef<str>>(urls: impl IntoIterator<Item = U>) -> Result<Self, MalformedUrl> {
        let seeds: Vec<ConnectionInfo> = urls
            .into_iter()
            .enumerate()
            .map(|(index, url)| seed(url.as_ref()).ok_or(MalformedUrl { position: index + 1 }))
            .collect::<Result<_, _>>()?;
        if seeds.is_empty() {
            return Err(MalformedUrl { position: 1 });
        }
        Ok(Self { seeds })
    }

    pub(in crate::source) fn seeds(&self) -> &[ConnectionInfo] {
        &self.seeds
    }
}

/// Addresses only: user names and passwords stay out of logs.
impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.seeds.iter().map(|seed| seed.addr().to_string())).finish()
    }
}

impl fmt::Display for MalformedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "redis url {} is not of the form redis[s]://[user:password@]host[:port][/db]",
            self.position
        )
    }
}

impl error::Error for MalformedUrl {}

/// The same server account and transport at another address.
pub(super) fn at(seed: &ConnectionInfo, host: &str, port: u16) -> ConnectionInfo {
    let addr = match seed.addr() {
        ConnectionAddr::TcpTls { insecure, tls_params, .. } => ConnectionAddr::TcpTls {
            host: host.to_owned(),
            port,
            insecure: *insecure,
            tls_params: tls_params.clone(),
        },
        _ => ConnectionAddr::Tcp(host.to_owned(), port),
    };
    seed.clone().set_addr(addr)
}

fn seed(url: &str) -> Option<ConnectionInfo> {
    let info = url.trim().into_connection_info().ok()?;
    // Small writes follow each other closely here; waiting for acknowledgements between them would cost 40 ms each.
    let tcp = info.tcp_settings().clone().set_nodelay(true);
    let account = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
    Some(info.set_tcp_settings(tcp).set_redis_settings(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_url_is_named_by_its_position_alone() {
        let urls = ["redis://ada:s3cret@127.0.0.1:6379", "redis://ada:s3cret@127.0.0.1:port"];
        let refused = RedisConfig::parse(urls).unwrap_err();
        assert_eq!(refused, MalformedUrl { position: 2 });
        assert!(!refused.to_string().contains("s3cret"));
        for url in ["", "127.0.0.1:6379", "http://127.0.0.1", "redis://"] {
            assert!(RedisConfig::parse([url]).is_err(), "{url}");
        }
        assert!(RedisConfig::parse(Vec::<&str>::new()).is_err());
    }

    #[test]
    fn credentials_are_not_shown() {
        let config = RedisConfig::parse(["rediss://ada:s3cret@redis.example:6380"]).unwrap();
        assert_eq!(format!("{config:?}"), r#"["redis.example:6380"]"#);
    }
}
