//! A write that a person started: one at a time, with its problem kept beside the form.

use crate::api::{Answer, ApiProblem};
use leptos::prelude::*;
use leptos::task::spawn_local;

type Finish = Box<dyn FnOnce()>;

/// Whether the write is under way, and what went wrong with the last one.
#[derive(Clone, Copy)]
pub struct Submission {
    is_pending: RwSignal<bool>,
    problem: RwSignal<Option<ApiProblem>>,
}

impl Default for Submission {
    fn default() -> Self {
        Self { is_pending: RwSignal::new(false), problem: RwSignal::new(None) }
    }
}

impl Submission {
    /// Sends the write unless one is under way; `on_success` gets the answer.
    pub fn run<T: 'static>(self, write: Answer<T>, on_success: impl FnOnce(T) + 'static) {
        if self.is_pending.get_untracked() {
            return;
        }
        self.start(Box::pin(async move {
            let answer = write.await?;
            let finish: Finish = Box::new(move || on_success(answer));
            Ok(finish)
        }));
    }

    /// The part that does not depend on the answer's type.
    fn start(self, write: Answer<Finish>) {
        self.is_pending.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = write.await;
            if self.is_pending.try_set(false).is_some() {
                // The form is gone by now: there is nothing left to show.
                return;
            }
            match answer {
                Ok(finish) => finish(),
                Err(problem) => {
                    self.problem.try_set(Some(problem).filter(ApiProblem::is_worth_showing));
                }
            }
        });
    }

    /// Whether the write is under way, tracked.
    pub fn is_pending(self) -> bool {
        self.is_pending.get()
    }

    /// What went wrong last, tracked.
    pub fn problem(self) -> Option<ApiProblem> {
        self.problem.get()
    }

    /// Forgets the problem, when the form opens again.
    pub fn clear(self) {
        self.problem.set(None);
    }
}
