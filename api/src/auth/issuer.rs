//! Who may vouch for a caller, and what its tokens must say.

mod address;
mod parse;

pub use parse::{IssuerConfigError, Issuers};

use jsonwebtoken::{Algorithm, jwk::JwkSet};
use reqwest::Url;
use std::{net::IpAddr, time::Duration};

/// How often an unknown `kid` may make a node fetch an issuer's keys again.
pub(super) const REFRESH_INTERVAL: Duration = Duration::from_secs(10);

/// One issuer of tokens, as [`IssuerConfig::from_str`](std::str::FromStr::from_str) reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuerConfig {
    /// `iss`, letter by letter.
    pub issuer: String,
    /// Where its keys come from.
    pub keys: KeySource,
    /// What its tokens must say.
    pub kind: IssuerKind,
    /// The signature algorithms it may use.
    pub algorithms: Vec<Algorithm>,
    /// How far its clock may be off.
    pub leeway: Duration,
    /// How often an unknown `kid` may lead to a fetch of its keys: 10 s, less in tests.
    pub refresh_interval: Duration,
}

/// Where the keys of an issuer come from.
#[derive(Clone, Debug, PartialEq)]
pub enum KeySource {
    /// Fetched, cached, and fetched again when a token names a key that is not among them.
    Url(Url),
    /// Known from the start.
    Fixed(JwkSet),
}

/// What the tokens of an issuer must say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssuerKind {
    /// An Amazon Cognito user pool.
    Cognito {
        /// The app clients whose tokens are accepted: `aud` of ID tokens, `client_id` of access tokens.
        client_ids: Vec<String>,
        /// The accepted values of `token_use`.
        uses: Vec<TokenUse>,
        /// Where the room client signs people in, if that is not at AWS: an emulator of Cognito.
        endpoint: Option<Url>,
    },
    /// Any other OpenID Connect provider.
    Oidc {
        /// One of these is in `aud`.
        audiences: Vec<String>,
        /// The claim that lists the user's groups.
        groups: String,
    },
}

/// Cognito's two tokens that a client may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenUse {
    /// Says who the user is.
    Id,
    /// Says what the user may do. Amplify and the AppSync links send this one.
    Access,
}

/// A user pool that a page can sign people in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserPool {
    /// Its id, for example `eu-central-1_AbCdEf123`.
    pub id: String,
    /// The region it is in.
    pub region: String,
    /// Where its API is, if that is not at AWS.
    pub endpoint: Option<Url>,
}

impl IssuerConfig {
    /// The user pool that this issuer is, at AWS or where its `endpoint` says; `None` for every other provider, an emulator of
    /// Cognito without an `endpoint` among them.
    #[must_use]
    pub fn user_pool(&self) -> Option<UserPool> {
        let IssuerKind::Cognito { endpoint, .. } = &self.kind else { return None };
        let (id, region) = match PoolIssuer::parse(&self.issuer) {
            Some(PoolIssuer { pool_id, region, .. }) => (pool_id, region),
            None => emulated_pool(&self.issuer).filter(|_| endpoint.is_some())?,
        };
        Some(UserPool { id: id.to_owned(), region: region.to_owned(), endpoint: endpoint.clone() })
    }

    /// The other spelling of a user pool's issuer, which its tokens carry once the pool is replicated to other regions.
    pub(super) fn twin(&self) -> Option<Self> {
        let IssuerKind::Cognito { .. } = self.kind else { return None };
        let pool = PoolIssuer::parse(&self.issuer)?;
        let issuer = pool.other_spelling();
        let keys = match &self.keys {
            // Keys at the usual place follow the spelling; keys elsewhere are the pool's by the operator's word.
            KeySource::Url(url) if url.as_str() == format!("{}{JWKS_PATH}", self.issuer) => {
                KeySource::Url(Url::parse(&format!("{issuer}{JWKS_PATH}")).ok()?)
            }
            keys => keys.clone(),
        };
        Some(Self { issuer, keys, ..self.clone() })
    }
}

impl IssuerKind {
    /// The claim that lists the groups of the user.
    pub(super) fn groups_claim(&self) -> &str {
        match self {
            Self::Cognito { .. } => "cognito:groups",
            Self::Oidc { groups, .. } => groups,
        }
    }
}

/// Whether what is sent there stays on this machine, so that plain http will do.
pub(super) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host == "localhost" || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The id of a pool and what stands for its region, from the issuer of an emulator: `http://localhost:9229/local_1`.
fn emulated_pool(issuer: &str) -> Option<(&str, &str)> {
    let (_, pool_id) = issuer.rsplit_once('/')?;
    let (region, name) = pool_id.split_once('_')?;
    (!region.is_empty() && !name.is_empty()).then_some((pool_id, region))
}

/// Where an issuer's keys are unless it says otherwise. Cognito always does it so.
const JWKS_PATH: &str = "/.well-known/jwks.json";

/// The issuer of a user pool at AWS, in one of its two spellings.
struct PoolIssuer<'a> {
    spelling: &'static str,
    pool_id: &'a str,
    region: &'a str,
}

impl<'a> PoolIssuer<'a> {
    const REGIONAL: &'static str = "cognito-idp";
    const GLOBAL: &'static str = "issuer-cognito-idp";

    /// Reads `https://cognito-idp.REGION.amazonaws.com/POOL` or the same with `issuer-` in front.
    fn parse(issuer: &'a str) -> Option<Self> {
        let (host, pool_id) = issuer.strip_prefix("https://")?.split_once('/')?;
        let pool = Self::of_pool(pool_id)?;
        [Self::REGIONAL, Self::GLOBAL]
            .into_iter()
            .find(|spelling| host == format!("{spelling}.{}.amazonaws.com", pool.region))
            .map(|spelling| Self { spelling, ..pool })
    }

    /// Reads a pool id such as `eu-central-1_AbCdEf123`.
    fn of_pool(pool_id: &'a str) -> Option<Self> {
        let (region, name) = pool_id.split_once('_')?;
        let is_region = region.split('-').count() >= 3
            && region.starts_with(|c: char| c.is_ascii_lowercase())
            && region.ends_with(|c: char| c.is_ascii_digit())
            && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
        (is_region && is_name).then_some(Self { spelling: Self::REGIONAL, pool_id, region })
    }

    fn other_spelling(&self) -> String {
        match self.spelling {
            Self::REGIONAL => Self { spelling: Self::GLOBAL, ..*self }.url(),
            _ => Self { spelling: Self::REGIONAL, ..*self }.url(),
        }
    }

    fn url(&self) -> String {
        format!("https://{}.{}.amazonaws.com/{}", self.spelling, self.region, self.pool_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_pool_has_two_issuers_with_keys_below_each() {
        let config: IssuerConfig = "us-gov-west-1_Pool1 clients=web".parse().unwrap();
        let twin = config.twin().unwrap();
        assert_eq!(
            twin.issuer,
            "https://issuer-cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_Pool1"
        );
        let url = format!("{}/.well-known/jwks.json", twin.issuer);
        assert_eq!(twin.keys, KeySource::Url(Url::parse(&url).unwrap()));
        assert_eq!(twin.twin(), Some(config));
    }

    #[test]
    fn keys_elsewhere_serve_both_spellings() {
        let config: IssuerConfig =
            "eu-west-1_Pool1 clients=web jwks=https://keys.example/pool".parse().unwrap();
        assert_eq!(config.twin().unwrap().keys, config.keys);
    }

    #[test]
    fn only_a_pool_at_aws_has_a_twin() {
        let others = [
            "http://127.0.0.1:9229/local_1 clients=web",
            "https://cognito-idp.eu-west-1.amazonaws.com.evil.example/eu-west-1_Pool1 clients=web",
            "https://cognito-idp.eu-west-2.amazonaws.com/eu-west-1_Pool1 clients=web",
            "https://login.example audiences=plenary jwks=https://login.example/keys",
        ];
        for text in others {
            assert_eq!(text.parse::<IssuerConfig>().unwrap().twin(), None, "{text}");
        }
    }
}
