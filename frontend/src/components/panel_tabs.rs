//! Tabs within a page, after the ARIA authoring pattern: arrow keys, Home and End move and choose.

use super::dynamic::{flag, press, text, when, word};
use crate::browser::document;
use crate::state::id;
use leptos::prelude::*;

/// Where a key leads from the tab at `current`; `None` for keys that tabs do not know.
pub fn next_tab(key: &str, current: usize, count: usize) -> Option<usize> {
    match key {
        "ArrowRight" => Some((current + 1) % count),
        "ArrowLeft" => Some((current + count - 1) % count),
        "Home" => Some(0),
        "End" => Some(count - 1),
        _ => None,
    }
}

/// Ids and state that tabs and their panels share.
#[derive(Clone)]
pub struct TabSet {
    prefix: String,
    /// The index of the chosen tab.
    pub chosen: RwSignal<usize>,
}

impl TabSet {
    /// A new set with its first tab chosen.
    pub fn new() -> Self {
        Self { prefix: id::next("tabs"), chosen: RwSignal::new(0) }
    }

    fn tab_id(&self, index: usize) -> String {
        format!("{}-tab-{index}", self.prefix)
    }

    fn panel_id(&self, index: usize) -> String {
        format!("{}-panel-{index}", self.prefix)
    }
}

impl Default for TabSet {
    fn default() -> Self {
        Self::new()
    }
}

/// The row of tabs.
#[component]
pub fn TabList(
    /// What the tabs are about, for screen readers.
    #[prop(into)]
    label: String,
    /// Shared with the panels.
    tabs: TabSet,
    /// The tabs' names.
    names: Vec<&'static str>,
) -> impl IntoView {
    let chosen = tabs.chosen;
    let count = names.len();
    let pressed = {
        let tabs = tabs.clone();
        move |event: web_sys::KeyboardEvent| {
            if let Some(next) = next_tab(&event.key(), chosen.get_untracked(), count) {
                event.prevent_default();
                chosen.set(next);
                document::focus(&format!("#{}", tabs.tab_id(next)));
            }
        }
    };
    let buttons = names
        .into_iter()
        .enumerate()
        .map(|(index, name)| {
            view! {
                <button
                    type="button"
                    role="tab"
                    id=tabs.tab_id(index)
                    aria-controls=tabs.panel_id(index)
                    aria-selected=text(move || (chosen.get() == index).to_string())
                    tabindex=word(move || Some(if chosen.get() == index { "0" } else { "-1" }))
                    on:click=press(move || chosen.set(index))
                >
                    {name}
                </button>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="panel-tabs" role="tablist" aria-label=label on:keydown=pressed>
            {buttons}
        </div>
    }
}

/// The panel of one tab; its content exists only while it is chosen.
#[component]
pub fn TabPanel(
    /// Shared with the row of tabs.
    tabs: TabSet,
    /// Which tab it belongs to.
    index: usize,
    /// What it shows.
    children: ChildrenFn,
) -> impl IntoView {
    let chosen = tabs.chosen;
    view! {
        <div
            class="panel-tabs-panel"
            role="tabpanel"
            id=tabs.panel_id(index)
            aria-labelledby=tabs.tab_id(index)
            hidden=flag(move || chosen.get() != index)
        >
            {when(move || chosen.get() == index, move || children())}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::next_tab;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn arrow_keys_go_round_and_other_keys_are_left_alone() {
        assert_eq!(next_tab("ArrowRight", 2, 3), Some(0));
        assert_eq!(next_tab("ArrowLeft", 0, 3), Some(2));
        assert_eq!(next_tab("Home", 2, 3), Some(0));
        assert_eq!(next_tab("End", 0, 3), Some(2));
        assert_eq!(next_tab("Enter", 1, 3), None);
    }
}
