//! The addresses of the development issuer: its keys, and tokens for the web pages' development sign-in.

use crate::{
    app::App,
    auth::{TokenUse, development::DevelopmentToken},
    http::{self, Refusal},
    origin,
};
use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use std::{sync::Arc, time::Duration};

/// How long a token of the sign-in is valid.
const LIFETIME: Duration = Duration::from_secs(12 * 3600);

/// A header that no page of a foreign origin can send without a preflight.
const SIGN_IN: &str = "x-plenary-development";

/// What the sign-in form asks for.
#[derive(Deserialize)]
pub(crate) struct SignIn {
    user: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
}

/// `GET /dev/.well-known/jwks.json`
pub(crate) async fn jwks(State(app): State<Arc<App>>) -> Response {
    match &app.development {
        Some(issuer) => Json(issuer.jwks()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `POST /dev/token`
pub(crate) async fn token(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, Refusal> {
    let (Parts { headers, .. }, body) = request.into_parts();
    let Some(issuer) = &app.development else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    if !headers.contains_key(SIGN_IN) || !origin::allowed(&headers, &app.origins) {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let sign_in: SignIn = http::json(&headers, body, &app.connection).await?;
    let token = issuer.mint(&DevelopmentToken {
        user: sign_in.user,
        groups: sign_in.groups,
        name: sign_in.name,
        token_use: TokenUse::Id,
        lifetime: LIFETIME,
    });
    Ok(Json(json!({ "token": token })).into_response())
}
