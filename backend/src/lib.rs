//! HASP's authorization server.
pub mod clock;
pub mod storage;
