//! One thing from the server in its three states: awaited, there, failed.
//!
//! A small loader instead of Leptos' resources: those bring the machinery of streaming and suspense, which a page that
//! is rendered in the browser only does not need.

use super::dynamic::dynamic;
use super::problem_panel::ProblemPanel;
use super::skeleton::SkeletonPage;
use crate::api::{Answer, ApiProblem};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// What is known, without the content.
#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Waiting,
    There,
    Failed(ApiProblem),
}

/// Fetches one thing and keeps it; what a change answers takes its place.
pub struct Loader<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    phase: RwSignal<Phase>,
    fetch: StoredValue<Rc<dyn Fn() -> Answer<T>>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for Loader<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loader<T> {}

impl<T: Clone + Send + Sync + 'static> Loader<T> {
    /// A thing that `fetch` gets; nothing is fetched yet.
    pub fn new(fetch: impl Fn() -> Answer<T> + 'static) -> Self {
        let fetch: Rc<dyn Fn() -> Answer<T>> = Rc::new(fetch);
        Self {
            value: RwSignal::new(None),
            phase: RwSignal::new(Phase::Waiting),
            fetch: StoredValue::new_local(fetch),
        }
    }

    /// Fetches it; what is there stays in sight until the answer comes.
    pub fn load(self) {
        let Some(fetch) = self.fetch.try_get_value() else { return };
        let answer = fetch();
        spawn_local(async move {
            let phase = match answer.await {
                Ok(value) => {
                    self.value.try_set(Some(value));
                    Phase::There
                }
                // Nobody is signed in: the browser is leaving for the sign-in page.
                Err(problem) if !problem.is_worth_showing() => return,
                Err(problem) => Phase::Failed(problem),
            };
            self.phase.try_update(|known| *known = phase);
        });
    }

    /// Takes over the state that the server answered to a change.
    pub fn set(self, value: T) {
        self.value.try_set(Some(value));
    }

    /// The thing, tracked.
    pub fn get(self) -> Option<T> {
        self.value.get()
    }

    /// A part of the thing, tracked; the part of nothing is its default.
    pub fn map<U: Default>(self, part: impl FnOnce(&T) -> U) -> U {
        self.value.with(|value| value.as_ref().map(part).unwrap_or_default())
    }
}

/// Shows grey shapes until the first answer, then `frame`, which reads the loader itself and is made once.
pub fn loaded<T: Clone + Send + Sync + 'static>(
    loader: Loader<T>,
    frame: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    show(loader.phase, Callback::new(move |()| loader.load()), Box::new(frame))
}

fn show(phase: RwSignal<Phase>, on_retry: Callback<()>, frame: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let phase = Memo::new(move |_| phase.get());
    let view = dynamic(move || match phase.get() {
        Phase::There => untrack(&frame),
        Phase::Waiting => view! { <SkeletonPage /> }.into_any(),
        Phase::Failed(problem) => view! { <ProblemPanel problem on_retry /> }.into_any(),
    });
    view.into_any()
}
