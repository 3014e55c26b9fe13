//! What AppSync calls errors, for clients that know its names.
//!
//! AppSync has `errorType` and `errorInfo` at the top of an error, where GraphQL has `extensions`. Both are written: who knows
//! the one form does not look at the other.

use async_graphql::{ErrorExtensionValues, ServerError, Value};
use clap::ValueEnum;
use serde::Serialize;

/// The `errorType` of a subscription that is denied.
///
/// AppSync says `Unauthorized`. Amplify closes the whole socket when it hears that, and its other subscriptions miss what
/// happens until it is back, five seconds later; any other word ends the one subscription alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Denial {
    /// A word that clients attach nothing to.
    AccessDenied,
    /// AppSync's own word.
    Unauthorized,
}

/// A GraphQL error as AppSync writes it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AppSyncError<'a> {
    error_type: &'a str,
    #[serde(flatten)]
    error: &'a ServerError,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_info: Option<&'a ErrorExtensionValues>,
}

impl<'a> AppSyncError<'a> {
    /// Names what is denied in AppSync's own word.
    pub(crate) fn new(error: &'a ServerError) -> Self {
        Self { error_type: error_type(error), error, error_info: error.extensions.as_ref() }
    }

    /// The same for the end of a subscription.
    pub(crate) fn of_subscription(error: &'a ServerError, denial: Denial) -> Self {
        let this = Self::new(error);
        match (denial, this.error_type) {
            (Denial::AccessDenied, UNAUTHORIZED | UNAUTHENTICATED) => {
                Self { error_type: "AccessDenied", ..this }
            }
            _ => this,
        }
    }
}

/// Who calls is not known.
pub(crate) const UNAUTHENTICATED: &str = "UnauthorizedException";

/// Who calls is known, and may not.
const UNAUTHORIZED: &str = "Unauthorized";

/// AppSync's name for a code, where it has one; else the code, as an app on AppSync would name its own errors.
fn error_type(error: &ServerError) -> &str {
    let of = |name| error.extensions.as_ref().and_then(|extensions| extensions.get(name));
    let code = match of("code") {
        Some(Value::Enum(code)) => code.as_str(),
        Some(Value::String(code)) => code,
        _ => return "BadRequest",
    };
    match code {
        "UNAUTHENTICATED" => UNAUTHENTICATED,
        "FORBIDDEN" | "BANNED" => UNAUTHORIZED,
        "RATE_LIMITED" if of("retryAfterMs").is_some() => "LimitExceededError",
        "RATE_LIMITED" => "MaxSubscriptionsReachedError",
        "INTERNAL" => "InternalFailure",
        code => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(extensions: &[(&str, Value)]) -> ServerError {
        let mut values = ErrorExtensionValues::default();
        extensions.iter().for_each(|(name, value)| values.set(*name, value.clone()));
        ServerError { extensions: Some(values), ..ServerError::new("no", None) }
    }

    #[test]
    fn an_error_has_both_forms() {
        let error = error(&[("code", "ROOM_NOT_OPEN".into())]);
        let expected = json!({
            "errorType": "ROOM_NOT_OPEN", "message": "no",
            "extensions": { "code": "ROOM_NOT_OPEN" }, "errorInfo": { "code": "ROOM_NOT_OPEN" },
        });
        assert_eq!(serde_json::to_value(AppSyncError::new(&error)).unwrap(), expected);
    }

    #[test]
    fn a_code_has_appsyncs_name() {
        let code = |code: &str| ("code", Value::from(code));
        for (extensions, name, of_subscription) in [
            (vec![code("UNAUTHENTICATED")], "UnauthorizedException", "AccessDenied"),
            (vec![code("FORBIDDEN")], "Unauthorized", "AccessDenied"),
            (vec![code("BANNED")], "Unauthorized", "AccessDenied"),
            (vec![code("MUTED")], "MUTED", "MUTED"),
            (
                vec![code("RATE_LIMITED"), ("retryAfterMs", 7.into())],
                "LimitExceededError",
                "LimitExceededError",
            ),
            (
                vec![code("RATE_LIMITED")],
                "MaxSubscriptionsReachedError",
                "MaxSubscriptionsReachedError",
            ),
            (vec![code("INTERNAL")], "InternalFailure", "InternalFailure"),
            (vec![], "BadRequest", "BadRequest"),
        ] {
            let error = error(&extensions);
            assert_eq!(AppSyncError::new(&error).error_type, name);
            let denied = |denial| AppSyncError::of_subscription(&error, denial).error_type;
            assert_eq!(denied(Denial::AccessDenied), of_subscription);
            assert_eq!(denied(Denial::Unauthorized), name);
        }
    }
}
