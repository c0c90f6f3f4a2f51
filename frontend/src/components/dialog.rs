//! A modal dialog on the native element.

use super::dynamic::{press, when};
use super::icon::{Icon, IconName};
use crate::browser::dialog;
use crate::state::id;
use leptos::html;
use leptos::prelude::*;

/// A modal with a heading; its content exists only while it is open, so that every opening starts fresh.
#[component]
pub fn Dialog(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is open; the owner keeps this.
    #[prop(into)]
    is_open: Signal<bool>,
    /// Called when the person closes it by Escape or the close button.
    #[prop(into)]
    on_close: Callback<()>,
    /// Refuses Escape and has no close button: only its content closes it.
    #[prop(optional)]
    is_persistent: bool,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let element = NodeRef::<html::Dialog>::new();
    let heading_id = id::next("dialog");
    Effect::new(move || {
        let Some(element) = element.get() else { return };
        if is_open.get() {
            // The content is drawn first, so that the browser finds what to focus.
            queue_microtask(move || dialog::open(&element));
        } else {
            dialog::close(&element);
        }
    });
    let cancelled = move |event: web_sys::Event| {
        event.prevent_default();
        if !is_persistent {
            on_close.run(());
        }
    };
    // Browsers close on a second Escape whatever the page says: a persistent dialog comes back.
    let closed = move |_| match element.get_untracked() {
        Some(element) if is_open.get_untracked() && is_persistent => dialog::open(&element),
        _ if is_open.get_untracked() => on_close.run(()),
        _ => {}
    };
    let close_button = (!is_persistent).then(|| {
        view! {
            <button type="button" class="button dialog-close" data-kind="quiet" aria-label="Close" on:click=press(move || on_close.run(()))>
                <Icon name=IconName::Cross />
            </button>
        }
        .into_any()
    });
    view! {
        <dialog
            class="dialog"
            node_ref=element
            aria-labelledby=heading_id.clone()
            on:cancel=cancelled
            on:close=closed
        >
            <header class="dialog-header">
                <h2 id=heading_id.clone()>{title}</h2>
                {close_button}
            </header>
            {when(move || is_open.get(), move || children())}
        </dialog>
    }
}
