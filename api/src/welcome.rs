//! What a node says on standard output when it starts, and on standard error when it cannot.

use crate::{
    auth::{
        TokenUse,
        development::{DevelopmentIssuer, DevelopmentToken},
    },
    config::{Config, Mode},
    node::Node,
};
use std::{error::Error, net::SocketAddr, time::Duration};

/// How long the printed token is valid.
const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// Prints where the node is and, with the development issuer, commands to try it.
pub fn print(config: &Config, node: &Node, public: SocketAddr, operators: SocketAddr) {
    println!("Plenary {} is ready.", env!("CARGO_PKG_VERSION"));
    println!("  rooms     http://{public}/");
    println!("  API       http://{public}/graphql");
    println!("  metrics   http://{operators}/metrics");
    if config.mode() == Mode::Development {
        println!("  GraphiQL  http://{public}/graphiql");
    }
    if let Some(issuer) = &node.app.development {
        println!("\n{}", tour(public, &token(issuer)));
    }
}

/// An error with everything that led to it.
pub fn causes(error: &dyn Error) -> String {
    let chain = std::iter::successors(Some(error), |&error| error.source());
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn token(issuer: &DevelopmentIssuer) -> String {
    issuer.mint(&DevelopmentToken {
        user: "ada".to_owned(),
        groups: vec!["plenary-hosts".to_owned()],
        name: Some("Ada".to_owned()),
        token_use: TokenUse::Id,
        lifetime: TOKEN_LIFETIME,
    })
}

fn tour(public: SocketAddr, token: &str) -> String {
    format!(
        r#"Sign in as Ada, a host, for twelve hours (`plenary token --help` makes others):
  export TOKEN={token}

Create a room and send a message to it:
  curl http://{public}/graphql -H "Authorization: $TOKEN" -H 'Content-Type: application/json' \
    -d '{{"query":"mutation {{ createRoom(input: {{ id: \"hall\", name: \"Town hall\" }}) {{ id status }} }}"}}'
  curl http://{public}/graphql -H "Authorization: $TOKEN" -H 'Content-Type: application/json' \
    -d '{{"query":"mutation {{ sendMessage(input: {{ roomId: \"hall\", content: \"Hello\" }}) {{ id seq }} }}"}}'

Follow the room from its beginning, in another terminal, from a checkout:
  make follow ROOM=hall URL=ws://{public}/graphql TOKEN=$TOKEN
"#
    )
}
