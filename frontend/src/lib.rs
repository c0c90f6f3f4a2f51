//! HASP's developer console: client-side rendered with Leptos, compiled to WebAssembly.
//!
//! | module | what is there |
//! | --- | --- |
//! | `app` | contexts and the route table |
//! | `shell` | navigation, account menu, focus and announcements after a change of page |
//! | `api` | calls of the control API, one file per resource |
//! | `state` | the few values that every page may need |
//! | `pages` | one page per file: its loading and its layout |
//! | `tools` | URL builder, grant builder, snippets, consent preview, introspection |
//! | `components` | parts that more than one page uses |
//! | `browser` | the only users of `web-sys` besides components |
//!
//! What is *not* here: protocol rules. Everything an OAuth server must also know comes from `hasp_protocol`.

pub mod api;
pub mod app;
pub mod browser;
pub mod components;
pub mod pages;
pub mod route;
pub mod shell;
pub mod state;
pub mod tools;

/// Mounts the console into the page and removes the waiting text.
pub fn start() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
    browser::document::remove("boot");
}

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
