//! When somebody who is refused may come again.

use axum::http::HeaderValue;

/// A busy node has room again within seconds, or another node has.
const LONGEST: u16 = 5;

/// A whole number of seconds, as `Retry-After` wants it (RFC 9110, section 10.2.3): a random one, so that those who are refused together
/// do not come back together.
pub(crate) fn seconds() -> u16 {
    fastrand::u16(1..=LONGEST)
}

/// The same as the value of a header.
pub(crate) fn header() -> HeaderValue {
    seconds().into()
}
