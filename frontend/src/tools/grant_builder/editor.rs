//! The whole builder: view switch, undo, both verdicts, and the view.

use super::draft::GrantsDraft;
use super::field::Grants;
use super::form::GrantForms;
use super::json_editor::JsonEditor;
use super::verdict::Fault;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::dynamic::{dynamic, flag, text, when};
use crate::components::icon::{Icon, IconName};
use crate::components::segmented::Segmented;
use crate::tools::schema_verdict::{SchemaVerdict, SchemaWorker};
use leptos::prelude::*;

/// The index of the JSON view in the switch.
const JSON_VIEW: usize = 1;

/// Edits grants as forms or as JSON; opening it loads the schema module.
#[component]
pub fn GrantEditor(
    /// The grants.
    grants: Grants,
) -> impl IntoView {
    let chosen = RwSignal::new(0);
    let worker = SchemaWorker::expect();
    worker.load();
    Effect::new(move || grants.verdict.with(|verdict| worker.check(verdict.value.as_ref())));
    let body = dynamic(move || {
        if chosen.get() == JSON_VIEW {
            view! { <JsonEditor grants /> }.into_any()
        } else {
            view! { <FormView grants on_json=move |()| chosen.set(JSON_VIEW) /> }.into_any()
        }
    });
    view! {
        <div class="grant-editor">
            <div class="grant-editor-bar">
                <Segmented label="View of the grants" options=vec!["Form", "JSON"] chosen on_choose=move |index| chosen.set(index) />
                <Button
                    label="Undo"
                    icon=IconName::Undo
                    kind=ButtonKind::Quiet
                    is_small=true
                    is_idle=Signal::derive(move || !grants.draft.with(GrantsDraft::can_undo))
                    on_press=move |()| grants.draft.update(GrantsDraft::undo)
                />
                <VerdictBar grants />
            </div>
            {body}
        </div>
    }
}

/// The forms; while the text is no list they rest, and the way to the text is offered.
#[component]
fn FormView(
    /// The grants.
    grants: Grants,
    /// Goes to the JSON view.
    #[prop(into)]
    on_json: Callback<()>,
) -> impl IntoView {
    let is_current = Memo::new(move |_| grants.draft.with(GrantsDraft::is_form_current));
    let rest = move || {
        view! {
            <div class="notice" data-tone="warning" role="status">
                <Icon name=IconName::Warning />
                <span>"The form rests while the JSON is not a list."</span>
                <Button label="Correct the JSON" is_small=true on_press=move |()| on_json.run(()) />
            </div>
        }
        .into_any()
    };
    let root_fault = text(move || {
        grants.verdict.with(|verdict| {
            let at_root = |fault: &&Fault| fault.pointer.is_empty() && verdict.value.is_some();
            let fault = verdict.faults.iter().find(at_root);
            fault.map(|fault| format!("{} {}", fault.message, fault.fix)).unwrap_or_default()
        })
    });
    view! {
        {when(move || !is_current.get(), rest)}
        <p class="field-error">{root_fault}</p>
        <fieldset class="grant-forms" disabled=flag(move || !is_current.get())>
            <legend class="visually-hidden">"Grants"</legend>
            <GrantForms grants />
        </fieldset>
    }
}

/// Both verdicts in words.
#[component]
fn VerdictBar(
    /// The grants.
    grants: Grants,
) -> impl IntoView {
    let worker = SchemaWorker::expect();
    let typed = dynamic(move || {
        let (tone, words) = match grants.verdict.with(|verdict| verdict.faults.len()) {
            0 => (Tone::Good, "Valid".to_owned()),
            1 => (Tone::Bad, "1 problem".to_owned()),
            count => (Tone::Bad, format!("{count} problems")),
        };
        view! { <Badge text=words tone /> }.into_any()
    });
    let schema = dynamic(move || {
        let (tone, words, title) = schema_words(&worker.verdict());
        view! {
            <span title=title>
                <Badge text=words tone />
            </span>
        }
        .into_any()
    });
    view! {
        <p class="verdict" role="status" aria-label="Verdict on the grants">
            {typed} {schema}
        </p>
    }
}

/// Colour, words and details of the schema's verdict.
fn schema_words(verdict: &SchemaVerdict) -> (Tone, String, String) {
    let plain = |words: &str| (Tone::Neutral, words.to_owned(), String::new());
    match verdict {
        SchemaVerdict::Loading => plain("Schema: loading"),
        SchemaVerdict::Unavailable => plain("Typed verdict only"),
        SchemaVerdict::NoJson => plain("Schema: needs JSON"),
        SchemaVerdict::Valid => (Tone::Good, "Schema: valid".to_owned(), String::new()),
        SchemaVerdict::Invalid(issues) => {
            let plural = if issues.len() == 1 { "error" } else { "errors" };
            let details: Vec<_> =
                issues.iter().map(|issue| format!("{}: {}", issue.pointer, issue.message)).collect();
            (Tone::Bad, format!("Schema: {} {plural}", issues.len()), details.join("\n"))
        }
    }
}
