//! A resource in its three states: awaited, there, failed.

use super::problem_panel::ProblemPanel;
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
    let view = move || match resource.get() {
        Some(Ok(value)) => render(value),
        Some(Err(problem)) if problem.is_worth_showing() => {
            let retry = Callback::new(move |()| resource.refetch());
            view! { <ProblemPanel problem on_retry=retry /> }.into_any()
        }
        // Nobody is signed in: the browser is leaving for the sign-in page.
        Some(Err(_)) | None => skeleton(),
    };
    view.into_any()
}
