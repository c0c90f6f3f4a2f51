//! A few choices side by side, one of them chosen: radio buttons in a frame, so the arrow keys work by themselves.

use super::dynamic::{checked, flag};
use crate::state::id;
use leptos::prelude::*;

/// Chooses one of a few words.
#[component]
pub fn Segmented(
    /// What is chosen, for screen readers.
    #[prop(into)]
    label: String,
    /// The words, in order.
    options: Vec<&'static str>,
    /// The index of the chosen one.
    #[prop(into)]
    chosen: Signal<usize>,
    /// Gets the index of a newly chosen one.
    #[prop(into)]
    on_choose: Callback<usize>,
) -> impl IntoView {
    let name = id::next("segmented");
    let radios = options
        .into_iter()
        .enumerate()
        .map(|(index, option)| {
            view! {
                <label>
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=flag(move || chosen.get() == index)
                        on:change=checked(move |_| on_choose.run(index))
                    />
                    <span>{option}</span>
                </label>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="segmented" role="radiogroup" aria-label=label>
            {radios}
        </div>
    }
}
