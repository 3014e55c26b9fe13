//! The text form of issuers, as `JWT_ISSUERS` has it.

use super::{
    IssuerConfig, IssuerKind, JWKS_PATH, KeySource, PoolIssuer, REFRESH_INTERVAL, TokenUse,
    address, emulated_pool,
};
use crate::auth::algorithm;
use jsonwebtoken::Algorithm;
use reqwest::Url;
use std::{collections::BTreeMap, str::FromStr, time::Duration};

/// The issuers of `JWT_ISSUERS`: [`IssuerConfig`]s separated by `;`. Empty entries do not count, so an empty text is
/// an empty list.
///
/// ```text
/// eu-central-1_AbCdEf123 clients=web,mobile; https://login.example.com/ audiences=plenary jwks=https://login.example.com/keys
/// ```
///
/// It is plain text without quotes, so it fits into the `environment` of an ECS task definition as it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Issuers(pub Vec<IssuerConfig>);

/// What is wrong with the text of an issuer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("issuer `{issuer}`: {problem}")]
pub struct IssuerConfigError {
    issuer: String,
    problem: SettingError,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum SettingError {
    #[error(
        "it begins with a Cognito user pool id or the https address that tokens carry as `iss`"
    )]
    NotAnIssuer,
    #[error("`{0}` is not a setting, which is name=value")]
    NotASetting(String),
    #[error(
        "there is no setting `{0}`; there are clients, uses, endpoint, audiences, groups, algorithms, jwks and leeway"
    )]
    Unknown(String),
    #[error("`{0}` is set twice")]
    Repeated(String),
    #[error("`{0}` has no value, or an empty one in its list")]
    Empty(String),
    #[error("either `clients` (a Cognito user pool) or `audiences` (any other issuer) is needed")]
    NoClients,
    #[error("`{0}` is only for Cognito user pools, which have `clients`")]
    CognitoOnly(&'static str),
    #[error("`{0}` is not for Cognito user pools, which have `clients`")]
    OidcOnly(&'static str),
    #[error("`{0}` is not a use of tokens; there are id and access")]
    NotAUse(String),
    #[error(
        "algorithm `{0}` is not accepted; there are RS256, RS384, RS512, ES256, ES384 and EdDSA"
    )]
    Algorithm(String),
    #[error(
        "`jwks` is needed: the https address of its keys (`jwks_uri` in its openid-configuration)"
    )]
    NoJwks,
    #[error(
        "jwks `{0}` is not an https address (http is accepted on a loopback host) without user and password"
    )]
    Jwks(String),
    #[error(
        "endpoint `{0}` is not an https address (http is accepted on a loopback host) whose host is a name or an IPv4 address, \
         without user, password and query"
    )]
    Endpoint(String),
    #[error("`endpoint` is for a user pool: an issuer that ends with its id, such as /local_1")]
    EndpointOfNoPool,
    #[error("leeway `{0}` is not a number of seconds from 0 to 60")]
    Leeway(String),
}

impl FromStr for Issuers {
    type Err = IssuerConfigError;

    fn from_str(text: &str) -> Result<Self, IssuerConfigError> {
        text.split(';')
            .filter(|entry| !entry.trim().is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// An issuer followed by its settings, in any order, separated by spaces; lists are separated by commas.
///
/// | setting | for | meaning | if left out |
/// |---|---|---|---|
/// | `clients=a,b` | Cognito | the app clients whose tokens are accepted | it is not a user pool |
/// | `uses=id,access` | Cognito | which tokens are accepted | both |
/// | `endpoint=https://..` | Cognito | where the room client signs people in: an emulator's API | at AWS |
/// | `audiences=a,b` | others | one of them is in `aud` | an error |
/// | `groups=claim` | others | the claim that lists a user's groups | `cognito:groups` |
/// | `algorithms=RS256,ES256` | others | the signatures that are accepted | `RS256` |
/// | `jwks=https://..` | all | where the keys are | Cognito: below the issuer; others: an error |
/// | `leeway=5` | all | how many seconds its clock may be off, up to 60 | 0 |
///
/// A user pool may be given by its id alone; both spellings of its issuer are then accepted.
impl FromStr for IssuerConfig {
    type Err = IssuerConfigError;

    fn from_str(text: &str) -> Result<Self, IssuerConfigError> {
        let mut words = text.split_whitespace();
        let name = words.next().unwrap_or_default();
        parse(name, words).map_err(|problem| IssuerConfigError { issuer: name.to_owned(), problem })
    }
}

fn parse<'a>(
    name: &str,
    words: impl Iterator<Item = &'a str>,
) -> Result<IssuerConfig, SettingError> {
    let issuer = parse_issuer(name)?;
    let mut settings = Settings::parse(words)?;
    let keys = settings.one("jwks").map(parse_jwks_url).transpose()?;
    let leeway = settings.one("leeway").map_or(Ok(Duration::ZERO), parse_leeway)?;
    let config = match settings.list("clients") {
        Some(client_ids) => IssuerConfig {
            keys: KeySource::Url(
                keys.map_or_else(|| parse_jwks_url(&format!("{issuer}{JWKS_PATH}")), Ok)?,
            ),
            kind: IssuerKind::Cognito {
                client_ids: owned(&client_ids),
                uses: settings.uses()?,
                endpoint: settings.endpoint(&issuer)?,
            },
            algorithms: vec![Algorithm::RS256],
            issuer,
            leeway,
            refresh_interval: REFRESH_INTERVAL,
        },
        None => IssuerConfig {
            kind: IssuerKind::Oidc {
                audiences: owned(&settings.list("audiences").ok_or(SettingError::NoClients)?),
                groups: settings.one("groups").unwrap_or("cognito:groups").to_owned(),
            },
            keys: KeySource::Url(keys.ok_or(SettingError::NoJwks)?),
            algorithms: settings.algorithms()?,
            issuer,
            leeway,
            refresh_interval: REFRESH_INTERVAL,
        },
    };
    settings.refuse_rest(&config.kind)?;
    Ok(config)
}

/// Settings by name; whoever reads one takes it out.
struct Settings<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Settings<'a> {
    const NAMES: [&'static str; 8] =
        ["clients", "uses", "endpoint", "audiences", "groups", "algorithms", "jwks", "leeway"];

    fn parse(words: impl Iterator<Item = &'a str>) -> Result<Self, SettingError> {
        let mut settings = BTreeMap::new();
        for word in words {
            let (name, value) =
                word.split_once('=').ok_or_else(|| SettingError::NotASetting(word.to_owned()))?;
            if !Self::NAMES.contains(&name) {
                return Err(SettingError::Unknown(name.to_owned()));
            }
            if value.split(',').any(str::is_empty) {
                return Err(SettingError::Empty(name.to_owned()));
            }
            if settings.insert(name, value).is_some() {
                return Err(SettingError::Repeated(name.to_owned()));
            }
        }
        Ok(Self(settings))
    }

    fn one(&mut self, name: &str) -> Option<&'a str> {
        self.0.remove(name)
    }

    fn list(&mut self, name: &str) -> Option<Vec<&'a str>> {
        self.one(name).map(|value| value.split(',').collect())
    }

    fn uses(&mut self) -> Result<Vec<TokenUse>, SettingError> {
        let parse = |name: &str| match name {
            "id" => Ok(TokenUse::Id),
            "access" => Ok(TokenUse::Access),
            _ => Err(SettingError::NotAUse(name.to_owned())),
        };
        self.list("uses").unwrap_or(vec!["id", "access"]).into_iter().map(parse).collect()
    }

    fn endpoint(&mut self, issuer: &str) -> Result<Option<Url>, SettingError> {
        let endpoint = self.one("endpoint").map(parse_endpoint).transpose()?;
        let is_of_pool = PoolIssuer::parse(issuer).is_some() || emulated_pool(issuer).is_some();
        match endpoint {
            Some(_) if !is_of_pool => Err(SettingError::EndpointOfNoPool),
            endpoint => Ok(endpoint),
        }
    }

    fn algorithms(&mut self) -> Result<Vec<Algorithm>, SettingError> {
        let parse = |name: &str| {
            algorithm::parse(name).ok_or_else(|| SettingError::Algorithm(name.to_owned()))
        };
        self.list("algorithms").unwrap_or(vec!["RS256"]).into_iter().map(parse).collect()
    }

    fn refuse_rest(&self, kind: &IssuerKind) -> Result<(), SettingError> {
        let rest = Self::NAMES.into_iter().find(|name| self.0.contains_key(name));
        match (rest, kind) {
            (None, _) => Ok(()),
            (Some(name), IssuerKind::Cognito { .. }) => Err(SettingError::OidcOnly(name)),
            (Some(name), IssuerKind::Oidc { .. }) => Err(SettingError::CognitoOnly(name)),
        }
    }
}

fn parse_issuer(name: &str) -> Result<String, SettingError> {
    if let Some(pool) = PoolIssuer::of_pool(name) {
        return Ok(pool.url());
    }
    match Url::parse(name) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => Ok(name.to_owned()),
        _ => Err(SettingError::NotAnIssuer),
    }
}

fn parse_jwks_url(text: &str) -> Result<Url, SettingError> {
    address::safe(text).ok_or_else(|| SettingError::Jwks(text.to_owned()))
}

fn parse_endpoint(text: &str) -> Result<Url, SettingError> {
    address::of_policy(text).ok_or_else(|| SettingError::Endpoint(text.to_owned()))
}

fn parse_leeway(text: &str) -> Result<Duration, SettingError> {
    match text.parse() {
        Ok(seconds @ 0..=60) => Ok(Duration::from_secs(seconds)),
        _ => Err(SettingError::Leeway(text.to_owned())),
    }
}

fn owned(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}
