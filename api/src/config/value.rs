//! Values with units, and values that must not be printed.

use resolvers::GroupRoles;
use schema::Role;
use std::{convert::Infallible, fmt, str::FromStr, time::Duration};
use tracing_subscriber::EnvFilter;

/// A value that may hold a password: it never reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a dimension of CloudWatch may be: 1 to 1024 characters of ASCII, with no colon in front, and not blank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceName(String);

impl ServiceName {
    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServiceName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        match text {
            _ if text.trim().is_empty() => Err("a service has a name"),
            _ if text.len() > 1024 || !is_plain => Err("1 to 1024 characters of printable ASCII"),
            _ if text.starts_with(':') => Err("no colon in front"),
            name => Ok(Self(name.to_owned())),
        }
    }
}

/// Parses what is to be kept secret, and is something.
pub(super) fn secret(text: &str) -> Result<Secret, &'static str> {
    match text.is_empty() {
        true => Err("a secret is not empty"),
        false => Ok(Secret(text.to_owned())),
    }
}

/// Parses `500ms`, `30s`, `2m` or `1h`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = split_unit(text)?;
    let millis = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("give a unit: ms, s, m or h".into()),
    };
    number
        .checked_mul(millis)
        .filter(|total| *total > 0)
        .map(Duration::from_millis)
        .ok_or_else(out_of_range)
}

/// Parses `group=ROLE,group=ROLE`.
pub(super) fn group_roles(text: &str) -> Result<GroupRoles, String> {
    let entry = |entry: &str| {
        let (group, role) =
            entry.split_once('=').ok_or("give `group=ROLE`, separated by commas")?;
        let role = match role.trim() {
            "HOST" => Role::Host,
            "MODERATOR" => Role::Moderator,
            "SPEAKER" => Role::Speaker,
            other => return Err(format!("`{other}` is not HOST, MODERATOR or SPEAKER")),
        };
        Ok((group.trim().to_owned(), role))
    };
    let entries = text.split(',').filter(|text| !text.trim().is_empty()).map(entry);
    entries.collect::<Result<Vec<_>, _>>().map(GroupRoles::new)
}

/// Parses `512`, `16KiB` or `1MiB`.
pub(super) fn bytes(text: &str) -> Result<usize, String> {
    let (number, unit) = split_unit(text)?;
    let factor = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        _ => return Err("the units are B, KiB and MiB".into()),
    };
    let total = number.checked_mul(factor).filter(|total| *total > 0);
    total.and_then(|total| usize::try_from(total).ok()).ok_or_else(out_of_range)
}

/// Parses the size of a request head, which the HTTP parser wants to be 8 KiB at least.
pub(super) fn header_bytes(text: &str) -> Result<usize, String> {
    bytes(text).and_then(|size| if size < 8192 { Err("at least 8KiB".into()) } else { Ok(size) })
}

/// Parses a number that is not zero.
pub(super) fn positive(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| "a whole number above zero".into())
}

/// Parses a share, from 0 to 1.
pub(super) fn ratio(text: &str) -> Result<f64, &'static str> {
    let ratio = text.parse().ok();
    ratio.filter(|ratio| (0.0..=1.0).contains(ratio)).ok_or("a number from 0 to 1")
}

/// Checks a log filter.
pub(super) fn log_filter(text: &str) -> Result<String, String> {
    EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|error| error.to_string())
}

fn split_unit(text: &str) -> Result<(u64, &str), String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    Ok((number.parse().map_err(|_| "starts with a whole number".to_owned())?, unit))
}

fn out_of_range() -> String {
    "out of range".into()
}
