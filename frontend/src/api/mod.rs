//! Calls of the control API under `/v1`: one file per resource, types from `hasp_protocol::api`.

pub mod agents;
pub mod applications;
pub mod audit;
pub mod client;
pub mod members;
pub mod problem;
pub mod reader;
pub mod session;

pub use client::{Answer, Api};
pub use problem::ApiProblem;
