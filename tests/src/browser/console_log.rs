//! Chromium's logs: which entries count against a page.

use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
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

/// Console errors always; warnings when they speak of the policy or of security.
pub(super) fn console_complaints(entries: &Value) -> Vec<String> {
    list(entries).iter().filter_map(console_complaint).collect()
}

fn console_complaint(entry: &Value) -> Option<String> {
    let level = entry["level"].as_str().unwrap_or("");
    let message = entry["message"].as_str().unwrap_or("");
    let is_policy = message.contains("Content Security Policy") || entry["source"] == "security";
    (level == "SEVERE" || is_policy).then(|| format!("console {level}: {message}"))
}

/// Requests that failed on the wire or were answered 400 and above. Requests that began before the log did are the
/// browser's own (its start page), not the tested pages'. `requests` holds the URLs across reads.
pub(super) fn network_complaints(entries: &Value, requests: &mut HashMap<String, String>) -> Vec<String> {
    let events = list(entries).iter().filter_map(|entry| {
        let mut event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
        Some(event["message"].take())
    });
    let mut complaints = Vec::new();
    for event in events {
        let parameters = &event["params"];
        let id = parameters["requestId"].as_str().unwrap_or_default();
        if event["method"] == "Network.requestWillBeSent" {
            let url = parameters["request"]["url"].as_str().unwrap_or_default();
            requests.insert(id.to_owned(), url.to_owned());
        } else if let Some(url) = requests.get(id) {
            complaints.extend(network_complaint(&event, url));
        }
    }
    complaints
}

fn network_complaint(event: &Value, url: &str) -> Option<String> {
    let parameters = &event["params"];
    match event["method"].as_str()? {
        // A page that is left while it still loads cancels its requests; that is no fault of the page.
        "Network.loadingFailed" if parameters["canceled"] != true => {
            Some(format!("request failed: {url} {} {}", parameters["errorText"], parameters["blockedReason"]))
        }
        "Network.responseReceived" => {
            let status = parameters["response"]["status"].as_u64().unwrap_or(0);
            (status >= 400).then(|| format!("status {status}: {url}"))
        }
        _ => None,
    }
}

fn list(entries: &Value) -> &[Value] {
    entries.as_array().map_or(&[], Vec::as_slice)
}
