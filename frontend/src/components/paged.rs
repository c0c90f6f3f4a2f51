//! A list that is fetched page by page: waiting, empty, failed, rows, and the button for more.

use super::button::Button;
use super::dynamic::{dynamic, text, when};
use super::problem_panel::ProblemPanel;
use super::skeleton::SkeletonRows;
use crate::api::{Answer, ApiProblem, reader};
use crate::state::paged_list::PagedList;
use hasp_protocol::api::Page;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::rc::Rc;

type Fetch = Rc<dyn Fn(Option<String>) -> Answer<Page<Value>>>;

/// The rows of a list and the way to fetch them; rows are read into their type when they are drawn, see [`each`].
#[derive(Clone, Copy)]
pub struct PagedSource {
    list: RwSignal<PagedList<Value>>,
    fetch: StoredValue<Fetch, LocalStorage>,
}

impl PagedSource {
    /// A list whose pages `fetch` gets; nothing is fetched yet. `fetch` reads signals without tracking them.
    pub fn new(fetch: impl Fn(Option<String>) -> Answer<Page<Value>> + 'static) -> Self {
        let fetch: Fetch = Rc::new(fetch);
        Self { list: RwSignal::new(PagedList::default()), fetch: StoredValue::new_local(fetch) }
    }

    /// Fetches the first page; the old rows stay until it is there.
    pub fn load(self) {
        if let Some(generation) = self.list.try_update(PagedList::restart) {
            self.request(generation, None);
        }
    }

    fn load_more(self) {
        if let Some(Some((generation, cursor))) = self.list.try_update(PagedList::begin_more) {
            self.request(generation, Some(cursor));
        }
    }

    fn request(self, generation: u32, cursor: Option<String>) {
        let Some(fetch) = self.fetch.try_get_value() else { return };
        let answer = untrack(|| fetch(cursor));
        spawn_local(async move {
            let answer = answer.await;
            self.list.try_update(|list| list.receive(generation, answer));
        });
    }
}

/// Draws each row; one that is not what the API documents is shown as a problem, not left out.
pub fn each<T: DeserializeOwned>(rows: Vec<Value>, draw: impl Fn(T) -> AnyView) -> Vec<AnyView> {
    let draw_row = |row| match reader::read(row) {
        Ok(row) => draw(row),
        Err(_) => view! { <ProblemPanel problem=ApiProblem::Unreadable(200) /> }.into_any(),
    };
    rows.into_iter().map(draw_row).collect()
}

/// Shows the list in whatever state it is; `rows` draws what is there, `empty` what is said of nothing.
pub fn paged(
    source: PagedSource,
    empty: impl Fn() -> AnyView + Send + 'static,
    rows: impl Fn(Vec<Value>) -> AnyView + Send + 'static,
) -> AnyView {
    let list = source.list;
    let body = dynamic(move || {
        list.with(|list| {
            if !list.rows().is_empty() {
                rows(list.rows().to_vec())
            } else if list.is_empty() {
                empty()
            } else if list.is_loading_first() {
                view! { <SkeletonRows /> }.into_any()
            } else {
                ().into_any()
            }
        })
    });
    around(source, body.into_any())
}

fn around(source: PagedSource, body: AnyView) -> AnyView {
    let list = source.list;
    let problem = dynamic(move || match list.with(|list| list.problem().cloned()) {
        Some(problem) => view! { <ProblemPanel problem on_retry=move |()| source.load() /> }.into_any(),
        None => ().into_any(),
    });
    let more = move || {
        let label = Signal::derive(move || {
            let is_loading = list.with(PagedList::is_loading_more);
            if is_loading { "Loading" } else { "Load more" }.to_owned()
        });
        view! { <Button label on_press=move |()| source.load_more() /> }.into_any()
    };
    view! {
        <div aria-busy=text(move || list.with(PagedList::is_loading_first).to_string())>{body}</div>
        <div class="load-more">{problem} {when(move || list.with(PagedList::has_more), more)}</div>
    }
    .into_any()
}
