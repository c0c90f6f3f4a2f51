//! Line icons on a 16 by 16 grid, drawn in the text's colour and silent for screen readers.

use leptos::prelude::*;

/// Every icon of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum IconName {
    Applications,
    Agents,
    Audit,
    Plus,
    Copy,
    Check,
    Cross,
    External,
    Refresh,
    ArrowUp,
    ArrowDown,
    Duplicate,
    Trash,
    Download,
    Warning,
    Undo,
    Person,
    Chevron,
    Key,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            IconName::Applications => "M2.5 2.5h4v4h-4zM9.5 2.5h4v4h-4zM2.5 9.5h4v4h-4zM9.5 9.5h4v4h-4z",
            IconName::Agents => {
                "M3.5 6.5h9v6h-9zM8 6.5v-3M8 3.5a.7.7 0 1 0 0-1.4.7.7 0 0 0 0 1.4zM6.2 9.2v.8M9.8 9.2v.8M1.5 8.5v2M14.5 8.5v2"
            }
            IconName::Audit => "M3.5 2.5h9v11h-9zM5.8 5.5h4.4M5.8 8h4.4M5.8 10.5h2.4",
            IconName::Plus => "M8 3v10M3 8h10",
            IconName::Copy => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
            IconName::Check => "M3 8.5 6.5 12 13 4.5",
            IconName::Cross => "M4 4l8 8M12 4l-8 8",
            IconName::External => "M9.5 2.5h4v4M13.5 2.5 7.5 8.5M11.5 9v4.5h-9v-9H7",
            IconName::Refresh => "M13 8a5 5 0 1 1-1.6-3.7M13.2 2v3h-3",
            IconName::ArrowUp => "M8 13V3M4 7l4-4 4 4",
            IconName::ArrowDown => "M8 3v10M4 9l4 4 4-4",
            IconName::Duplicate => "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3M9.5 7.5v4M7.5 9.5h4",
            IconName::Trash => "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9",
            IconName::Download => "M8 2.5v8M4.5 7 8 10.5 11.5 7M3 13.5h10",
            IconName::Warning => "M8 2.2 14.4 13.5H1.6zM8 6.5v3.4M8 11.4v.6",
            IconName::Undo => "M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M6 3.5l-3 3 3 3",
            IconName::Person => {
                "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.5 14c.6-2.7 2.8-4 5.5-4s4.9 1.3 5.5 4"
            }
            IconName::Chevron => "M6 3.5 10.5 8 6 12.5",
            IconName::Key => {
                "M10.5 9a3.5 3.5 0 1 0-3.3-2.3L2.5 11.4v2.1h2.1v-1.6h1.6v-1.6h1.3l.6-.6a3.5 3.5 0 0 0 2.4-.7zM11.2 5.2v.1"
            }
        }
    }
}

/// Draws an icon; the text or label beside it says what it means.
#[component]
pub fn Icon(
    /// Which one.
    name: IconName,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=name.path() />
        </svg>
    }
}
