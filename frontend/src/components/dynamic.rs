//! The changing parts of a view, behind one type each.
//!
//! Leptos compiles the machinery of a changing part once per closure type. Boxed, it exists once for all of them:
//! a third of the console's size was that machinery.

use leptos::prelude::*;
use std::sync::Arc;
use web_sys::{Event, KeyboardEvent, MouseEvent, SubmitEvent};

/// A part that is drawn anew when a signal in it changes.
pub type Dynamic = Box<dyn FnMut() -> AnyView + Send>;
/// A text that changes.
pub type DynamicText = Box<dyn FnMut() -> String + Send>;
/// One of a few fixed words, or no attribute at all.
pub type DynamicWord = Box<dyn FnMut() -> Option<&'static str> + Send>;
/// Whether something is on.
pub type DynamicFlag = Box<dyn FnMut() -> bool + Send>;

/// Draws a part anew when a signal in it changes.
pub fn dynamic(draw: impl FnMut() -> AnyView + Send + 'static) -> Dynamic {
    Box::new(draw)
}

/// A text that changes: a child, an attribute, the value of a control.
pub fn text(read: impl FnMut() -> String + Send + 'static) -> DynamicText {
    Box::new(read)
}

/// An attribute that is one of a few words or absent.
pub fn word(read: impl FnMut() -> Option<&'static str> + Send + 'static) -> DynamicWord {
    Box::new(read)
}

/// An attribute or property that is on or off.
pub fn flag(read: impl FnMut() -> bool + Send + 'static) -> DynamicFlag {
    Box::new(read)
}

/// A part that is there while a condition holds; it is drawn anew only when the condition changes.
pub fn when(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    draw: impl Fn() -> AnyView + Send + 'static,
) -> Dynamic {
    let condition: Box<dyn Fn() -> bool + Send + Sync> = Box::new(condition);
    let condition = Memo::new(move |_| condition());
    dynamic(move || if condition.get() { untrack(&draw) } else { ().into_any() })
}

/// A list whose parts keep their place in the page while others come, go and move; `draw` makes the part of an id.
pub fn keyed(
    ids: impl Fn() -> Vec<u32> + Send + Sync + 'static,
    draw: impl Fn(u32) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let ids: Box<dyn Fn() -> Vec<u32> + Send + Sync> = Box::new(ids);
    let draw: Arc<dyn Fn(u32) -> AnyView + Send + Sync> = Arc::new(draw);
    view! { <For each=move || ids() key=|id| *id children=move |id| draw(id) /> }.into_any()
}

/// `aria-invalid`, while there is an error.
pub fn invalid(error: Signal<Option<String>>) -> DynamicWord {
    word(move || error.with(Option::is_some).then_some("true"))
}

/// A press on a button, a choice of a radio button or checkbox.
pub type Handler<E> = Box<dyn FnMut(E)>;

/// Does something when pressed.
pub fn press(run: impl Fn() + 'static) -> Handler<MouseEvent> {
    Box::new(move |_| run())
}

/// Does something when pressed, by how it was pressed.
pub fn press_event(run: impl Fn(MouseEvent) + 'static) -> Handler<MouseEvent> {
    Box::new(run)
}

/// Takes over the text of a control while it is typed, or what was chosen from a list.
pub fn typed(take: impl Fn(String) + 'static) -> Handler<Event> {
    Box::new(move |event| take(event_target_value(&event)))
}

/// Takes over whether a checkbox or radio button is on.
pub fn checked(take: impl Fn(bool) + 'static) -> Handler<Event> {
    Box::new(move |event| take(event_target_checked(&event)))
}

/// Does something when a key is pressed.
pub fn key(run: impl Fn(KeyboardEvent) + 'static) -> Handler<KeyboardEvent> {
    Box::new(run)
}

/// Sends a form, in place of the browser.
pub fn submit(send: impl Fn() + 'static) -> Handler<SubmitEvent> {
    Box::new(move |event: SubmitEvent| {
        event.prevent_default();
        send();
    })
}
