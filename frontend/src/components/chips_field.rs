//! A list of short words, each in a chip: Enter or comma adds, Backspace in the empty box takes the last away.

use super::dynamic::{dynamic, invalid, press, text, typed};
use super::field::FieldFrame;
use super::icon::{Icon, IconName};
use crate::state::id;
use leptos::prelude::*;

/// The words of a list and how to change them.
#[derive(Clone, Copy)]
pub struct ListBinding {
    read: Signal<Vec<String>>,
    write: Callback<Vec<String>>,
}

impl ListBinding {
    /// Joins the two directions.
    pub fn new(
        read: impl Fn() -> Vec<String> + Send + Sync + 'static,
        write: impl Fn(Vec<String>) + Send + Sync + 'static,
    ) -> Self {
        Self { read: Signal::derive(read), write: Callback::new(write) }
    }

    fn add(self, typed: &str) {
        let mut words = self.read.get_untracked();
        words.extend(typed.split([',', '\n']).map(str::trim).filter(|word| !word.is_empty()).map(Into::into));
        self.write.run(words);
    }

    fn remove(self, index: usize) {
        let mut words = self.read.get_untracked();
        if index < words.len() {
            words.remove(index);
            self.write.run(words);
        }
    }
}

impl From<RwSignal<Vec<String>>> for ListBinding {
    fn from(signal: RwSignal<Vec<String>>) -> Self {
        Self { read: signal.into(), write: Callback::new(move |words| signal.set(words)) }
    }
}

/// A list of words.
#[component]
pub fn ChipsField(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The words.
    #[prop(into)]
    words: ListBinding,
    /// Says what belongs in, and what an empty list means.
    #[prop(optional, into)]
    hint: String,
    /// An example, shown while the box is empty.
    #[prop(optional, into)]
    placeholder: String,
    /// What is wrong with it now.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field as one that may stay empty.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let control_id = id::next("field");
    let draft = RwSignal::new(String::new());
    let add = move || {
        if !draft.with_untracked(|draft| draft.trim().is_empty()) {
            words.add(&draft.get_untracked());
        }
        draft.set(String::new());
    };
    let pressed = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" | "," if !draft.with_untracked(String::is_empty) => {
            event.prevent_default();
            add();
        }
        "Backspace" if draft.with_untracked(String::is_empty) => {
            words.remove(words.read.with_untracked(Vec::len).saturating_sub(1));
        }
        _ => {}
    };
    let chip = move |(index, word): (usize, String)| {
        let remove = format!("Remove {word}");
        view! {
            <li class="chip">
                <span>{word}</span>
                <button type="button" aria-label=remove on:click=press(move || words.remove(index))>
                    <Icon name=IconName::Cross />
                </button>
            </li>
        }
        .into_any()
    };
    view! {
        <FieldFrame label=label.clone() control_id=control_id.clone() hint error is_optional>
            <div class="chips" aria-invalid=invalid(error)>
                <ul aria-label=label>
                    {dynamic(move || words.read.get().into_iter().enumerate().map(chip).collect::<Vec<_>>().into_any())}
                </ul>
                <input
                    id=control_id.clone()
                    type="text"
                    autocomplete="off"
                    spellcheck="false"
                    placeholder=placeholder
                    aria-describedby=format!("{control_id}-note")
                    prop:value=text(move || draft.get())
                    on:input=typed(move |text| draft.set(text))
                    on:keydown=pressed
                    on:blur=move |_| add()
                />
            </div>
        </FieldFrame>
    }
}
