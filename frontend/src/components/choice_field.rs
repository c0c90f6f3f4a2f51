//! A list of known values with a way to enter another one.

use super::dynamic::{dynamic, flag, invalid, text, typed, when};
use super::field::FieldFrame;
use crate::state::binding::Binding;
use crate::state::id;
use leptos::prelude::*;

/// The option that reveals the text box; no URI and no id is empty.
const OTHER: &str = "";

/// Chooses a known value or takes any text.
#[component]
pub fn ChoiceField(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The value.
    #[prop(into)]
    value: Binding,
    /// Value and text of each known value.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// The text of the option that reveals the text box: `Another URI…`.
    #[prop(into)]
    other: String,
    /// Says what belongs in.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it now.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let control_id = id::next("field");
    let wants_other = RwSignal::new(false);
    let is_known = move |value: &str| options.with(|options| options.iter().any(|(known, _)| known == value));
    let is_other = Memo::new(move |_| wants_other.get() || !is_known(&value.get()));
    let choose = move |chosen: String| {
        wants_other.set(chosen == OTHER);
        if chosen != OTHER {
            value.set(chosen);
        }
    };
    let choices = dynamic(move || {
        let as_option = |(known, shown): (String, String)| {
            let this = known.clone();
            let is_chosen = move || !is_other.get() && value.get() == this;
            view! { <option value=known prop:selected=flag(is_chosen)>{shown}</option> }.into_any()
        };
        options.get().into_iter().map(as_option).collect::<Vec<_>>().into_any()
    });
    let text_label = format!("{label}, other value");
    let note_id = format!("{control_id}-note");
    let other_note_id = note_id.clone();
    let other_input = move || {
        view! {
            <input
                class="input"
                type="text"
                data-kind="code"
                autocomplete="off"
                spellcheck="false"
                aria-label=text_label.clone()
                aria-describedby=other_note_id.clone()
                aria-invalid=invalid(error)
                prop:value=text(move || value.get())
                on:input=typed(move |text| value.set(text))
            />
        }
        .into_any()
    };
    view! {
        <FieldFrame label control_id=control_id.clone() hint error>
            <select
                class="input select"
                id=control_id.clone()
                aria-describedby=note_id.clone()
                on:change=typed(choose)
            >
                {choices}
                <option value=OTHER prop:selected=flag(move || is_other.get())>{other}</option>
            </select>
            {when(move || is_other.get(), other_input)}
        </FieldFrame>
    }
}
