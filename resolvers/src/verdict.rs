//! What becomes of a text that somebody wants everybody to read.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// What becomes of a text. The order is that of severity: the greatest of several verdicts stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verdict {
    /// It is published.
    Allow,
    /// It waits for a moderator.
    Hold,
    /// It is refused.
    Refuse,
}

impl Verdict {
    /// The verdict's name in metrics.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Hold => "hold",
            Self::Refuse => "refuse",
        }
    }
}

impl FromStr for Verdict {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "allow" => Ok(Self::Allow),
            "hold" => Ok(Self::Hold),
            "refuse" => Ok(Self::Refuse),
            _ => Err("give `allow`, `hold` or `refuse`"),
        }
    }
}
