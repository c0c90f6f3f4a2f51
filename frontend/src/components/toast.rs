//! The corner where confirmations appear; the announcer speaks them.

use super::button::{Button, ButtonKind};
use super::icon::{Icon, IconName};
use crate::state::toasts::{Toast, Toasts};
use leptos::prelude::*;

/// All confirmations that are shown now.
#[component]
pub fn ToastCorner() -> impl IntoView {
    let toasts = Toasts::expect();
    let row = move |toast: Toast| {
        view! {
            <li class="toast">
                <Icon name=IconName::Check />
                <span>{toast.text}</span>
                <Button
                    name="Dismiss"
                    icon=IconName::Cross
                    kind=ButtonKind::Quiet
                    is_small=true
                    on_press=move |()| toasts.dismiss(toast.id)
                />
            </li>
        }
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
            <For each=move || toasts.all() key=|toast| toast.id children=row />
        </ul>
    }
}
