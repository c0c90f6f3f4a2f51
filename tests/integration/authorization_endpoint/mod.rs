//! `GET /v1/oauth/authorize` (RFC 6749 §4.1.1, RFC 9700, RFC 9207, RFC 9396): the order of checks and where answers go.

mod agent;
mod client_and_redirect_uri;
mod details;
mod errors;
mod request;
mod response;
mod waiting_for_sign_in;
