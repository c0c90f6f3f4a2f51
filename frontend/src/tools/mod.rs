//! The tools of an application's Overview: each with its plain model, tested without a browser.

pub mod consent_preview;
pub mod grant_builder;
pub mod introspection;
pub mod rules;
pub mod schema_verdict;
pub mod snippets;
pub mod url_builder;
pub mod words;
