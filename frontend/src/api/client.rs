//! The one place that speaks HTTP: session cookie, CSRF header, envelope, sign-in and password prompts.
//!
//! Writes are never retried, with one exception: when the server asks for the password again, the person gives it
//! and the same request is sent once more.

use super::{ApiProblem, reader};
use crate::browser::location;
use crate::route;
use crate::state::reauthentication::Reauthentication;
use crate::state::session::Session;
use gloo_net::http::{Method, RequestBuilder};
use hasp_protocol::api::{ApiErrorCode, Envelope, Page};
use hasp_protocol::parameters::encode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use web_sys::AbortController;

/// What a call brings. Boxed, so that the waiting code exists once and not once per call.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, ApiProblem>>>>;

/// The control API, called as the signed-in person.
#[derive(Clone, Copy)]
pub struct Api {
    session: Session,
    reauthentication: Reauthentication,
}

impl Api {
    /// Joins the contexts that a call needs.
    pub fn new(session: Session, reauthentication: Reauthentication) -> Self {
        Self { session, reauthentication }
    }

    /// Takes the API from the contexts of the page.
    pub fn expect() -> Self {
        Self::new(Session::expect(), Reauthentication::expect())
    }

    /// The session that the calls are made in.
    pub fn session(self) -> Session {
        self.session
    }

    /// Reads one thing.
    pub fn get<T: DeserializeOwned + 'static>(self, path: String) -> Answer<T> {
        let read = self.read(path);
        Box::pin(async move { from_data(read.await?.0) })
    }

    /// Reads one page of a list, its rows as they came; `None` is the first page.
    pub fn list(self, path: &str, cursor: Option<&str>) -> Answer<Page<Value>> {
        let read = self.read(page_of(path, cursor));
        Box::pin(async move {
            match read.await? {
                (Value::Array(items), next_cursor) => Ok(Page { items, next_cursor }),
                _ => Err(ApiProblem::Unreadable(200)),
            }
        })
    }

    /// Changes something and reads the answer.
    pub fn post<T: DeserializeOwned + 'static>(self, path: String, body: &impl Serialize) -> Answer<T> {
        let change = self.change(Method::POST, path, serde_json::to_string(body).ok());
        Box::pin(async move { from_data(change.await?) })
    }

    /// Edits something and reads its new state.
    pub fn patch<T: DeserializeOwned + 'static>(self, path: String, body: &impl Serialize) -> Answer<T> {
        let change = self.change(Method::PATCH, path, serde_json::to_string(body).ok());
        Box::pin(async move { from_data(change.await?) })
    }

    /// Ends something.
    pub fn delete(self, path: &str) -> Answer<()> {
        let change = self.change(Method::DELETE, path.to_owned(), None);
        Box::pin(async move { change.await.map(|_| ()) })
    }

    fn read(self, path: String) -> Answer<(Value, Option<String>)> {
        Box::pin(async move {
            let envelope = exchange(Method::GET, &path, None, None).await?;
            let next_cursor = envelope.meta.next_cursor.clone();
            Ok((open(envelope)?, next_cursor))
        })
    }

    fn change(self, method: Method, path: String, body: Option<String>) -> Answer<Value> {
        Box::pin(async move {
            loop {
                let csrf_token = self.session.csrf_token();
                let sent = exchange(method.clone(), &path, body.clone(), csrf_token.as_deref());
                match open(sent.await?) {
                    Err(problem) if problem.code() == Some(ApiErrorCode::ReauthenticationRequired) => {
                        if !self.reauthentication.ask().await {
                            return Err(ApiProblem::Cancelled);
                        }
                    }
                    outcome => return outcome,
                }
            }
        })
    }
}

/// A list's path with the cursor of the wanted page.
fn page_of(path: &str, cursor: Option<&str>) -> String {
    let Some(cursor) = cursor else { return path.into() };
    let cursor = encode(cursor);
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}cursor={cursor}")
}

/// Aborts a request whose answer nobody waits for any more.
struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

async fn exchange(
    method: Method,
    path: &str,
    body: Option<String>,
    csrf_token: Option<&str>,
) -> Result<Envelope<Value>, ApiProblem> {
    // Only reads are aborted: a write that was sent is waited for by the server anyway.
    let abort = AbortOnDrop((method == Method::GET).then(|| AbortController::new().ok()).flatten());
    let signal = abort.0.as_ref().map(AbortController::signal);
    let mut builder = RequestBuilder::new(path)
        .method(method)
        .abort_signal(signal.as_ref())
        .header("Accept", "application/json");
    if let Some(csrf_token) = csrf_token {
        builder = builder.header("X-CSRF-Token", csrf_token);
    }
    let request = match body {
        Some(body) => builder.header("Content-Type", "application/json").body(body),
        None => builder.build(),
    };
    let response =
        request.map_err(|_| ApiProblem::Unreachable)?.send().await.map_err(|_| ApiProblem::Unreachable)?;
    let status = response.status();
    let text = response.text().await.map_err(|_| ApiProblem::Unreachable)?;
    let answer: Value = serde_json::from_str(&text).map_err(|_| ApiProblem::Unreadable(status))?;
    reader::read(answer).map_err(|_| ApiProblem::Unreadable(status))
}

fn open(envelope: Envelope<Value>) -> Result<Value, ApiProblem> {
    if let Some(error) = envelope.error {
        if error.code == ApiErrorCode::AuthenticationRequired {
            location::leave_for(&route::sign_in(&location::path_and_query()));
            return Err(ApiProblem::SignedOut);
        }
        return Err(ApiProblem::Refused(Box::new(error)));
    }
    Ok(envelope.data.unwrap_or(Value::Null))
}

fn from_data<T: DeserializeOwned>(data: Value) -> Result<T, ApiProblem> {
    reader::read(data).map_err(|_| ApiProblem::Unreadable(200))
}
