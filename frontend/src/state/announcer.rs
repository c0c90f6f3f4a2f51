//! What screen readers are told: one polite live region that the shell renders from the start.

use leptos::prelude::*;

/// The text of the live region.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// Makes the context, silent.
    pub fn provide() {
        provide_context(Self(RwSignal::new(String::new())));
    }

    /// The context that the app provides.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Tells a sentence. Told twice in a row, it is spoken twice: a no-break space makes the texts differ.
    pub fn say(self, sentence: &str) {
        self.0.update(|text| {
            *text = if text == sentence { format!("{sentence}\u{a0}") } else { sentence.to_owned() };
        });
    }

    /// The text, tracked.
    pub fn text(self) -> String {
        self.0.get()
    }
}
