//! Programs that are started: with as many open files as the system allows, and out of a terminal's reach, because
//! Ctrl-C is for the main process, which then ends them.

use std::path::Path;
use tokio::process::Command;

/// A program with the file limit raised to the hard one.
pub(crate) fn raised(program: &Path) -> Command {
    const RAISE: &str = r#"ulimit -S -n "$(ulimit -H -n)" 2>/dev/null; exec "$0" "$@""#;
    let mut command = Command::new("/bin/sh");
    command.args(["-c", RAISE]).arg(program).process_group(0);
    command
}
