//! Where the page is, and leaving it.

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
