//! Grants as JSON: a text with line numbers, and the faults of the verdict at their lines.

use super::draft::GrantsDraft;
use super::field::Grants;
use super::verdict::Fault;
use crate::components::button::Button;
use crate::components::dynamic::{dynamic, text, typed, word};
use crate::components::icon::{Icon, IconName};
use crate::state::id;
use leptos::prelude::*;

/// The text of all grants.
#[component]
pub fn JsonEditor(
    /// The grants.
    grants: Grants,
) -> impl IntoView {
    let control_id = id::next("grants-json");
    let line_count = Memo::new(move |_| grants.draft.with(|draft| draft.text().matches('\n').count() + 1));
    let is_faulty = move |line: usize| {
        grants.verdict.with(|verdict| verdict.faults.iter().any(|fault| fault.line == Some(line)))
    };
    let number = move |line: usize| {
        view! { <span data-state=word(move || is_faulty(line).then_some("fault"))>{line.to_string()}</span> }
            .into_any()
    };
    let numbers = dynamic(move || (1..=line_count.get()).map(number).collect::<Vec<_>>().into_any());
    view! {
        <div class="json-editor">
            <label class="visually-hidden" for=control_id.clone()>
                "authorization_details as JSON"
            </label>
            <div class="json-editor-text">
                <div class="json-editor-lines" aria-hidden="true">
                    {numbers}
                </div>
                <textarea
                    id=control_id.clone()
                    rows=text(move || line_count.get().max(6).to_string())
                    wrap="off"
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    aria-describedby=format!("{control_id}-faults")
                    aria-invalid=word(move || grants.verdict.with(|verdict| (!verdict.is_valid()).then_some("true")))
                    prop:value=text(move || grants.draft.with(|draft| draft.text().to_owned()))
                    on:input=typed(move |text| grants.draft.update(|draft| draft.set_text(text)))
                ></textarea>
            </div>
            <Button
                label="Format"
                is_small=true
                on_press=move |()| grants.draft.update(GrantsDraft::format)
            />
            <FaultList grants list_id=format!("{control_id}-faults") />
        </div>
    }
}

#[component]
fn FaultList(
    /// The grants.
    grants: Grants,
    /// The id by which the text refers to the list.
    list_id: String,
) -> impl IntoView {
    let row = |fault: &Fault| {
        let line = fault.line.map(|line| format!("Line {line}")).unwrap_or_default();
        view! {
            <li>
                <Icon name=IconName::Warning />
                <span class="fault-place">{line} " " <code>{fault.pointer.clone()}</code></span>
                <span>{fault.message.clone()} " " {fault.fix.clone()}</span>
            </li>
        }
        .into_any()
    };
    let faults = dynamic(move || {
        grants.verdict.with(|verdict| verdict.faults.iter().map(row).collect::<Vec<_>>().into_any())
    });
    view! {
        <ul class="fault-list" id=list_id>
            {faults}
        </ul>
    }
}
