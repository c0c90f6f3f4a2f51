//! What a list says when it holds nothing: why, and what to do next.

use leptos::prelude::*;

/// A heading, a sentence and, as children, the way on.
#[component]
pub fn EmptyState(
    /// What is missing.
    #[prop(into)]
    title: String,
    /// Why one would want it.
    #[prop(into)]
    text: String,
    /// A link or button, if there is a next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty-state">
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
