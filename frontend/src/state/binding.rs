//! A text that a control shows and changes, wherever it is kept.

use leptos::prelude::*;

/// Reads and writes one text.
#[derive(Clone, Copy)]
pub struct Binding {
    read: Signal<String>,
    write: Callback<String>,
}

impl Binding {
    /// Joins the two directions.
    pub fn new(
        read: impl Fn() -> String + Send + Sync + 'static,
        write: impl Fn(String) + Send + Sync + 'static,
    ) -> Self {
        Self { read: Signal::derive(read), write: Callback::new(write) }
    }

    /// The text, tracked.
    pub fn get(self) -> String {
        self.read.get()
    }

    /// Changes the text.
    pub fn set(self, text: String) {
        self.write.run(text);
    }
}

impl From<RwSignal<String>> for Binding {
    fn from(signal: RwSignal<String>) -> Self {
        Self { read: signal.into(), write: Callback::new(move |text| signal.set(text)) }
    }
}
