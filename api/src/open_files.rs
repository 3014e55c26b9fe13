//! How many files, sockets among them, the process may have open.
//!
//! A socket is a file. What a shell or a container runtime gives a process is often 1,024, which it may raise itself up to the hard
//! limit; a node that runs into the limit can neither accept nor reach its table.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::{info, warn};

/// Files that are no clients': the table's and Redis' connections, listeners, operators, logs, connections that are being refused.
const RESERVED: usize = 1000;

/// The limit that holds, raised as far as it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpenFiles {
    /// `None` is no limit.
    limit: Option<usize>,
}

impl OpenFiles {
    /// Raises the soft limit of the process to the hard one.
    pub(crate) fn raise() -> Self {
        let found = getrlimit(Resource::Nofile);
        let raised = setrlimit(Resource::Nofile, Rlimit { current: found.maximum, ..found });
        match raised {
            Ok(()) => info!(
                soft = found.current,
                hard = found.maximum,
                "the limit of open files is the hard one"
            ),
            Err(error) => warn!(
                %error,
                soft = found.current,
                hard = found.maximum,
                "the limit of open files stays the soft one"
            ),
        }
        let limit = if raised.is_ok() { found.maximum } else { found.current };
        Self { limit: limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)) }
    }

    /// As many files as may be open; `None` is no limit.
    pub(crate) fn limit(&self) -> Option<usize> {
        self.limit
    }

    /// Lowers a number of connections to what can be held.
    pub(crate) fn bound(&self, max_connections: usize) -> usize {
        let Some(limit) = self.limit else { return max_connections };
        let most = limit - RESERVED.min(limit / 2);
        if max_connections > most {
            warn!(
                max_connections,
                lowered_to = most,
                open_files = limit,
                "MAX_CONNECTIONS is more than the limit of open files allows"
            );
        }
        max_connections.min(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_files_are_kept_for_what_is_no_client_or_half_of_a_few() {
        let bound = |limit, asked| OpenFiles { limit }.bound(asked);
        assert_eq!(bound(Some(65_536), 60_000), 60_000);
        assert_eq!(bound(Some(20_000), 60_000), 19_000);
        assert_eq!(bound(Some(2_000), 60_000), 1_000);
        assert_eq!(bound(Some(256), 60_000), 128);
        assert_eq!(bound(None, usize::MAX), usize::MAX);
    }
}
