//! Tokens: signed here with a key, in Cognito's manner, or taken from a file.

use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, ThumbprintHash},
};
use serde_json::json;
use std::{
    error::Error,
    fs, io,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// What tokens say besides who their user is.
#[derive(Clone, Debug)]
pub(crate) struct Issuer {
    /// `iss`.
    pub(crate) issuer: String,
    /// `aud`.
    pub(crate) client_id: String,
    /// The group whose members may create rooms.
    pub(crate) host_group: String,
    pub(crate) valid_for: Duration,
}

/// The tokens of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// Creates rooms and sends.
    pub(crate) host: String,
    /// Shared out among participants.
    pub(crate) participants: Vec<String>,
}

impl Tokens {
    /// Signs tokens with an RSA key in PEM. Its thumbprint (RFC 7638) is the `kid`.
    pub(crate) fn sign(key: &Path, issuer: &Issuer, users: u64) -> Result<Self, Box<dyn Error>> {
        let pem = fs::read(key).map_err(|error| named(key, &error))?;
        let key = EncodingKey::from_rsa_pem(&pem)?;
        let jwk = Jwk::from_encoding_key(&key, Algorithm::RS256)?;
        let header = Header {
            typ: None,
            kid: Some(jwk.thumbprint(ThumbprintHash::SHA256)?),
            ..Header::new(Algorithm::RS256)
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let sign = |user: String, groups: &[&str]| {
            let mut claims = json!({
                "sub": user,
                "iss": issuer.issuer,
                "aud": issuer.client_id,
                "token_use": "id",
                "cognito:username": user,
                "auth_time": now,
                "iat": now,
                "exp": now + issuer.valid_for.as_secs(),
            });
            if !groups.is_empty() {
                claims["cognito:groups"] = json!(groups);
            }
            jsonwebtoken::encode(&header, &claims, &key)
        };
        let participant = |user| sign(format!("loadtest-{user}"), &[]);
        Ok(Self {
            host: sign("loadtest-host".to_owned(), &[&issuer.host_group])?,
            participants: (0..users).map(participant).collect::<Result<_, _>>()?,
        })
    }

    /// Reads tokens, one a line: the first one is the host's, and the only one is everybody's.
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let text = fs::read_to_string(path).map_err(|error| named(path, &error))?;
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let host = lines.next().ok_or("the file of tokens is empty")?.to_owned();
        let mut participants: Vec<_> = lines.map(str::to_owned).collect();
        if participants.is_empty() {
            participants.push(host.clone());
        }
        Ok(Self { host, participants })
    }

    /// For servers that ask for none.
    pub(crate) fn none() -> Self {
        Self { host: String::new(), participants: vec![String::new()] }
    }
}

fn named(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_is_the_hosts() {
        let path = std::env::temp_dir().join(format!("plenary-tokens-{}", std::process::id()));
        for (text, host, participants) in
            [("h\na\n\n b \n", "h", &["a", "b"][..]), ("only", "only", &["only"])]
        {
            fs::write(&path, text).unwrap();
            let tokens = Tokens::read(&path).unwrap();
            assert_eq!(
                (tokens.host.as_str(), tokens.participants),
                (host, participants.iter().map(ToString::to_string).collect())
            );
        }
        fs::write(&path, "\n").unwrap();
        assert!(Tokens::read(&path).is_err());
        fs::remove_file(&path).unwrap();
        assert!(Tokens::read(&path).unwrap_err().to_string().contains("plenary-tokens"));
    }
}
