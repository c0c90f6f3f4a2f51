//! The heading of a page: sets the title of the browser's tab and tells people that they arrived.

use super::dynamic::dynamic;
use crate::browser::document;
use crate::state::announcer::Announcer;
use crate::state::navigation::Navigation;
use leptos::prelude::*;

/// The path whose arrival was told last; changing the address by itself neither moves focus nor announces.
#[derive(Clone, Copy)]
pub struct Arrival(StoredValue<Option<String>>);

impl Arrival {
    /// Makes the context: nothing told yet.
    pub fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }

    /// Notes the path; true when the person came here from another page.
    fn is_new(self, path: &str) -> bool {
        let last = self.0.get_value();
        self.0.set_value(Some(path.to_owned()));
        last.is_some_and(|last| last != path)
    }
}

/// Heading, optional facts beside it and optional actions at its end.
///
/// After a change of page the heading gets the focus and its text is announced; nothing happens on the first load
/// or when only the query changed.
#[component]
pub fn PageHeader(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Badges and other facts.
    #[prop(optional, into)]
    facts: ViewFn,
    /// Links and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let navigation = Navigation::expect();
    let arrival = expect_context::<Arrival>();
    let announcer = Announcer::expect();
    Effect::new(move |_| {
        let title = title.get();
        document::set_title(&format!("{title} · HASP console"));
        let path = navigation.path();
        let stays_inside = document::has_focus_inside("#main nav");
        if arrival.is_new(&path) && !stays_inside {
            document::focus("#main h1");
            announcer.say(&title);
        }
    });
    view! {
        <header class="page-header">
            <div class="page-header-title">
                <h1 tabindex="-1">{title}</h1>
                {dynamic(move || facts.run())}
            </div>
            <div class="page-header-actions">{children.map(|children| children())}</div>
        </header>
    }
}
