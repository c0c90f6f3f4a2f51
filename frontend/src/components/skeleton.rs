//! Grey shapes that hold the place of what is being loaded, so that nothing jumps when it comes.

use leptos::prelude::*;

/// Rows of a table or list.
#[component]
pub fn SkeletonRows(
    /// How many.
    #[prop(default = 4)]
    count: usize,
) -> impl IntoView {
    let rows = (0..count).map(|_| view! { <div class="skeleton-row"></div> }.into_any()).collect::<Vec<_>>();
    view! {
        <div class="skeleton" aria-hidden="true">
            {rows}
        </div>
        <p class="visually-hidden" role="status">
            "Loading"
        </p>
    }
}

/// A page of cards.
#[component]
pub fn SkeletonPage() -> impl IntoView {
    view! {
        <div class="skeleton" aria-hidden="true">
            <div class="skeleton-title"></div>
            <div class="skeleton-card"></div>
            <div class="skeleton-card"></div>
        </div>
        <p class="visually-hidden" role="status">
            "Loading"
        </p>
    }
}
