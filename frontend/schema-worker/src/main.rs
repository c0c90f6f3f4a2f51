//! Validates `authorization_details` against the published JSON Schema, in a Web Worker.
//!
//! The `jsonschema` crate is several times larger than the whole console, so it lives in this module of its own,
//! which the console loads when a grant editor first opens. One message in, `{"id":…,"text":…}`, gives one message
//! out, `{"id":…,"issues":[{"pointer":…,"message":…}]}`; `{"ready":true}` announces that messages are heard.
//! The instant verdict with fixes is the typed validator's, in the console itself (RFC 9396, domain.md 3.4).

use hasp_protocol::authorization_details::schema_validator::SchemaValidator;
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let validator = SchemaValidator::new();
    let answering = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(answer) = event.data().as_string().and_then(|request| answer(&validator, &request)) {
            post(&answering, &answer);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker lives as long as the page: the closure is never freed.
    on_message.forget();
    post(&scope, &json!({ "ready": true }));
}

/// The verdict on one request; `None` when the request itself is not what the console sends.
fn answer(validator: &SchemaValidator, request: &str) -> Option<Value> {
    let request: Value = serde_json::from_str(request).ok()?;
    let details: Value = serde_json::from_str(request.get("text")?.as_str()?).ok()?;
    let issues: Vec<Value> = validator
        .issues(&details)
        .into_iter()
        .map(|issue| json!({ "pointer": issue.pointer, "message": issue.message }))
        .collect();
    Some(json!({ "id": request.get("id")?, "issues": issues }))
}

fn post(scope: &DedicatedWorkerGlobalScope, message: &Value) {
    // Posting a string cannot fail: only values that cannot be cloned do.
    let _ = scope.post_message(&JsValue::from_str(&message.to_string()));
}
