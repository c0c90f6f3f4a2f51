//! Why something did not work: what happened, what to do, and the request id for the log.

use crate::api::ApiProblem;
use leptos::prelude::*;

/// A problem beside its cause.
#[component]
pub fn ProblemPanel(
    /// What went wrong.
    problem: ApiProblem,
    /// Tries again, where trying again makes sense.
    #[prop(optional, into)]
    on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let request_id = problem
        .request_id()
        .map(|id| view! { <p class="problem-panel-id">"Request " <code>{id.to_owned()}</code></p> });
    let hint = problem.hint().map(|hint| view! { <p>{hint}</p> });
    let retry = on_retry.map(|on_retry| {
        view! {
            <button type="button" class="button" on:click=move |_| on_retry.run(())>
                "Try again"
            </button>
        }
    });
    view! {
        <div class="problem-panel" role="alert">
            <p class="problem-panel-text">{problem.to_string()}</p>
            {hint}
            {request_id}
            {retry}
        </div>
    }
}

/// The problem of a form, or nothing.
#[component]
pub fn FormProblem(
    /// Read while it is shown.
    #[prop(into)]
    problem: Signal<Option<ApiProblem>>,
) -> impl IntoView {
    move || problem.get().map(|problem| view! { <ProblemPanel problem /> })
}
