//! What a node asks of Amazon ECS.

use clap::Args;
use reqwest::Url;

/// What a node asks of Amazon ECS.
#[derive(Clone, Debug, Args)]
pub struct EcsOptions {
    /// While so many sockets and event streams are open, the node asks ECS to protect its task: neither scaling in nor a deployment
    /// ends it then. Without it the node never asks.
    #[arg(long, env = "TASK_PROTECTION_SOCKETS", value_parser = super::value::positive, hide_env_values = true)]
    pub task_protection_sockets: Option<usize>,
    /// Where ECS's agent is asked; ECS sets it in every container.
    #[arg(long, env = "ECS_AGENT_URI", hide_env_values = true)]
    pub ecs_agent_uri: Option<Url>,
}
