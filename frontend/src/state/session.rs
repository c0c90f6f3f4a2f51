//! Who is signed in.

use hasp_protocol::api::session::SessionView;
use leptos::prelude::*;

/// The session as the server last told it; `None` until the first answer.
#[derive(Clone, Copy)]
pub struct Session(RwSignal<Option<SessionView>>);

impl Session {
    /// Makes the context, still unknown.
    pub fn provide() -> Self {
        let session = Self(RwSignal::new(None));
        provide_context(session);
        session
    }

    /// The context that the app provides.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Takes over what the server told.
    pub fn set(self, view: SessionView) {
        self.0.set(Some(view));
    }

    /// Whether the server has told who is signed in.
    pub fn is_known(self) -> bool {
        self.0.with(Option::is_some)
    }

    /// The session, tracked.
    pub fn view(self) -> Option<SessionView> {
        self.0.get()
    }

    /// The issuer for URLs and snippets; pages are shown only once it is known.
    pub fn issuer(self) -> String {
        self.0.with_untracked(|view| view.as_ref().map(|view| view.issuer.clone()).unwrap_or_default())
    }

    /// What changes are sent with, beside the cookie.
    pub fn csrf_token(self) -> Option<String> {
        self.0.with_untracked(|view| view.as_ref().map(|view| view.csrf_token.clone()))
    }
}
