//! Where the person is: the page's address as signals, and the two ways to change it.

use crate::browser::location;
use crate::route::Page;
use hasp_protocol::parameters::{Parameters, encode_pairs};
use leptos::ev;
use leptos::prelude::*;

/// The address of the page.
#[derive(Clone, Copy)]
pub struct Navigation {
    path: RwSignal<String>,
    query: RwSignal<String>,
}

impl Navigation {
    /// Makes the context from the browser's address and follows its back and forward buttons.
    pub fn provide() -> Self {
        let navigation =
            Self { path: RwSignal::new(location::path()), query: RwSignal::new(location::query()) };
        let listening = window_event_listener(ev::popstate, move |_| {
            navigation.path.set(location::path());
            navigation.query.set(location::query());
        });
        on_cleanup(move || listening.remove());
        provide_context(navigation);
        navigation
    }

    /// The context that the app provides.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The page, tracked.
    pub fn page(self) -> Page {
        self.path.with(|path| Page::parse(path))
    }

    /// The path, tracked.
    pub fn path(self) -> String {
        self.path.get()
    }

    /// Goes to a page, from its top.
    pub fn go(self, page: &Page) {
        let path = page.path();
        location::push(&path);
        location::scroll_to_top();
        self.query.set(String::new());
        self.path.set(path);
    }

    /// One parameter of the query, tracked; empty and repeated ones count as absent.
    pub fn parameter(self, name: &str) -> Option<String> {
        self.query.with(|query| Parameters::parse(query).single(name).ok().flatten().map(ToOwned::to_owned))
    }

    /// Sets or removes a parameter of the query, in place: the back button leaves the page, not the filter.
    pub fn set_parameter(self, name: &str, value: Option<&str>) {
        let query = self.query.with_untracked(|query| with_parameter(query, name, value));
        let path = self.path.get_untracked();
        location::replace(&if query.is_empty() { path } else { format!("{path}?{query}") });
        self.query.set(query);
    }
}

/// A query with one parameter set or removed, the others as they were.
fn with_parameter(query: &str, name: &str, value: Option<&str>) -> String {
    let parameters = Parameters::parse(query);
    let kept = parameters.names().filter(|other| *other != name);
    let kept = kept.filter_map(|other| Some((other, parameters.single(other).ok()??)));
    encode_pairs(kept.chain(value.map(|value| (name, value))))
}

#[cfg(test)]
mod tests {
    use super::with_parameter;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn one_parameter_changes_and_the_others_stay() {
        assert_eq!(with_parameter("a=1&b=2", "b", Some("x y")), "a=1&b=x%20y");
        assert_eq!(with_parameter("a=1&b=2", "a", None), "b=2");
        assert_eq!(with_parameter("", "a", Some("&")), "a=%26");
    }
}
