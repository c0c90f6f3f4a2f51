//! Who uses the server: each actor does what a person or a program outside can do, over a real socket, and nothing else.

mod api_key;
mod client;
mod developer;
mod resource_server;
mod user;
mod visitor;

pub use api_key::KeyHolder;
pub use client::{Authorization, Client, ClientAuthentication};
pub use developer::{ApiAnswer, Developer};
pub use resource_server::{ResourceServer, who_am_i};
pub use user::{User, fill_in, sign_in};
pub use visitor::Visitor;
