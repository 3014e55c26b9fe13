//! Why somebody does something, in the words of that person.

use schema::{Error, Result};

/// The longest reason, in Unicode code points.
const MAX_REASON: usize = 500;

/// A reason that has to be given.
pub(super) fn given(reason: &str) -> Result<String> {
    let reason = reason.trim();
    match (1..=MAX_REASON).contains(&reason.chars().count()) {
        true => Ok(reason.to_owned()),
        false => {
            Err(Error::bad_input("reason", format!("a reason has 1 to {MAX_REASON} characters")))
        }
    }
}

/// A reason that may be left out; one without content is none.
pub(super) fn perhaps(reason: Option<&str>) -> Result<Option<String>> {
    reason.map(str::trim).filter(|reason| !reason.is_empty()).map(given).transpose()
}
