//! Where the page is, moving within it and leaving it.

use wasm_bindgen::JsValue;

/// Path and query of the page, such as `/console/audit?action=agent.registered`.
pub fn path_and_query() -> String {
    let Some(window) = web_sys::window() else { return String::new() };
    let location = window.location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Leaves the console by a full navigation.
pub fn leave_for(url: &str) {
    if let Some(window) = web_sys::window() {
        // Fails only for what is no URL.
        let _ = window.location().assign(url);
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// The path of the page.
pub fn path() -> String {
    web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default()
}

/// The query of the page, without its question mark.
pub fn query() -> String {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    search.trim_start_matches('?').to_owned()
}

/// Adds an address to the history, without loading it.
pub fn push(url: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        // Fails only for addresses of another origin.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Changes the address of the current entry of the history.
pub fn replace(url: &str) {
    if let Some(history) = web_sys::window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(url));
    }
}

/// Shows the top of the page.
pub fn scroll_to_top() {
    if let Some(window) = web_sys::window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}
