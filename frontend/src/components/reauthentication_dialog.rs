//! Asks for the password when the server wants it again; the waiting action continues afterwards.

use super::button::Button;
use super::dialog::Dialog;
use super::dynamic::submit;
use super::field::{TextField, TextKind};
use super::problem_panel::FormProblem;
use super::submit_button::SubmitButton;
use crate::api::{Api, session};
use crate::state::reauthentication::Reauthentication;
use crate::state::submission::Submission;
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
    let error = RwSignal::new(None);
    let submission = Submission::default();
    let send = submit(move || {
        let given = password.get_untracked();
        error.set(given.is_empty().then(|| "Enter your password.".to_owned()));
        if !given.is_empty() {
            submission.run(session::reauthenticate(api, given), move |renewed| {
                api.session().set(renewed);
                question.answer(true);
            });
        }
    });
    view! {
        <form class="form" on:submit=send novalidate>
            <p>"Changing secrets needs your password again after 15 minutes. What you started continues right after."</p>
            <TextField label="Password" value=password kind=TextKind::Password error />
            <FormProblem submission />
            <div class="dialog-actions">
                <Button label="Cancel" on_press=move |()| question.answer(false) />
                <SubmitButton label="Confirm" pending_label="Confirming" submission />
            </div>
        </form>
    }
}
