//! A button that does something on this page.

use super::dynamic::{flag, press, text};
use super::icon::{Icon, IconName};
use leptos::prelude::*;

/// How much attention a button asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The usual frame.
    #[default]
    Plain,
    /// Opens something that destroys.
    Danger,
    /// No frame.
    Quiet,
}

impl ButtonKind {
    const fn as_str(self) -> Option<&'static str> {
        match self {
            ButtonKind::Plain => None,
            ButtonKind::Danger => Some("danger"),
            ButtonKind::Quiet => Some("quiet"),
        }
    }
}

/// An icon, a label, or both.
#[component]
pub fn Button(
    /// What it says; empty for an icon alone.
    #[prop(optional, into)]
    label: Signal<String>,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// How much attention it asks for.
    #[prop(optional)]
    kind: ButtonKind,
    /// Whether it is one of several in a row.
    #[prop(optional)]
    is_small: bool,
    /// Before the label.
    #[prop(optional, into)]
    icon: Option<IconName>,
    /// What it does, for those who do not see what it stands beside; empty where the label says it all.
    #[prop(optional, into)]
    name: Signal<String>,
    /// Whether there is nothing for it to do now.
    #[prop(optional, into)]
    is_idle: Signal<bool>,
) -> impl IntoView {
    let name: Box<dyn FnMut() -> Option<String> + Send> =
        Box::new(move || Some(name.get()).filter(|name| !name.is_empty()));
    view! {
        <button
            type="button"
            class="button"
            data-kind=kind.as_str()
            data-size=is_small.then_some("small")
            aria-label=name
            disabled=flag(move || is_idle.get())
            on:click=press(move || on_press.run(()))
        >
            {icon.map(|name| view! { <Icon name /> }.into_any())}
            {text(move || label.get())}
        </button>
    }
}
