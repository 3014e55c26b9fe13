//! Directives of the SDL.

#![expect(missing_docs, reason = "the macro makes items without docs")]

use crate::ErrorCode;
use async_graphql::TypeDirective;

/// Which mutations a subscription field tells of
/// (<https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html>).
#[TypeDirective(location = "FieldDefinition", name = "aws_subscribe")]
pub fn aws_subscribe(mutations: Vec<String>) {}

/// Why a field may refuse, beside what any field may answer: UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, NOT_FOUND,
/// QUERY_TOO_COMPLEX, UNAVAILABLE and INTERNAL.
#[TypeDirective(location = "FieldDefinition", name = "refuses")]
pub fn refuses(with: Vec<ErrorCode>) {}

/// Depends on who asks, or is read for each event: a subscription that selects it is refused, because a subscription is
/// executed once for everybody.
#[TypeDirective(location = "FieldDefinition", name = "notInSubscription")]
pub fn not_in_subscription() {}
