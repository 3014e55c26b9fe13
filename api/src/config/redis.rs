//! What nodes share beside the table.

use super::Secret;
use clap::Args;
use resolvers::source::broker::{ElastiCache, RedisConfig};
use std::error::Error;

/// What nodes share beside the table.
#[derive(Clone, Debug, Args)]
pub struct RedisOptions {
    /// Redis or Valkey, `redis://` or `rediss://`; several of a cluster separated by commas. Without it the node is alone.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<Secret>,
    /// The ElastiCache cache behind `REDIS_URL`, to authenticate by IAM as the user in that URL (`rediss://USER@HOST`, no password):
    /// the id of a replication group, or `serverless:NAME`. The credentials are those of the usual environment of AWS, such as a task's
    /// role.
    #[arg(long, env = "REDIS_IAM_CACHE", requires = "redis_url", hide_env_values = true)]
    pub redis_iam_cache: Option<ElastiCache>,
}

impl RedisOptions {
    /// Where Redis is and who the node is there, if there is one.
    pub async fn config(&self) -> Result<Option<RedisConfig>, Box<dyn Error>> {
        let Some(urls) = &self.redis_url else { return Ok(None) };
        let config = RedisConfig::parse(urls.expose().split(','))?;
        let Some(cache) = &self.redis_iam_cache else { return Ok(Some(config)) };
        let config = config.authenticated_by_iam(cache.clone()).await;
        Ok(Some(config.map_err(|unfit| format!("REDIS_IAM_CACHE: {unfit}"))?))
    }
}
