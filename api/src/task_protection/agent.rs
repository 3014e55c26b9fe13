//! The agent of Amazon ECS, which is asked within the task:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html>.

use super::policy::{VALIDITY, Wish};
use reqwest::{Client, Url, redirect::Policy};
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use thiserror::Error;

/// The agent is on the same machine, and asks ECS in turn.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) struct Agent {
    http: Client,
    url: String,
}

/// Why the protection is not as it was asked for.
#[derive(Debug, Error)]
pub(super) enum Failure {
    #[error("the agent does not answer: {0}")]
    Connection(#[from] reqwest::Error),
    #[error("{code}: {text}")]
    Refused { code: String, text: String },
    #[error("the agent answered {0} and nothing that says whether the task is protected")]
    Unclear(u16),
}

#[derive(Deserialize)]
struct Answer {
    protection: Option<Protection>,
    failure: Option<RefusedByEcs>,
    error: Option<AgentError>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Protection {
    protection_enabled: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RefusedByEcs {
    reason: String,
    #[serde(default)]
    detail: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AgentError {
    code: String,
    message: String,
}

impl Agent {
    /// The agent at `ECS_AGENT_URI`.
    pub(super) fn new(uri: &Url) -> reqwest::Result<Self> {
        // It has an address of this machine, which no proxy can reach.
        let http =
            Client::builder().no_proxy().timeout(PATIENCE).redirect(Policy::none()).build()?;
        let url = format!("{}/task-protection/v1/state", uri.as_str().trim_end_matches('/'));
        Ok(Self { http, url })
    }

    pub(super) async fn ask(&self, wish: Wish) -> Result<(), Failure> {
        let body = match wish {
            Wish::Protect => {
                json!({ "ProtectionEnabled": true, "ExpiresInMinutes": VALIDITY.as_secs() / 60 })
            }
            Wish::Release => json!({ "ProtectionEnabled": false }),
        };
        let response = self.http.put(&self.url).json(&body).send().await?;
        let status = response.status().as_u16();
        judge(wish, status, response.json::<Value>().await.unwrap_or_default())
    }
}

/// ECS says what is wrong in the body, sometimes with 200.
fn judge(wish: Wish, status: u16, body: Value) -> Result<(), Failure> {
    let answer = serde_json::from_value(body).map_err(|_| Failure::Unclear(status))?;
    match answer {
        Answer { protection: Some(it), failure: None, error: None }
            if it.protection_enabled == (wish == Wish::Protect) =>
        {
            Ok(())
        }
        Answer { failure: Some(failure), .. } => {
            let RefusedByEcs { reason, detail } = failure;
            Err(Failure::Refused { code: reason, text: detail.unwrap_or_default() })
        }
        Answer { error: Some(AgentError { code, message }), .. } => {
            Err(Failure::Refused { code, text: message })
        }
        Answer { .. } => Err(Failure::Unclear(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In the forms that the documentation of the endpoint shows.
    #[test]
    fn an_answer_says_whether_the_task_is_protected() {
        let arn = "arn:aws:ecs:eu-central-1:123456789012:task/chat/1";
        let protection = |enabled| json!({ "protection": { "ExpirationDate": "2026-01-01T12:00:00.000Z", "ProtectionEnabled": enabled, "TaskArn": arn } });
        assert!(judge(Wish::Protect, 200, protection(true)).is_ok());
        assert!(judge(Wish::Release, 200, protection(false)).is_ok());
        for (status, body, said) in [
            (200, protection(false), "answered 200"),
            (
                200,
                json!({ "failure": { "Arn": arn, "Detail": null, "Reason": "TASK_NOT_VALID" } }),
                "TASK_NOT_VALID",
            ),
            (
                400,
                json!({ "requestID": "1", "error": { "Arn": arn, "Code": "AccessDeniedException", "Message": "not authorized" } }),
                "AccessDeniedException: not authorized",
            ),
            (200, json!({}), "answered 200"),
            (502, Value::Null, "answered 502"),
        ] {
            let failure = judge(Wish::Protect, status, body).unwrap_err().to_string();
            assert!(failure.contains(said), "{failure}");
        }
    }
}
