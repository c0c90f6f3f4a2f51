//! What stands between the socket and a handler: who asks, from where, how often, and with what proof.

pub mod body;
pub mod caller;
pub mod cors;
pub mod csrf;
pub mod host;
pub mod password;
pub mod rate_limit;
pub mod request_context;
pub mod security_headers;
pub mod session_cookie;
pub mod sign_in_delay;
