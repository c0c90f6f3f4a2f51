//! A list that is fetched page by page: waiting, empty, failed, rows, and the button for more.

use super::dynamic::{dynamic, text, when, word};
use super::problem_panel::ProblemPanel;
use super::skeleton::SkeletonRows;
use crate::api::Answer;
use crate::state::paged_list::PagedList;
use hasp_protocol::api::Page;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

type Fetch<T> = Rc<dyn Fn(Option<String>) -> Answer<Page<T>>>;

/// The rows of a list and the way to fetch them.
pub struct PagedSource<T: Send + Sync + 'static> {
    list: RwSignal<PagedList<T>>,
    fetch: StoredValue<Fetch<T>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for PagedSource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for PagedSource<T> {}

impl<T: Send + Sync + 'static> PagedSource<T> {
    /// A list whose pages `fetch` gets; nothing is fetched yet. `fetch` reads signals without tracking them.
    pub fn new(fetch: impl Fn(Option<String>) -> Answer<Page<T>> + 'static) -> Self {
        let fetch: Fetch<T> = Rc::new(fetch);
        Self { list: RwSignal::new(PagedList::default()), fetch: StoredValue::new_local(fetch) }
    }

    /// Fetches the first page; the old rows stay until it is there.
    pub fn load(self) {
        if let Some(generation) = self.list.try_update(PagedList::restart) {
            self.request(generation, None);
        }
    }

    /// Changes the rows in place, after a change that the server confirmed.
    pub fn edit(self, change: impl FnOnce(&mut Vec<T>)) {
        self.list.update(|list| list.edit(change));
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

/// Shows the list in whatever state it is; `rows` draws what is there, `empty` what is said of nothing.
pub fn paged<T: Clone + Send + Sync + 'static>(
    source: PagedSource<T>,
    empty: impl Fn() -> AnyView + Send + 'static,
    rows: impl Fn(Vec<T>) -> AnyView + Send + 'static,
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
    let problem = dynamic(move || match list.with(|list| list.problem().cloned()) {
        Some(problem) => view! { <ProblemPanel problem on_retry=move |()| source.load() /> }.into_any(),
        None => ().into_any(),
    });
    let more = move || {
        let label =
            word(move || Some(if list.with(PagedList::is_loading_more) { "Loading" } else { "Load more" }));
        view! {
            <button type="button" class="button load-more" on:click=move |_| source.load_more()>
                {label}
            </button>
        }
        .into_any()
    };
    view! {
        <div aria-busy=text(move || list.with(PagedList::is_loading_first).to_string())>{body}</div>
        {problem}
        {when(move || list.with(PagedList::has_more), more)}
    }
    .into_any()
}
