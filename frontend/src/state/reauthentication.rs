//! Asking for the password again before secrets change (decisions.md: after 15 minutes).
//!
//! The API client asks here and waits; `components/reauthentication_dialog.rs` shows the question and answers.

use futures_channel::oneshot;
use leptos::prelude::*;

/// The open question, if there is one.
#[derive(Clone, Copy)]
pub struct Reauthentication {
    is_open: RwSignal<bool>,
    waiting: StoredValue<Vec<oneshot::Sender<bool>>, LocalStorage>,
}

impl Reauthentication {
    /// Makes the context, closed.
    pub fn provide() -> Self {
        let context = Self { is_open: RwSignal::new(false), waiting: StoredValue::new_local(Vec::new()) };
        provide_context(context);
        context
    }

    /// The context that the app provides.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Whether the dialog is open, tracked.
    pub fn is_open(self) -> bool {
        self.is_open.get()
    }

    /// Opens the dialog and waits; true once the server accepted the password.
    pub async fn ask(self) -> bool {
        let (answer, answered) = oneshot::channel();
        self.waiting.update_value(|waiting| waiting.push(answer));
        self.is_open.set(true);
        answered.await.unwrap_or(false)
    }

    /// Closes the dialog and tells everybody who waits.
    pub fn answer(self, is_confirmed: bool) {
        self.is_open.set(false);
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        for answer in waiting {
            // Whoever asked may be gone: the page was left.
            let _ = answer.send(is_confirmed);
        }
    }
}
