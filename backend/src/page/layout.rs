//! The frame around every server-rendered page except consent, and its form fields.

use crate::guard::security_headers::CSP_PAGE;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use hasp_protocol::consent::escape;
use hasp_protocol::page;

/// A whole document with one card.
#[must_use]
pub fn document(title: &str, body: &str) -> String {
    page::shell(
        &format!("{title} · HASP"),
        &format!("<main class=\"card\">\n<p class=\"brand\">HASP</p>\n{body}</main>\n"),
    )
}

/// The document as an answer, with the policy of pages that have no scripts.
#[must_use]
pub fn respond(status: StatusCode, html: String) -> Response {
    let mut response = (status, Html(html)).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP_PAGE));
    response
}

/// One labelled input.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// Form name and id.
    pub name: &'a str,
    /// What people read.
    pub label: &'a str,
    /// The input's `type`.
    pub kind: &'a str,
    /// The `autocomplete` word.
    pub autocomplete: &'a str,
    /// What was typed before; never a password.
    pub value: &'a str,
    /// Wrong with it.
    pub problem: Option<&'a str>,
    /// A line under the label.
    pub hint: Option<&'a str>,
}

impl Field<'_> {
    /// The field's HTML.
    #[must_use]
    pub fn to_html(&self) -> String {
        let name = self.name;
        let hint =
            self.hint.map(|hint| format!("<p class=\"field-hint\" id=\"{name}-hint\">{}</p>", escape(hint)));
        let problem = self.problem.map(|problem| {
            format!("<p class=\"field-problem\" id=\"{name}-problem\">{}</p>", escape(problem))
        });
        let described = [hint.as_ref().map(|_| "hint"), problem.as_ref().map(|_| "problem")]
            .into_iter()
            .flatten()
            .map(|part| format!("{name}-{part}"))
            .collect::<Vec<_>>()
            .join(" ");
        let described =
            if described.is_empty() { String::new() } else { format!(" aria-describedby=\"{described}\"") };
        let invalid = if self.problem.is_some() { " aria-invalid=\"true\"" } else { "" };
        format!(
            "<div class=\"field\"><label for=\"{name}\">{}</label>{}\
             <input id=\"{name}\" name=\"{name}\" type=\"{}\" autocomplete=\"{}\" value=\"{}\" required{described}{invalid}>{}</div>",
            escape(self.label),
            hint.unwrap_or_default(),
            self.kind,
            self.autocomplete,
            escape(self.value),
            problem.unwrap_or_default(),
        )
    }
}

/// A hidden input.
#[must_use]
pub fn hidden(name: &str, value: &str) -> String {
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(value))
}
