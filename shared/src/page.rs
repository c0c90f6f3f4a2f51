//! The shell of every server-rendered page: sign-in, set-up, consent, errors.
//!
//! Whole documents, no script, no inline style; they work with scripts off and under a CSP without `unsafe-inline`.

use crate::text::escape;

/// Where the stylesheet of server-rendered pages lies.
pub const STYLESHEET_PATH: &str = "/assets/page.css";

/// Wraps a body in a document. `title` is text and gets escaped; `body` is HTML and must be safe already.
#[must_use]
pub fn shell(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<link rel=\"stylesheet\" href=\"{STYLESHEET_PATH}\">\n</head>\n\
         <body class=\"page\">\n{body}</body>\n</html>\n",
        escape(title)
    )
}
