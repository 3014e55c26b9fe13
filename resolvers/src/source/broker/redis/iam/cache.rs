//! The name of a cache.

use std::{error, fmt, str::FromStr};

/// A cache of ElastiCache, as IAM knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ElastiCache {
    /// The id of a replication group.
    ReplicationGroup(String),
    /// The name of a serverless cache.
    Serverless(String),
}

/// A name that no cache has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedCache;

impl ElastiCache {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::ReplicationGroup(name) | Self::Serverless(name) => name,
        }
    }
}

impl FromStr for ElastiCache {
    type Err = MalformedCache;

    /// Parses `NAME` or `serverless:NAME`. ElastiCache keeps names in lower case, and a signature over another spelling is refused
    /// without saying why.
    fn from_str(text: &str) -> Result<Self, MalformedCache> {
        let (name, of): (_, fn(String) -> Self) = match text.strip_prefix("serverless:") {
            Some(name) => (name, Self::Serverless),
            None => (text, Self::ReplicationGroup),
        };
        let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        is_name.then(|| of(name.to_owned())).ok_or(MalformedCache)
    }
}

impl fmt::Display for MalformedCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "give the id of a replication group or `serverless:NAME`, in lower-case letters, digits and hyphens",
        )
    }
}

impl error::Error for MalformedCache {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cache_is_a_replication_group_unless_it_is_said_to_be_serverless() {
        let group = ElastiCache::ReplicationGroup("plenary-prod".to_owned());
        assert_eq!("plenary-prod".parse(), Ok(group));
        assert_eq!("serverless:chat1".parse(), Ok(ElastiCache::Serverless("chat1".to_owned())));
    }

    #[test]
    fn a_name_that_no_cache_has_is_refused() {
        for name in ["", "serverless:", "Plenary", "1st", "a/b", "a b", "other:name", "-a"] {
            assert_eq!(name.parse::<ElastiCache>(), Err(MalformedCache), "{name}");
        }
    }
}
