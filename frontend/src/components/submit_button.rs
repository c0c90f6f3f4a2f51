//! The button that sends a form.

use super::dynamic::text;
use crate::state::submission::Submission;
use leptos::prelude::*;

/// A submit button that says when its write is under way; repeats are ignored by the submission, not by disabling.
#[component]
pub fn SubmitButton(
    /// What it does.
    #[prop(into)]
    label: String,
    /// What it is doing.
    #[prop(into)]
    pending_label: String,
    /// The write.
    submission: Submission,
    /// Whether the write destroys something.
    #[prop(optional)]
    is_danger: bool,
) -> impl IntoView {
    let kind = if is_danger { "danger" } else { "primary" };
    let shown = text(move || if submission.is_pending() { pending_label.clone() } else { label.clone() });
    view! {
        <button type="submit" class="button" data-kind=kind aria-busy=text(move || submission.is_pending().to_string())>
            {shown}
        </button>
    }
}
