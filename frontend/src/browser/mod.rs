//! Thin wrappers around what the browser offers; no console logic.

pub mod clipboard;
pub mod clock;
pub mod dialog;
pub mod document;
pub mod download;
pub mod location;
pub mod random;
pub mod storage;
pub mod worker;
