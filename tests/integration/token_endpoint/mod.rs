//! `POST /v1/oauth/token` (RFC 6749 §4.1.3, OAuth 2.1, RFC 7636, RFC 9396 §7).

mod binding;
mod client_authentication;
mod rate_limit;
mod redemption;
mod replay;
mod request_form;
