//! What the room client must know of a node before anybody has signed in.

use crate::{
    auth::{IssuerConfig, IssuerKind, UserPool},
    config::Mode,
};
use resolvers::GroupRoles;
use schema::Role;
use serde::Serialize;
use serde_json::{Value, json};

/// How people sign in to the room client of this node.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum SignIn {
    /// By a name of their own choice, from the development issuer.
    Development,
    /// In an Amazon Cognito user pool.
    Cognito {
        /// The pool, for example `eu-central-1_AbCdEf123`.
        user_pool_id: String,
        /// The app client of the pool that this page is. It has no secret.
        client_id: String,
        /// Where the pool is.
        region: String,
        /// Where its API is, if that is not at AWS.
        #[serde(skip_serializing_if = "Option::is_none")]
        endpoint: Option<String>,
        /// The origin of its API.
        #[serde(skip)]
        origin: String,
    },
    /// With a token that they bring along: no issuer is one that this page can ask.
    Token,
}

impl SignIn {
    /// The first client of the first user pool that the page can ask, among the issuers whose tokens are accepted.
    pub(super) fn of(issuers: &[IssuerConfig], has_development_sign_in: bool) -> Self {
        if has_development_sign_in {
            return Self::Development;
        }
        issuers.iter().find_map(Self::of_pool).unwrap_or(Self::Token)
    }

    fn of_pool(issuer: &IssuerConfig) -> Option<Self> {
        let IssuerKind::Cognito { client_ids, .. } = &issuer.kind else { return None };
        let UserPool { id, region, endpoint } = issuer.user_pool()?;
        let client_id = client_ids.first()?.clone();
        let origin = endpoint.as_ref().map_or_else(
            || format!("https://cognito-idp.{region}.amazonaws.com"),
            |url| url.origin().ascii_serialization(),
        );
        let endpoint = endpoint.map(String::from);
        Some(Self::Cognito { user_pool_id: id, client_id, region, endpoint, origin })
    }

    /// The origin that the page connects to in order to sign people in.
    pub(super) fn connects_to(&self) -> Option<&str> {
        match self {
            Self::Cognito { origin, .. } => Some(origin),
            Self::Development | Self::Token => None,
        }
    }
}

/// The answer of `/config.json`.
pub(super) fn about(sign_in: &SignIn, mode: Mode, roles: &GroupRoles) -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "signIn": sign_in,
        // Whether somebody may create rooms, no room can say.
        "roleGroups": {
            "HOST": roles.groups_of(Role::Host),
            "MODERATOR": roles.groups_of(Role::Moderator),
            "SPEAKER": roles.groups_of(Role::Speaker),
        },
        "graphiql": mode == Mode::Development,
    })
}
