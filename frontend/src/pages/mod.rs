//! One page per file: its loading and its layout, nothing reusable.

pub mod agents;
pub mod applications;
pub mod audit_log;
pub mod not_found;
