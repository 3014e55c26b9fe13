//! Where Redis is.

use super::iam::{ElastiCache, Iam, UnfitForIam};
use redis::{
    AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion,
    cluster::{ClusterClient, ClusterClientBuilder},
};
use std::{error, fmt};

/// Where Redis is and who this node is there: one URL, or several of one cluster.
#[derive(Clone)]
pub struct RedisConfig {
    seeds: Vec<ConnectionInfo>,
    iam: Option<Iam>,
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
        Ok(Self { seeds, iam: None })
    }

    /// Authenticates to ElastiCache by IAM, as the user that the URLs name, with credentials of the usual environment of AWS.
    ///
    /// # Errors
    /// When the URLs do not fit, or AWS's environment does not.
    pub async fn authenticated_by_iam(self, cache: ElastiCache) -> Result<Self, UnfitForIam> {
        let iam = Iam::of(iam_user(&self.seeds)?, cache).await?;
        Ok(Self { iam: Some(iam), ..self })
    }

    /// How a connection to one server is opened.
    pub(in crate::source) fn settings(&self) -> AsyncConnectionConfig {
        let settings = AsyncConnectionConfig::new();
        match &self.iam {
            Some(iam) => settings.set_credentials_provider(iam.clone()),
            None => settings,
        }
    }

    /// How connections to the servers of a cluster are opened.
    pub(in crate::source) fn cluster(&self) -> ClusterClientBuilder {
        let cluster = ClusterClient::builder(self.seeds.clone());
        match &self.iam {
            Some(iam) => cluster.set_credentials_provider(iam.clone()),
            None => cluster,
        }
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

/// Of letters, digits and hyphens, as ElastiCache has them: what is signed is then what is written.
fn iam_user(seeds: &[ConnectionInfo]) -> Result<&str, UnfitForIam> {
    let mut users = seeds.iter().map(|seed| {
        let account = seed.redis_settings();
        match (seed.addr(), account.username(), account.password()) {
            (ConnectionAddr::TcpTls { .. }, _, Some(_)) => Err(UnfitForIam::Password),
            (ConnectionAddr::TcpTls { .. }, Some(user), None) => Ok(user),
            (ConnectionAddr::TcpTls { .. }, None, None) => Err(UnfitForIam::NoUser),
            _ => Err(UnfitForIam::NoTls),
        }
    });
    let user = users.next().ok_or(UnfitForIam::NoUser)??;
    let is_id = |user: &str| user.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_same = users.map(|other| other.map(|other| other == user));
    let all_same = is_same.collect::<Result<Vec<_>, _>>()?.into_iter().all(|same| same);
    (all_same && is_id(user)).then_some(user).ok_or(UnfitForIam::NoUser)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iam_takes_one_user_and_no_password_and_a_connection_that_is_not_overheard() {
        let user = |urls: &[&str]| {
            iam_user(&RedisConfig::parse(urls).unwrap().seeds).map(ToOwned::to_owned)
        };
        assert_eq!(user(&["rediss://node-1@one:6379", "rediss://node-1@two"]).unwrap(), "node-1");
        for (urls, unfit) in [
            (&["redis://node@one"][..], UnfitForIam::NoTls),
            (&["rediss://node@one", "redis://node@two"], UnfitForIam::NoTls),
            (&["rediss://node:hunter2@one"], UnfitForIam::Password),
            (&["rediss://:hunter2@one"], UnfitForIam::Password),
            (&["rediss://one"], UnfitForIam::NoUser),
            (&["rediss://node@one", "rediss://other@two"], UnfitForIam::NoUser),
            (&["rediss://no%26de@one"], UnfitForIam::NoUser),
        ] {
            assert_eq!(user(urls), Err(unfit), "{urls:?}");
            assert!(!unfit.to_string().contains("hunter2"));
        }
    }

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
