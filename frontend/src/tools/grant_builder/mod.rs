//! The builder of `authorization_details` (RFC 9396): forms and a JSON editor, two views of one text.
//!
//! `node`, `draft` and `verdict` are plain values with tests; the other files are views. Rules of grants are not
//! here: they come from `hasp_protocol::authorization_details`.

pub mod draft;
pub mod editor;
pub mod field;
pub mod form;
pub mod json_editor;
pub mod node;
pub mod pairs_field;
pub mod verdict;

pub use editor::GrantEditor;
