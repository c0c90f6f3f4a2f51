//! Asks before something is destroyed: names the object and the effect.

use super::dialog::Dialog;
use super::dynamic::{press, submit};
use super::field::{TextField, TextKind};
use super::problem_panel::FormProblem;
use super::submit_button::SubmitButton;
use crate::state::submission::Submission;
use leptos::prelude::*;

/// The words of a confirmation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// The question: `Revoke this application?`.
    pub title: String,
    /// What will happen.
    pub effect: String,
    /// What the button does: `Revoke application`.
    pub confirm: String,
    /// What the button is doing: `Revoking`.
    pub confirming: String,
    /// A word that must be typed first, for what cannot be undone.
    pub typed: Option<String>,
}

/// A question with a dangerous answer; Cancel is focused first.
#[component]
pub fn ConfirmDialog(
    /// The words, read when it opens.
    #[prop(into)]
    confirmation: Signal<Confirmation>,
    /// Whether it is open; the owner keeps this.
    is_open: RwSignal<bool>,
    /// The write.
    submission: Submission,
    /// Starts the write.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// Further fields, such as a reason.
    #[prop(optional, into)]
    fields: ViewFn,
) -> impl IntoView {
    let close = move || {
        submission.clear();
        is_open.set(false);
    };
    let body = move || {
        let Confirmation { effect, confirm, confirming, typed, .. } = confirmation.get();
        let word = RwSignal::new(String::new());
        let error = RwSignal::new(None);
        let expected = typed.clone();
        let send = submit(move || {
            let missing = expected.as_ref().filter(|expected| **expected != word.get_untracked().trim());
            error.set(missing.map(|expected| format!("This must read exactly: {expected}")));
            if missing.is_none() {
                on_confirm.run(());
            }
        });
        let typed = typed.map(|typed| {
            let label = format!("Type {typed} to confirm");
            view! { <TextField label value=word kind=TextKind::Code error /> }.into_any()
        });
        view! {
            <form class="form" on:submit=send novalidate>
                <p>{effect}</p>
                {fields.run()}
                {typed}
                <FormProblem submission />
                <div class="dialog-actions">
                    <button type="button" class="button" autofocus on:click=press(close)>
                        "Cancel"
                    </button>
                    <SubmitButton label=confirm pending_label=confirming submission is_danger=true />
                </div>
            </form>
        }
        .into_any()
    };
    let title = move || confirmation.get().title;
    view! {
        <Dialog title=Signal::derive(title) is_open on_close=move |()| close()>
            {body()}
        </Dialog>
    }
}
