//! The API under `/v1` that console and API keys share (R3-R9, R27-R33, R37, R69, R81; domain.md 2.2, 5.7).

mod access;
mod agents;
mod api_keys;
mod applications;
mod bad_input;
mod credentials;
mod grants;
mod paging;
mod secrets;
