//! The corner where confirmations appear; the announcer speaks them.

use super::button::{Button, ButtonKind};
use super::dynamic::keyed;
use super::icon::{Icon, IconName};
use crate::state::toasts::Toasts;
use leptos::prelude::*;

/// All confirmations that are shown now.
#[component]
pub fn ToastCorner() -> impl IntoView {
    let toasts = Toasts::expect();
    let ids = move || toasts.all().into_iter().map(|toast| toast.id).collect();
    let row = move |id: u32| {
        let words = untrack(|| toasts.all()).into_iter().find(|toast| toast.id == id).map(|toast| toast.text);
        view! {
            <li class="toast">
                <Icon name=IconName::Check />
                <span>{words.unwrap_or_default()}</span>
                <Button
                    name="Dismiss"
                    icon=IconName::Cross
                    kind=ButtonKind::Quiet
                    is_small=true
                    on_press=move |()| toasts.dismiss(id)
                />
            </li>
        }
        .into_any()
    };
    view! {
        <ul
            class="toast-corner"
            aria-label="Notifications"
            on:mouseenter=move |_| toasts.hold(true)
            on:mouseleave=move |_| toasts.hold(false)
            on:focusin=move |_| toasts.hold(true)
            on:focusout=move |_| toasts.hold(false)
        >
            {keyed(ids, row)}
        </ul>
    }
}
