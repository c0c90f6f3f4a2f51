//! Chromium's logs: which entries count against a page.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// Reads and empties one of the browser's logs.
#[derive(Debug)]
pub(super) struct ReadLog {
    pub kind: &'static str,
}

impl WebDriverCompatibleCommand for ReadLog {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"type": self.kind}).to_string()))
    }
}

/// A command of the DevTools protocol.
#[derive(Debug)]
pub(super) struct DevTools {
    pub command: String,
    pub parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({"cmd": self.command, "params": self.parameters}).to_string()))
    }
}

/// The entries that a healthy page never writes.
pub(super) fn complaints(kind: &str, entries: &Value) -> Vec<String> {
    let entries = entries.as_array().map_or(&[][..], Vec::as_slice);
    if kind == "browser" {
        entries.iter().filter_map(console_complaint).collect()
    } else {
        let events: Vec<Value> = entries
            .iter()
            .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok())
            .map(|mut event| event["message"].take())
            .collect();
        network_complaints(&events)
    }
}

/// Errors always; warnings when they speak of the policy or of security.
fn console_complaint(entry: &Value) -> Option<String> {
    let level = entry["level"].as_str().unwrap_or("");
    let message = entry["message"].as_str().unwrap_or("");
    let is_policy = message.contains("Content Security Policy") || entry["source"] == "security";
    (level == "SEVERE" || is_policy).then(|| format!("console {level}: {message}"))
}

/// Requests that failed on the wire or were answered 400 and above.
fn network_complaints(events: &[Value]) -> Vec<String> {
    let url_of = |id: &Value| {
        events
            .iter()
            .find(|event| {
                event["method"] == "Network.requestWillBeSent" && &event["params"]["requestId"] == id
            })
            .and_then(|event| event["params"]["request"]["url"].as_str())
            .unwrap_or("?")
            .to_owned()
    };
    events
        .iter()
        .filter_map(|event| {
            let parameters = &event["params"];
            match event["method"].as_str()? {
                // A page that is left while it still loads cancels its requests; that is no fault of the page.
                "Network.loadingFailed" if parameters["canceled"] != true => Some(format!(
                    "request failed: {} {} {}",
                    url_of(&parameters["requestId"]),
                    parameters["errorText"],
                    parameters["blockedReason"]
                )),
                "Network.responseReceived" => {
                    let status = parameters["response"]["status"].as_u64().unwrap_or(0);
                    (status >= 400).then(|| format!("status {status}: {}", parameters["response"]["url"]))
                }
                _ => None,
            }
        })
        .collect()
}
