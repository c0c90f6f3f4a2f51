//! The embedded default engine.
