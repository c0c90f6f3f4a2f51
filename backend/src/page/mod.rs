//! Pages rendered by the server. Forms that work without scripts; the consent page's HTML stands in the protocol crate.

pub mod failure;
pub mod layout;
pub mod set_up;
pub mod sign_in;
