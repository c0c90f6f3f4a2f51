//! A labelled control with one line below it: a hint, or what is wrong.

use super::dynamic::{dynamic, flag, invalid, text, typed};
use crate::state::binding::Binding;
use crate::state::id;
use leptos::prelude::*;

/// What a person types into a [`TextField`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextKind {
    /// Words.
    #[default]
    Plain,
    /// Identifiers, URLs and other machine text: code type, no spelling, no capitals.
    Code,
    /// Digits.
    Number,
    /// The signed-in person's password.
    Password,
}

impl TextKind {
    const fn input_type(self) -> &'static str {
        match self {
            TextKind::Password => "password",
            _ => "text",
        }
    }

    const fn input_mode(self) -> &'static str {
        match self {
            TextKind::Number => "numeric",
            _ => "text",
        }
    }

    const fn autocomplete(self) -> &'static str {
        match self {
            TextKind::Password => "current-password",
            _ => "off",
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            TextKind::Code => "code",
            TextKind::Number => "number",
            _ => "plain",
        }
    }
}

/// Label, control and note of one field; the note shows the error while there is one, else the hint.
#[component]
pub fn FieldFrame(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The control's id; the note's id is this with `-note`.
    #[prop(into)]
    control_id: String,
    /// Says what belongs in.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it now.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field as one that may stay empty.
    #[prop(optional)]
    is_optional: bool,
    /// The control.
    children: Children,
) -> impl IntoView {
    let note_id = format!("{control_id}-note");
    let optional = is_optional.then(|| view! { <span class="field-optional">"optional"</span> }.into_any());
    let note = dynamic(move || match error.get() {
        Some(error) => view! { <span class="field-error">{error}</span> }.into_any(),
        None => hint.clone().into_any(),
    });
    view! {
        <div class="field">
            <label class="field-label" for=control_id>
                {label}
            </label>
            {optional}
            {children()}
            <p class="field-note" id=note_id>
                {note}
            </p>
        </div>
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    value: Binding,
    /// What is typed.
    #[prop(optional)]
    kind: TextKind,
    /// Says what belongs in.
    #[prop(optional, into)]
    hint: String,
    /// An example, shown while empty.
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
    view! {
        <FieldFrame label control_id=control_id.clone() hint error is_optional>
            <input
                class="input"
                id=control_id.clone()
                type=kind.input_type()
                inputmode=kind.input_mode()
                autocomplete=kind.autocomplete()
                spellcheck="false"
                autocapitalize="off"
                data-kind=kind.as_str()
                placeholder=placeholder
                aria-describedby=format!("{control_id}-note")
                aria-invalid=invalid(error)
                prop:value=text(move || value.get())
                on:input=typed(move |text| value.set(text))
            />
        </FieldFrame>
    }
}

/// Several lines of text.
#[component]
pub fn TextAreaField(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    value: Binding,
    /// Says what belongs in.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it now.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Marks the field as one that may stay empty.
    #[prop(optional)]
    is_optional: bool,
) -> impl IntoView {
    let control_id = id::next("field");
    view! {
        <FieldFrame label control_id=control_id.clone() hint error is_optional>
            <textarea
                class="input"
                id=control_id.clone()
                rows="3"
                aria-describedby=format!("{control_id}-note")
                aria-invalid=invalid(error)
                prop:value=text(move || value.get())
                on:input=typed(move |text| value.set(text))
            ></textarea>
        </FieldFrame>
    }
}

/// One of a fixed list.
#[component]
pub fn SelectField(
    /// The visible label.
    #[prop(into)]
    label: String,
    /// The value of the chosen option.
    #[prop(into)]
    value: Binding,
    /// Value and text of each option.
    #[prop(into)]
    options: Signal<Vec<(String, String)>>,
    /// Says what the choice does.
    #[prop(optional, into)]
    hint: String,
    /// What is wrong with it now.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let control_id = id::next("field");
    let choices = dynamic(move || {
        let as_option = |(option, shown): (String, String)| {
            let this = option.clone();
            view! { <option value=option prop:selected=flag(move || value.get() == this)>{shown}</option> }
                .into_any()
        };
        options.get().into_iter().map(as_option).collect::<Vec<_>>().into_any()
    });
    view! {
        <FieldFrame label control_id=control_id.clone() hint error>
            <select
                class="input select"
                id=control_id.clone()
                aria-describedby=format!("{control_id}-note")
                aria-invalid=invalid(error)
                on:change=typed(move |text| value.set(text))
            >
                {choices}
            </select>
        </FieldFrame>
    }
}
