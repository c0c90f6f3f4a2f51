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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_is_text_and_body_is_markup() {
        let html = shell("</title><b>", "<main>x</main>\n");

        assert!(html.contains("<title>&lt;/title&gt;&lt;b&gt;</title>"));
        assert!(html.contains("<body class=\"page\">\n<main>x</main>\n</body>"));
        assert!(html.starts_with("<!doctype html>") && html.contains("<html lang=\"en\">"));
    }
}
