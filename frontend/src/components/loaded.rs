//! A resource in its three states: awaited, there, failed.

use super::dynamic::dynamic;
use super::problem_panel::ProblemPanel;
use super::skeleton::SkeletonPage;
use crate::api::ApiProblem;
use leptos::prelude::*;

/// Shows `skeleton` until the first answer, then what `render` makes of it; on failure the reason and a retry.
///
/// While a new answer is awaited the old one stays, so a reload does not flicker.
pub fn loaded<T: Clone + 'static>(
    resource: LocalResource<Result<T, ApiProblem>>,
    skeleton: impl Fn() -> AnyView + Send + 'static,
    render: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    let view = dynamic(move || match resource.get() {
        Some(Ok(value)) => render(value),
        Some(Err(problem)) if problem.is_worth_showing() => {
            let retry = Callback::new(move |()| resource.refetch());
            view! { <ProblemPanel problem on_retry=retry /> }.into_any()
        }
        // Nobody is signed in: the browser is leaving for the sign-in page.
        Some(Err(_)) | None => skeleton(),
    });
    view.into_any()
}

/// What is known of a resource, without its content.
#[derive(Clone, Debug, PartialEq)]
enum Phase {
    Waiting,
    There(String),
    Failed(ApiProblem),
}

/// Shows `skeleton` until the first answer, then `frame`, which reads the resource itself.
///
/// The frame is made once per `key`: a change of the same thing does not rebuild what is open in it.
pub fn framed<T: 'static>(
    resource: LocalResource<Result<T, ApiProblem>>,
    key: impl Fn(&T) -> String + Send + Sync + 'static,
    frame: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let phase = Memo::new(move |_| match &*resource.read() {
        Some(Ok(value)) => Phase::There(key(value)),
        Some(Err(problem)) if problem.is_worth_showing() => Phase::Failed(problem.clone()),
        Some(Err(_)) | None => Phase::Waiting,
    });
    let view = dynamic(move || match phase.get() {
        Phase::There(_) => untrack(&frame),
        Phase::Waiting => view! { <SkeletonPage /> }.into_any(),
        Phase::Failed(problem) => {
            let retry = Callback::new(move |()| resource.refetch());
            view! { <ProblemPanel problem on_retry=retry /> }.into_any()
        }
    });
    view.into_any()
}
