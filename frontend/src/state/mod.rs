//! The few values that every page may need, each a small struct of signals.

pub mod announcer;
pub mod binding;
pub mod id;
pub mod navigation;
pub mod paged_list;
pub mod reauthentication;
pub mod session;
pub mod submission;
pub mod theme;
pub mod toasts;
