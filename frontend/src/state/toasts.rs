//! Short confirmations that may be missed. Errors stand beside their cause instead; secrets never appear here.

use super::announcer::Announcer;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How long a confirmation stays, unless it is being read.
const SHOWN_MILLISECONDS: u32 = 6_000;

/// One confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Unique on this page.
    pub id: u32,
    /// One sentence.
    pub text: String,
}

/// The confirmations that are shown now.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u32>,
    is_held: RwSignal<bool>,
    announcer: Announcer,
}

impl Toasts {
    /// Makes the context, empty.
    pub fn provide(announcer: Announcer) {
        provide_context(Self {
            shown: RwSignal::new(Vec::new()),
            next_id: StoredValue::new(0),
            is_held: RwSignal::new(false),
            announcer,
        });
    }

    /// The context that the app provides.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Shows and announces a confirmation; it goes by itself unless the pointer or the focus is on it.
    pub fn confirm(self, text: impl Into<String>) {
        let text = text.into();
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.announcer.say(&text);
        self.shown.update(|shown| shown.push(Toast { id, text }));
        spawn_local(async move {
            TimeoutFuture::new(SHOWN_MILLISECONDS).await;
            while self.is_held.try_get_untracked() == Some(true) {
                TimeoutFuture::new(1_000).await;
            }
            self.dismiss(id);
        });
    }

    /// Takes one away.
    pub fn dismiss(self, id: u32) {
        self.shown.update(|shown| shown.retain(|toast| toast.id != id));
        if self.shown.with_untracked(Vec::is_empty) {
            self.is_held.set(false);
        }
    }

    /// Keeps all of them while somebody reads.
    pub fn hold(self, is_held: bool) {
        self.is_held.set(is_held);
    }

    /// All of them, tracked.
    pub fn all(self) -> Vec<Toast> {
        self.shown.get()
    }
}
