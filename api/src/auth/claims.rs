//! What a token says: its types, its rules, and the caller it makes.

use super::{AuthError, IssuerConfig, IssuerKind, TokenUse};
use resolvers::Identity;
use schema::{DateTime, UserId};
use serde_json::{Map, Value};
use std::net::IpAddr;

/// The claims of a token, each of the type that the standards give it.
#[derive(Debug)]
pub(super) struct Claims {
    issuer: String,
    subject: UserId,
    expires_at: DateTime,
    not_before: Option<DateTime>,
    all: Map<String, Value>,
}

impl Claims {
    /// Checks presence and types, nothing else.
    pub(super) fn parse(all: Map<String, Value>) -> Result<Self, AuthError> {
        instant(&all, "iat")?;
        text(&all, "scope")?;
        text(&all, "jti")?;
        strings(&all, "aud")?;
        Ok(Self {
            issuer: text(&all, "iss")?.ok_or(AuthError::Malformed)?.to_owned(),
            subject: text(&all, "sub")?
                .and_then(|sub| sub.parse().ok())
                .ok_or(AuthError::Malformed)?,
            expires_at: instant(&all, "exp")?.ok_or(AuthError::Malformed)?,
            not_before: instant(&all, "nbf")?,
            all,
        })
    }

    /// Who says so, if the signature proves it.
    pub(super) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Checks what the issuer's tokens must say.
    pub(super) fn check(&self, config: &IssuerConfig, now: DateTime) -> Result<(), AuthError> {
        if self.issuer != config.issuer {
            return Err(AuthError::Issuer);
        }
        if now >= self.expires_at.plus(config.leeway) {
            return Err(AuthError::Expired);
        }
        if self.not_before.is_some_and(|not_before| now.plus(config.leeway) < not_before) {
            return Err(AuthError::NotYetValid);
        }
        match &config.kind {
            IssuerKind::Cognito { client_ids, uses, .. } => self.check_cognito(client_ids, uses),
            IssuerKind::Oidc { audiences, .. } => self.check_client("aud", audiences),
        }
    }

    /// The caller; only for claims that were checked.
    pub(super) fn into_identity(
        self,
        config: &IssuerConfig,
        source_ip: Option<IpAddr>,
    ) -> Result<Identity, AuthError> {
        let groups = strings(&self.all, config.kind.groups_claim())?;
        let groups = groups.into_iter().map(str::to_owned).collect();
        let username = ["cognito:username", "username"]
            .iter()
            .find_map(|claim| self.all.get(*claim)?.as_str());
        Ok(Identity {
            username: username.unwrap_or(self.subject.as_str()).to_owned(),
            sub: self.subject,
            issuer: self.issuer,
            source_ip,
            groups,
            expires_at: self.expires_at.plus(config.leeway),
            api_key: None,
            claims: resolvers::Claims::new(&self.all),
        })
    }

    fn check_cognito(&self, client_ids: &[String], uses: &[TokenUse]) -> Result<(), AuthError> {
        let token_use = match self.all.get("token_use").and_then(Value::as_str) {
            Some("id") => TokenUse::Id,
            Some("access") => TokenUse::Access,
            _ => return Err(AuthError::TokenUse),
        };
        if !uses.contains(&token_use) {
            return Err(AuthError::TokenUse);
        }
        match token_use {
            TokenUse::Id => self.check_client("aud", client_ids),
            // An access token has an `aud` only when it is bound to a resource, which is not the client.
            TokenUse::Access => self.check_client("client_id", client_ids),
        }
    }

    fn check_client(&self, claim: &str, accepted: &[String]) -> Result<(), AuthError> {
        let named = strings(&self.all, claim).map_err(|_| AuthError::Client)?;
        match named.iter().any(|client| accepted.iter().any(|accepted| accepted == client)) {
            true => Ok(()),
            false => Err(AuthError::Client),
        }
    }
}

/// A claim that is a string where it is present.
fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, AuthError> {
    claims.get(name).map(|value| value.as_str().ok_or(AuthError::Malformed)).transpose()
}

/// A claim that is one string or a list of strings where it is present.
fn strings<'a>(claims: &'a Map<String, Value>, name: &str) -> Result<Vec<&'a str>, AuthError> {
    match claims.get(name) {
        None => Ok(Vec::new()),
        Some(Value::Array(values)) => {
            values.iter().map(|value| value.as_str().ok_or(AuthError::Malformed)).collect()
        }
        Some(value) => value.as_str().map(|value| vec![value]).ok_or(AuthError::Malformed),
    }
}

/// A claim that counts seconds since 1970, possibly with a fraction, where it is present.
fn instant(claims: &Map<String, Value>, name: &str) -> Result<Option<DateTime>, AuthError> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds =
        value.as_f64().filter(|seconds| seconds.is_finite()).ok_or(AuthError::Malformed)?;
    // A float that does not fit becomes the nearest instant that does.
    Ok(Some(DateTime::from_millis((seconds * 1000.0) as i64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cognito() -> IssuerConfig {
        "eu-central-1_Pool1 clients=web,mobile leeway=0".parse().unwrap()
    }

    fn oidc() -> IssuerConfig {
        let text =
            "https://login.example audiences=plenary jwks=https://login.example/keys groups=roles";
        text.parse().unwrap()
    }

    fn claims(change: &Value) -> Result<Claims, AuthError> {
        let mut all = json!({
            "iss": cognito().issuer, "sub": "ada", "exp": 1000, "iat": 900, "token_use": "id", "aud": "web",
        });
        let all = all.as_object_mut().unwrap();
        for (name, value) in change.as_object().unwrap() {
            match value {
                Value::Null => all.remove(name),
                value => all.insert(name.clone(), value.clone()),
            };
        }
        Claims::parse(all.clone())
    }

    fn check(change: &Value, config: &IssuerConfig, now_millis: i64) -> Result<(), AuthError> {
        claims(change)?.check(config, DateTime::from_millis(now_millis))
    }

    #[test]
    fn every_claim_has_its_type() {
        let bad = [
            json!({"exp": null}),
            json!({"exp": "1000"}),
            json!({"nbf": "soon"}),
            json!({"iat": true}),
            json!({"iss": null}),
            json!({"iss": ["https://issuer.example"]}),
            json!({"sub": null}),
            json!({"sub": ""}),
            json!({"sub": "a#b"}),
            json!({"sub": "a".repeat(129)}),
            json!({"scope": ["openid"]}),
            json!({"jti": 1}),
            json!({"aud": {"web": true}}),
            json!({"aud": ["web", 7]}),
        ];
        for change in bad {
            assert_eq!(claims(&change).err(), Some(AuthError::Malformed), "{change}");
        }
        assert!(
            claims(&json!({"exp": 1000.5, "aud": ["web", "mobile"], "scope": "openid"})).is_ok()
        );
    }

    #[test]
    fn a_token_ends_at_exp_and_begins_at_nbf() {
        let (none, mut config) = (json!({}), cognito());
        assert_eq!(check(&none, &config, 999_999), Ok(()));
        assert_eq!(check(&none, &config, 1_000_000), Err(AuthError::Expired));
        assert_eq!(check(&json!({"nbf": 999}), &config, 998_999), Err(AuthError::NotYetValid));
        assert_eq!(check(&json!({"nbf": 999}), &config, 999_000), Ok(()));
        config.leeway = std::time::Duration::from_secs(5);
        assert_eq!(check(&none, &config, 1_004_999), Ok(()));
        assert_eq!(check(&none, &config, 1_005_000), Err(AuthError::Expired));
        assert_eq!(check(&json!({"nbf": 999}), &config, 994_000), Ok(()));
        assert_eq!(check(&json!({"nbf": 999}), &config, 993_999), Err(AuthError::NotYetValid));
        assert_eq!(check(&json!({"exp": 1e300}), &config, 1_005_000), Ok(()));
        assert_eq!(check(&json!({"exp": -1e300}), &config, 0), Err(AuthError::Expired));
    }

    #[test]
    fn a_cognito_token_is_for_a_known_client_and_an_accepted_use() {
        let access = json!({"token_use": "access", "aud": null, "client_id": "mobile"});
        let id_alone: IssuerConfig = "eu-central-1_Pool1 clients=web uses=id".parse().unwrap();
        assert_eq!(check(&access, &cognito(), 0), Ok(()));
        assert_eq!(check(&access, &id_alone, 0), Err(AuthError::TokenUse));
        let bad = [
            (json!({"token_use": null}), AuthError::TokenUse),
            (json!({"token_use": "refresh"}), AuthError::TokenUse),
            (json!({"aud": "other"}), AuthError::Client),
            (json!({"aud": null, "client_id": "web"}), AuthError::Client),
            (json!({"token_use": "access"}), AuthError::Client),
            (json!({"token_use": "access", "client_id": "other"}), AuthError::Client),
            (json!({"iss": "https://issuer.example"}), AuthError::Issuer),
        ];
        for (change, reason) in bad {
            assert_eq!(check(&change, &cognito(), 0), Err(reason), "{change}");
        }
    }

    #[test]
    fn another_issuers_token_needs_the_audience_alone() {
        let change = json!({"iss": "https://login.example", "token_use": null, "aud": ["account", "plenary"]});
        assert_eq!(check(&change, &oidc(), 0), Ok(()));
        for aud in [json!("account"), json!([]), json!(null)] {
            let change = json!({"iss": "https://login.example", "aud": aud});
            assert_eq!(check(&change, &oidc(), 0), Err(AuthError::Client));
        }
    }

    #[test]
    fn the_identity_has_the_names_and_groups_of_the_token() {
        let of = |change: Value, by: IssuerConfig| claims(&change)?.into_identity(&by, None);
        let ada = of(json!({"cognito:username": "ada.l", "cognito:groups": ["hosts"]}), cognito())
            .unwrap();
        assert_eq!((ada.sub.as_str(), ada.username.as_str()), ("ada", "ada.l"));
        assert_eq!((ada.groups, ada.expires_at.as_secs()), (vec!["hosts".to_owned()], 1000));
        assert_eq!(of(json!({"username": "ada.l"}), cognito()).unwrap().username, "ada.l");
        let plain = of(json!({"cognito:groups": ["hosts"], "roles": "speakers"}), oidc()).unwrap();
        assert_eq!((plain.username.as_str(), plain.groups), ("ada", vec!["speakers".to_owned()]));
        let late = IssuerConfig { leeway: std::time::Duration::from_secs(5), ..cognito() };
        assert_eq!(of(json!({}), late).unwrap().expires_at.as_secs(), 1005);
        assert_eq!(of(json!({"cognito:groups": [1]}), cognito()), Err(AuthError::Malformed));
    }
}
