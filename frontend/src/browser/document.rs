//! The page as a whole: title, root attributes, focus.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Sets the title of the browser's tab.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Sets or removes an attribute of the root element.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else { return };
    // Fails only for names that are not attribute names; ours are constants.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// Removes an element by its id.
pub fn remove(id: &str) {
    if let Some(element) = document().and_then(|document| document.get_element_by_id(id)) {
        element.remove();
    }
}

/// The first element that a selector finds.
pub fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

/// Moves the focus to the first element that a selector finds.
pub fn focus(selector: &str) {
    if let Some(element) = find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // Fails only for elements that are not in the document.
        let _ = element.focus();
    }
}

/// Whether the focus stands on an element inside the first one that a selector finds.
pub fn has_focus_inside(selector: &str) -> bool {
    let active = document().and_then(|document| document.active_element());
    match (find(selector), active) {
        (Some(outer), Some(active)) => outer.contains(Some(&active)),
        _ => false,
    }
}

/// Moves the focus to the first control inside `scope` that is marked invalid, after the page has shown its errors.
pub fn focus_first_invalid(scope: &str) {
    let selector = format!(
        "{scope} :is(input, select, textarea)[aria-invalid=\"true\"], {scope} [aria-invalid=\"true\"] input"
    );
    leptos::prelude::request_animation_frame(move || focus(&selector));
}
