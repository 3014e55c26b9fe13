//! Who gets in: every check of a token, the keys behind it, and the issuer for development.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod development;
mod issuers;
mod keys;
mod matrix;
mod support;
mod tokens;
