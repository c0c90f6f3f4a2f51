//! Asks for the password when the server wants it again; the waiting action continues afterwards.

use super::button::Button;
use super::dialog::Dialog;
use super::dynamic::{dynamic, submit};
use super::field::{TextField, TextKind};
use super::problem_panel::ProblemPanel;
use super::submit_button::SubmitButton;
use crate::api::{Api, ApiProblem, session};
use crate::state::reauthentication::Reauthentication;
use crate::state::submission::Submission;
use hasp_protocol::api::ApiErrorCode;
use leptos::prelude::*;

/// The one password dialog of the console, driven by the API client.
#[component]
pub fn ReauthenticationDialog() -> impl IntoView {
    let question = Reauthentication::expect();
    view! {
        <Dialog
            title="Confirm it is you"
            is_open=Signal::derive(move || question.is_open())
            on_close=move |()| question.answer(false)
        >
            <PasswordForm question />
        </Dialog>
    }
}

#[component]
fn PasswordForm(
    /// What is answered.
    question: Reauthentication,
) -> impl IntoView {
    let api = Api::expect();
    let password = RwSignal::new(String::new());
    let missing = RwSignal::new(None);
    let submission = Submission::default();
    let send = submit(move || {
        let given = password.get_untracked();
        missing.set(given.is_empty().then(|| "Enter your password.".to_owned()));
        if !given.is_empty() {
            submission.run(session::reauthenticate(api, given), move |renewed| {
                api.session().set(renewed);
                question.answer(true);
            });
        }
    });
    let is_wrong = |problem: &ApiProblem| problem.code() == Some(ApiErrorCode::InvalidPassword);
    let error = Signal::derive(move || {
        let refused = submission.problem().filter(is_wrong);
        missing.get().or_else(|| refused.map(|problem| problem.to_string()))
    });
    let other = dynamic(move || match submission.problem() {
        Some(problem) if !is_wrong(&problem) => view! { <ProblemPanel problem /> }.into_any(),
        _ => ().into_any(),
    });
    let email = untrack(|| api.session().view()).map(|view| view.user.email).unwrap_or_default();
    view! {
        <form class="form" on:submit=send novalidate>
            // For password managers, which look for the name beside the password.
            <input class="visually-hidden" type="text" autocomplete="username" readonly tabindex="-1" aria-hidden="true" value=email />
            <p>"Changing secrets needs your password again after 15 minutes. What you started continues right after."</p>
            <TextField label="Password" value=password kind=TextKind::Password error />
            {other}
            <div class="dialog-actions">
                <Button label="Cancel" on_press=move |()| question.answer(false) />
                <SubmitButton label="Confirm" pending_label="Confirming" submission />
            </div>
        </form>
    }
}
