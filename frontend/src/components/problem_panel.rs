//! Why something did not work: what happened, what to do, and the request id for the log.

use super::button::Button;
use super::dynamic::dynamic;
use crate::api::ApiProblem;
use crate::state::submission::Submission;
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
    let request_id = problem.request_id().map(|id| {
        view! { <p class="problem-panel-id">"Request " <code>{id.to_owned()}</code></p> }.into_any()
    });
    let hint = problem.hint().map(|hint| view! { <p>{hint}</p> }.into_any());
    let retry = on_retry.map(|on_retry| {
        view! {
            <Button label="Try again" on_press=move |()| on_retry.run(()) />
        }
        .into_any()
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
    /// The write of the form.
    submission: Submission,
) -> impl IntoView {
    dynamic(move || {
        submission.problem().map(|problem| view! { <ProblemPanel problem /> }.into_any()).into_any()
    })
}
