//! AppSync's directives, which tools read from the SDL
//! (<https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-data.html>).

#![expect(missing_docs, reason = "the macro makes items without docs")]

use async_graphql::TypeDirective;

/// Which mutations a subscription field tells of.
#[TypeDirective(location = "FieldDefinition", name = "aws_subscribe")]
pub fn aws_subscribe(mutations: Vec<String>) {}
