//! Directives of the SDL, for tools and for whoever reads it.

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

/// What a subscription cannot select. It is executed once for everybody who follows a room, so that it gives nothing
/// that depends on who asks, and nothing that would be looked up for each event.
#[TypeDirective(location = "FieldDefinition", name = "notInSubscription")]
pub fn not_in_subscription(because: String) {}
