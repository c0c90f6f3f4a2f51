//! Light, dark, or as the system says.

use crate::browser::{document, storage};
use leptos::prelude::*;

/// The stored preference; `start.js` reads the same key before the first paint.
const STORAGE_KEY: &str = "hasp.theme";

/// The three-way choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the operating system says.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// In the order of the switch.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    /// The label of the switch.
    pub const fn label(self) -> &'static str {
        match self {
            Theme::System => "System",
            Theme::Light => "Light",
            Theme::Dark => "Dark",
        }
    }

    /// The root element's `data-theme`, which the style sheet reads; none for the system's choice.
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }

    /// Reads a stored preference; anything unknown is the system's choice.
    pub fn from_stored(word: Option<&str>) -> Theme {
        Theme::ALL.into_iter().find(|theme| theme.attribute() == word).unwrap_or(Theme::System)
    }
}

/// The chosen theme of this browser.
#[derive(Clone, Copy)]
pub struct ThemeContext(RwSignal<Theme>);

impl ThemeContext {
    /// Makes the context from the stored preference.
    pub fn provide() {
        let theme = Theme::from_stored(storage::read(STORAGE_KEY).as_deref());
        provide_context(Self(RwSignal::new(theme)));
    }

    /// The context that the app provides.
    pub fn expect() -> Self {
        expect_context()
    }

    /// The choice, tracked.
    pub fn get(self) -> Theme {
        self.0.get()
    }

    /// Chooses, applies and remembers.
    pub fn choose(self, theme: Theme) {
        document::set_root_attribute("data-theme", theme.attribute());
        storage::write(STORAGE_KEY, theme.attribute());
        self.0.set(theme);
    }
}
