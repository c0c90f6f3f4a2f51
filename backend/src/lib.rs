//! HASP's authorization server.
pub mod audit;
pub mod clock;
pub mod random;
pub mod storage;
