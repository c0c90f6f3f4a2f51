//! A Web Worker that speaks in strings.

use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

/// A running worker; dropping it ends the worker.
pub struct TextWorker {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl TextWorker {
    /// Starts the script; `on_text` gets each string that it posts, `on_failure` is called when it cannot run.
    pub fn start(
        script_url: &str,
        on_text: impl Fn(String) + 'static,
        on_failure: impl Fn() + 'static,
    ) -> Option<Self> {
        let worker = Worker::new(script_url).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                on_text(text);
            }
        });
        let on_error = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| on_failure());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a string.
    pub fn send(&self, text: &str) {
        // Posting a string cannot fail: only values that cannot be cloned do.
        let _ = self.worker.post_message(&JsValue::from_str(text));
    }
}

impl Drop for TextWorker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
