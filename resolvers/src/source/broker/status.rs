//! How the broker is doing.

use schema::DateTime;
use serde::Serialize;

/// How the broker is doing, for `/statusz` and for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Status {
    /// Within the process.
    Local,
    /// Connected, to every primary if it is a cluster.
    Up {
        /// When it came up.
        since: DateTime,
        /// How often it came back after an outage.
        reconnects: u64,
    },
    /// Not connected, or not to every primary of a cluster; it keeps trying.
    Down {
        /// When it went down.
        since: DateTime,
        /// How often it came back after an outage.
        reconnects: u64,
        /// What went wrong last.
        last_error: String,
    },
}
