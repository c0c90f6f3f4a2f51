//! A link to another page of the console.

use super::dynamic::{press_event, word};
use crate::route::Page;
use crate::state::navigation::Navigation;
use leptos::prelude::*;

/// How a link looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkKind {
    /// As text.
    #[default]
    Plain,
    /// As a button.
    Button,
    /// As the one important button of the page.
    PrimaryButton,
    /// As the way back above a heading.
    Back,
    /// As the name in the corner.
    Brand,
}

impl LinkKind {
    const fn class(self) -> Option<&'static str> {
        match self {
            LinkKind::Plain => None,
            LinkKind::Button | LinkKind::PrimaryButton => Some("button"),
            LinkKind::Back => Some("back-link"),
            LinkKind::Brand => Some("shell-brand"),
        }
    }
}

/// When a link counts as the current one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marks {
    /// Never.
    #[default]
    Nothing,
    /// On its page and on those under it: the navigation.
    Section,
    /// On its very page: tabs.
    Page,
}

/// An `a` element that changes the page without loading it; with a modifier key it does what links do.
#[component]
pub fn Link(
    /// Where it leads.
    to: Page,
    /// How it looks.
    #[prop(optional)]
    kind: LinkKind,
    /// When it is marked as the current one.
    #[prop(optional)]
    marks: Marks,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let navigation = Navigation::expect();
    let href = to.path();
    let target = to.clone();
    let current = word(move || {
        let is_current = match marks {
            Marks::Nothing => false,
            Marks::Section => navigation.page().is_under(&to),
            Marks::Page => navigation.page() == to,
        };
        is_current.then_some("page")
    });
    let follow = press_event(move |event| {
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if is_plain && event.button() == 0 {
            event.prevent_default();
            navigation.go(&target);
        }
    });
    view! {
        <a
            class=kind.class()
            data-kind=(kind == LinkKind::PrimaryButton).then_some("primary")
            href=href
            aria-current=current
            on:click=follow
        >
            {children()}
        </a>
    }
}
