//! Copies a text and says that it did.

use super::dynamic;
use super::icon::{Icon, IconName};
use crate::browser::clipboard;
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How the last press ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Feedback {
    None,
    Copied,
    Refused,
}

/// A button that copies `text`; its accessible name is `Copy <what>`.
#[component]
pub fn CopyButton(
    /// What is copied, in words: `client ID`.
    #[prop(into)]
    what: String,
    /// The text, read when pressed.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let feedback = RwSignal::new(Feedback::None);
    let copy = dynamic::press(move || {
        let text = text.get_untracked();
        spawn_local(async move {
            let is_copied = clipboard::copy(&text).await;
            feedback.try_set(if is_copied { Feedback::Copied } else { Feedback::Refused });
            TimeoutFuture::new(2_000).await;
            feedback.try_set(Feedback::None);
        });
    });
    let said = {
        let what = what.clone();
        dynamic::text(move || match feedback.get() {
            Feedback::None => String::new(),
            Feedback::Copied => format!("Copied {what}"),
            Feedback::Refused => format!("The browser refused to copy {what}"),
        })
    };
    let shown = dynamic::dynamic(move || {
        let (name, word) = match feedback.get() {
            Feedback::None => (IconName::Copy, "Copy"),
            Feedback::Copied => (IconName::Check, "Copied"),
            Feedback::Refused => (IconName::Cross, "Refused"),
        };
        view! { <Icon name /> {word} }.into_any()
    });
    view! {
        <button type="button" class="button copy-button" data-size="small" aria-label=format!("Copy {what}") on:click=copy>
            {shown}
        </button>
        <span class="visually-hidden" role="status">
            {said}
        </span>
    }
}

/// A short text in code type with its copy button.
#[component]
pub fn CopyText(
    /// What it is, in words.
    #[prop(into)]
    what: String,
    /// The text.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <span class="copy-text">
            <code>{text}</code>
            <CopyButton what text />
        </span>
    }
}
