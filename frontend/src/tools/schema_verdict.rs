//! The verdict of the `jsonschema` crate on the published document, from a Web Worker of its own.
//!
//! The module is several times larger than the console, so it is loaded when a grant editor first opens. The typed
//! verdict does not wait for it.

use crate::api::reader;
use crate::browser::worker::TextWorker;
use crate::route;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::{Value, json};

/// After this long without a sign of life the console stops waiting; a later sign is still welcome.
const PATIENCE_MILLISECONDS: u32 = 30_000;

/// One fault that the schema names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SchemaIssue {
    /// JSON Pointer into the value.
    pub pointer: String,
    /// The validator's words.
    pub message: String,
}

/// What is known of the latest value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaVerdict {
    /// The module is being loaded.
    Loading,
    /// The module cannot be loaded: the typed verdict stands alone.
    Unavailable,
    /// The text is no JSON, so there is nothing to validate.
    NoJson,
    /// The schema accepts the value.
    Valid,
    /// It does not.
    Invalid(Vec<SchemaIssue>),
}

/// What the worker says: that it listens (or cannot), or its verdict on a question.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Message {
    ready: Option<bool>,
    id: Option<u32>,
    issues: Vec<SchemaIssue>,
}

/// Questions and answers in order: only the answer to the latest question counts.
#[derive(Debug, Default)]
struct Exchange {
    is_ready: bool,
    latest_id: u32,
    waiting: Option<String>,
}

impl Exchange {
    /// Numbers a question; gives what to send now, if the worker listens.
    fn ask(&mut self, text: &str) -> Option<String> {
        self.latest_id += 1;
        let question = json!({ "id": self.latest_id, "text": text }).to_string();
        if self.is_ready {
            return Some(question);
        }
        self.waiting = Some(question);
        None
    }

    /// Notes that there is nothing to ask: answers under way no longer count.
    fn skip(&mut self) {
        self.latest_id += 1;
        self.waiting = None;
    }

    /// Notes that the worker listens; gives the question that waited.
    fn ready(&mut self) -> Option<String> {
        self.is_ready = true;
        self.waiting.take()
    }
}

/// The worker, started at most once per page.
#[derive(Clone, Copy)]
pub struct SchemaWorker {
    worker: StoredValue<Option<TextWorker>, LocalStorage>,
    exchange: StoredValue<Exchange>,
    verdict: RwSignal<SchemaVerdict>,
}

impl SchemaWorker {
    /// Makes the context; nothing is loaded yet.
    pub fn provide() {
        provide_context(Self {
            worker: StoredValue::new_local(None),
            exchange: StoredValue::new(Exchange::default()),
            verdict: RwSignal::new(SchemaVerdict::Loading),
        });
    }

    /// The context that the app provides.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Starts the worker unless it runs.
    pub fn load(self) {
        if self.worker.with_value(Option::is_some) {
            return;
        }
        let script = format!("{}/schema-worker/loader.js", route::BASE);
        let worker = TextWorker::start(&script, move |text| self.hear(&text), move || self.give_up());
        if worker.is_none() {
            self.give_up();
        }
        self.worker.set_value(worker);
        spawn_local(async move {
            TimeoutFuture::new(PATIENCE_MILLISECONDS).await;
            if !self.exchange.with_value(|exchange| exchange.is_ready) {
                self.give_up();
            }
        });
    }

    /// Asks for a verdict on a value; `None` when the text is no JSON.
    pub fn check(self, value: Option<&Value>) {
        let Some(value) = value else {
            self.exchange.update_value(Exchange::skip);
            self.tell(SchemaVerdict::NoJson);
            return;
        };
        let question = self.exchange.try_update_value(|exchange| exchange.ask(&value.to_string())).flatten();
        self.send(question);
    }

    /// What is known, tracked.
    pub fn verdict(self) -> SchemaVerdict {
        self.verdict.get()
    }

    fn send(self, question: Option<String>) {
        let Some(question) = question else { return };
        self.worker.with_value(|worker| {
            if let Some(worker) = worker {
                worker.send(&question);
            }
        });
    }

    fn hear(self, text: &str) {
        let message = serde_json::from_str(text).ok().and_then(|message| reader::read(message).ok());
        match message {
            Some(Message { ready: Some(true), .. }) => {
                let question = self.exchange.try_update_value(Exchange::ready).flatten();
                self.send(question);
            }
            Some(Message { id: Some(id), issues, .. }) => {
                if self.exchange.with_value(|exchange| exchange.latest_id == id) {
                    let verdict =
                        if issues.is_empty() { SchemaVerdict::Valid } else { SchemaVerdict::Invalid(issues) };
                    self.tell(verdict);
                }
            }
            _ => self.give_up(),
        }
    }

    fn give_up(self) {
        self.tell(SchemaVerdict::Unavailable);
    }

    fn tell(self, verdict: SchemaVerdict) {
        if self.verdict.with_untracked(|known| *known != verdict) {
            self.verdict.set(verdict);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn a_question_waits_until_the_worker_listens_and_only_the_latest_does() {
        let mut exchange = Exchange::default();
        assert_eq!(exchange.ask("[1]"), None);
        assert_eq!(exchange.ask("[2]"), None);

        assert_eq!(exchange.ready(), Some(json!({"id": 2, "text": "[2]"}).to_string()));
        assert_eq!(exchange.ask("[3]"), Some(json!({"id": 3, "text": "[3]"}).to_string()));
    }

    #[wasm_bindgen_test]
    fn skipping_outdates_answers_under_way() {
        let mut exchange = Exchange::default();
        exchange.ready();
        exchange.ask("[1]");
        exchange.skip();

        assert_eq!(exchange.latest_id, 2);
    }

    #[wasm_bindgen_test]
    fn messages_of_the_worker_are_told_apart() {
        let message = |text: &str| reader::read::<Message>(serde_json::from_str(text).unwrap()).unwrap();

        assert_eq!(message(r#"{"ready":true}"#).ready, Some(true));
        let verdict = message(r#"{"id":3,"issues":[{"pointer":"/0","message":"no"}]}"#);
        assert_eq!((verdict.ready, verdict.id), (None, Some(3)));
        assert_eq!(verdict.issues, [SchemaIssue { pointer: "/0".into(), message: "no".into() }]);
    }
}
