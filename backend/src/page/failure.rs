//! The error page: what happened, which parameter, what arrived, what fits, what to do, and the request's id.
//!
//! Handlers give [`PageFailure`]; the layer [`deliver`] draws it, as JSON when the request asks for JSON.

use super::layout;
use crate::failure::{Internal, STORE_RETRY_SECONDS};
use crate::guard::rate_limit::OverLimit;
use crate::guard::request_context::RequestContext;
use crate::oauth::authorization::{ClientAnswer, Refused};
use crate::oauth::delivery::{self, internal_problem};
use crate::sentence::sentence;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hasp_protocol::Problem;
use hasp_protocol::consent::escape;
use serde_json::{Value, json};

/// A failure that becomes a page; boxed, so that results stay small.
#[derive(Clone, Debug)]
pub struct PageFailure(Box<Facts>);

/// Everything the page needs, as data.
#[derive(Clone, Debug)]
struct Facts {
    status: StatusCode,
    title: &'static str,
    text: String,
    problem: Option<Problem>,
    /// For members of the organization that owns the application.
    owner_hint: Option<String>,
    way_out: Option<WayOut>,
    retry_after: Option<u64>,
}

#[derive(Clone, Debug)]
struct WayOut {
    label: &'static str,
    url: String,
}

impl PageFailure {
    fn new(status: StatusCode, title: &'static str, text: impl Into<String>) -> Self {
        PageFailure(Box::new(Facts {
            status,
            title,
            text: text.into(),
            problem: None,
            owner_hint: None,
            way_out: None,
            retry_after: None,
        }))
    }

    /// A request that cannot be answered anywhere but here.
    #[must_use]
    pub fn problem(problem: Problem, is_owner: bool) -> Self {
        let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::BAD_REQUEST);
        let text =
            "The request that brought you here is not valid. Nothing was granted and nothing was sent.";
        let mut failure = Self::new(status, "This request cannot go on", text);
        failure.0.owner_hint = if is_owner { problem.owner_hint() } else { None };
        failure.0.problem = Some(problem);
        failure
    }

    /// A request whose answer belongs to the client; the person carries it there.
    #[must_use]
    pub fn for_client(answer: ClientAnswer) -> Self {
        let mut failure = Self::problem(answer.problem, false);
        failure.0.text = "The application sent a request that is not valid. Nothing was granted.".to_owned();
        failure.0.way_out = Some(WayOut { label: "Return to the application", url: answer.url });
        failure
    }

    /// A request that was valid when it was parked and is not any more.
    #[must_use]
    pub fn refused(refused: Refused) -> Self {
        match refused {
            Refused::Page(problem, _) => Self::problem(problem, false),
            Refused::Client(answer) => Self::for_client(answer),
        }
    }

    /// Foreign, unknown or archived: always this page (checklist 16).
    #[must_use]
    pub fn agent_unavailable(denial: ClientAnswer) -> Self {
        let mut failure = Self::problem(Problem::AgentUnavailable, false);
        failure.0.title = "This agent is not available to you";
        failure.0.text =
            "It may belong to another organization, be archived, or not exist. Nothing was granted."
                .to_owned();
        failure.0.way_out = Some(WayOut { label: "Return to the application", url: denial.url });
        failure
    }

    /// Decided already, too old, or opened in another browser.
    #[must_use]
    pub fn request_gone() -> Self {
        let mut failure = Self::problem(Problem::ConsentRequestExpired, false);
        failure.0.title = "This request is over";
        failure.0.text = "It was answered already, or it waited too long.".to_owned();
        failure
    }

    /// A form that did not come from our own page.
    #[must_use]
    pub fn foreign_form() -> Self {
        let text = "The form is too old or was not sent from this server's own page. Nothing was changed. \
                    Go back, reload the page and try again.";
        Self::new(StatusCode::FORBIDDEN, "This form was not accepted", text)
    }

    /// Too many requests wait for sign-in.
    #[must_use]
    pub fn too_many_waiting() -> Self {
        let text = "Too many requests are waiting for an answer. Try again in a minute.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Too many requests are waiting", text).retry_after(60)
    }

    /// One address asks too often.
    #[must_use]
    pub fn over_limit(limit: OverLimit) -> Self {
        let seconds = limit.seconds();
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many requests",
            format!("Too many requests came from your address. Try again in {seconds} s."),
        )
        .retry_after(seconds)
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// No such page.
    #[must_use]
    pub fn not_found() -> Self {
        let mut failure =
            Self::new(StatusCode::NOT_FOUND, "There is no such page", "The address leads nowhere.");
        failure.0.way_out = Some(WayOut { label: "Go to the console", url: "/console/".to_owned() });
        failure
    }

    /// The page exists, the method does not.
    #[must_use]
    pub fn method_not_allowed() -> Self {
        let text = "This address does not take that method; the Allow header names those it takes.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "That is not how this address works", text)
    }

    /// The binary was built without `dist/`.
    #[must_use]
    pub fn console_missing() -> Self {
        let text = "This binary was built without it. `cargo xtask serve` builds the console, puts it into the server and \
                    starts it. Sign-in, consent and the API work without the console.";
        Self::new(StatusCode::NOT_FOUND, "The console is not built in", text)
    }

    /// A set-up link that is unknown, used or old.
    #[must_use]
    pub fn link_used() -> Self {
        let text = "This set-up link is unknown, was used already, or is older than a day. An empty server prints a new one \
                    at each start; otherwise sign in, or use `hasp user create`.";
        Self::new(StatusCode::NOT_FOUND, "This link does not work any more", text)
    }
}

impl Facts {
    fn to_html(&self, request_id: &str) -> String {
        let mut body = format!("<h1>{}</h1>\n<p>{}</p>\n", escape(self.title), code_spans(&self.text));
        if let Some(problem) = &self.problem {
            body.push_str(&self.problem_html(problem));
        }
        if let Some(way_out) = &self.way_out {
            body.push_str(&format!(
                "<p class=\"actions\"><a class=\"button\" data-kind=\"primary\" rel=\"noreferrer\" href=\"{}\">{}</a></p>\n",
                escape(&way_out.url),
                way_out.label
            ));
        }
        body.push_str(&format!("<p class=\"request-id\">Request <code>{}</code></p>\n", escape(request_id)));
        layout::document(self.title, &body)
    }

    fn problem_html(&self, problem: &Problem) -> String {
        let code = problem.code();
        let facts = [
            ("Error", Some(code.as_str().to_owned())),
            ("Parameter", problem.parameter().map(str::to_owned)),
            ("Place", problem.pointer().map(str::to_owned)),
            ("Arrived", problem.received()),
            ("Expected", problem.expected()),
        ];
        let rows: String = facts
            .into_iter()
            .filter_map(|(name, fact)| fact.map(|fact| (name, fact)))
            .map(|(name, fact)| format!("<div><dt>{name}</dt><dd><code>{}</code></dd></div>", escape(&fact)))
            .collect();
        let text = problem.public_text();
        let hint = Some(problem.hint()).filter(|hint| !text.contains(hint.as_str()));
        let hint = hint.map(|hint| format!("<p>{}</p>\n", escape(&hint))).unwrap_or_default();
        let owner =
            self.owner_hint.as_ref().map(|hint| format!("<p>{}</p>", escape(hint))).unwrap_or_default();
        format!(
            "<section class=\"problem\" aria-label=\"For the developer\">\n<p class=\"problem-text\">{}</p>\n<dl class=\"facts\">{rows}</dl>\n\
             {hint}{owner}</section>\n",
            escape(&sentence(&text)),
        )
    }

    fn to_json(&self, request_id: &str) -> Value {
        let mut body = match &self.problem {
            Some(problem) => problem.to_detailed_json(),
            None => json!({"error": error_word(self.status), "error_description": self.text}),
        };
        body["request_id"] = request_id.into();
        if let Some(hint) = &self.owner_hint {
            body["owner_hint"] = hint.as_str().into();
        }
        if let Some(way_out) = &self.way_out {
            body["continue_at"] = way_out.url.as_str().into();
        }
        body
    }
}

impl<T: Into<Internal>> From<T> for PageFailure {
    fn from(cause: T) -> Self {
        let cause = cause.into();
        cause.log();
        let mut failure = Self::problem(internal_problem(&cause), false);
        failure.0.title = "The server cannot answer now";
        failure.0.text =
            "The fault is ours; the server's log names it under the request below. Nothing was changed."
                .to_owned();
        if cause.status() == StatusCode::SERVICE_UNAVAILABLE {
            return failure.retry_after(STORE_RETRY_SECONDS);
        }
        failure
    }
}

impl IntoResponse for PageFailure {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Layer around the pages: draws whatever failure the handler gave.
pub async fn deliver(context: RequestContext, request: Request, next: Next) -> Response {
    let as_json = wants_json(request.headers());
    let mut response = next.run(request).await;
    let Some(failure) = response.extensions_mut().remove::<PageFailure>() else { return response };
    let failure = *failure.0;
    if let Some(problem) = &failure.problem {
        delivery::log(problem);
    }
    let mut answer = if as_json {
        (failure.status, Json(failure.to_json(&context.request_id))).into_response()
    } else {
        layout::respond(failure.status, failure.to_html(&context.request_id))
    };
    if let Some(seconds) = failure.retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if let Some(allow) = response.headers_mut().remove(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

/// A refusal before anything is known about the request.
#[must_use]
pub fn plain(status: StatusCode, text: &str) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], format!("{text}\n")).into_response()
}

/// `application/json` without `text/html`: a program, not a person.
fn wants_json(headers: &HeaderMap) -> bool {
    let accepts = |media_type: &str| {
        headers
            .get_all(header::ACCEPT)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|item| item.split(';').next())
            .any(|item| item.trim().eq_ignore_ascii_case(media_type))
    };
    accepts("application/json") && !accepts("text/html")
}

fn error_word(status: StatusCode) -> &'static str {
    match status.as_u16() {
        403 => "access_denied",
        429 | 503 => "temporarily_unavailable",
        500 => "server_error",
        _ => "invalid_request",
    }
}

/// Text with `code` marks, escaped.
fn code_spans(text: &str) -> String {
    text.split('`')
        .enumerate()
        .map(
            |(index, part)| {
                if index % 2 == 1 { format!("<code>{}</code>", escape(part)) } else { escape(part) }
            },
        )
        .collect()
}
