//! The caller, with the fields of AppSync's `ctx.identity`
//! (<https://docs.aws.amazon.com/appsync/latest/devguide/resolver-context-reference-js.html>).

use schema::{DateTime, Role, UserId};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt, net::IpAddr};

/// Who calls, as a verified token says. Whoever holds one has been authenticated.
#[derive(Clone, PartialEq)]
pub struct Identity {
    /// The subject: stable, unique within the issuer.
    pub sub: UserId,
    /// Who vouches for it (`iss`).
    pub issuer: String,
    /// Cognito's `cognito:username` (ID token) or `username` (access token), else the subject.
    pub username: String,
    /// Every claim of the token.
    pub claims: Claims,
    /// The address the request came from.
    pub source_ip: Option<IpAddr>,
    /// `cognito:groups`.
    pub groups: Vec<String>,
    /// When the token ends: `exp`, and what the verifier grants beyond it because the issuer's clock may be off (`leeway`).
    pub expires_at: DateTime,
    /// What it may do, if it is an application with an API key and no user. Whoever has the key is the same caller.
    pub api_key: Option<KeyAccess>,
}

/// What an API key allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAccess {
    /// Queries and subscriptions.
    ReadOnly,
    /// What a participant may do.
    Participant,
}

/// What a token claims, as text: every connection keeps it, and as a map it takes five times the room.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims(Box<str>);

/// Which group gives which role in all rooms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRoles(BTreeMap<String, Role>);

impl Identity {
    /// What others see: the claims `name` or `preferred_username`, else the username. Never the e-mail address.
    #[must_use]
    pub fn display_name(&self) -> String {
        let claims = self.claims.parse();
        ["name", "preferred_username"]
            .iter()
            .filter_map(|claim| claims.get(*claim)?.as_str())
            .find(|name| !name.trim().is_empty())
            .unwrap_or(&self.username)
            .to_owned()
    }

    /// The claim `picture`, when it is an https address.
    #[must_use]
    pub fn avatar_url(&self) -> Option<String> {
        self.claims
            .parse()
            .get("picture")?
            .as_str()
            .filter(|url| url.starts_with("https://") && url.len() <= 2048)
            .map(str::to_owned)
    }
}

impl Claims {
    /// Keeps claims.
    #[must_use]
    pub fn new(claims: &Map<String, Value>) -> Self {
        Self(serde_json::to_string(claims).unwrap_or_default().into())
    }

    /// The claims by their names.
    #[must_use]
    pub fn parse(&self) -> Map<String, Value> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

/// Claims are personal data and stay out of logs.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("sub", &self.sub)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl GroupRoles {
    /// Maps group names to roles.
    #[must_use]
    pub fn new(roles: impl IntoIterator<Item = (String, Role)>) -> Self {
        Self(roles.into_iter().collect())
    }

    /// The highest role that one of the groups gives.
    #[must_use]
    pub fn role_of(&self, groups: &[String]) -> Role {
        let given: Vec<Role> =
            groups.iter().filter_map(|group| self.0.get(group).copied()).collect();
        [Role::Host, Role::Moderator, Role::Speaker]
            .into_iter()
            .find(|role| given.contains(role))
            .unwrap_or(Role::Participant)
    }

    /// The groups that give a role, in the order of their names.
    #[must_use]
    pub fn groups_of(&self, role: Role) -> Vec<&str> {
        let given = self.0.iter().filter(|(_, given)| **given == role);
        given.map(|(group, _)| group.as_str()).collect()
    }
}

impl Default for GroupRoles {
    fn default() -> Self {
        Self::new([
            ("plenary-hosts".to_owned(), Role::Host),
            ("plenary-moderators".to_owned(), Role::Moderator),
            ("plenary-speakers".to_owned(), Role::Speaker),
        ])
    }
}
