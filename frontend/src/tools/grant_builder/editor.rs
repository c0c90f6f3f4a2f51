//! The whole builder: view switch, undo, both verdicts, and the view.

use super::draft::GrantsDraft;
use super::field::Grants;
use super::form::GrantForms;
use super::json_editor::JsonEditor;
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
    let body = move || {
        if chosen.get() == JSON_VIEW {
            view! { <JsonEditor grants /> }.into_any()
        } else {
            view! { <FormView grants on_json=move |()| chosen.set(JSON_VIEW) /> }.into_any()
        }
    };
    view! {
        <div class="grant-editor">
            <div class="grant-editor-bar">
                <Segmented label="View of the grants" options=vec!["Form", "JSON"] chosen on_choose=move |index| chosen.set(index) />
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    data-kind="quiet"
                    disabled=move || !grants.draft.with(GrantsDraft::can_undo)
                    on:click=move |_| grants.draft.update(GrantsDraft::undo)
                >
                    <Icon name=IconName::Undo />
                    "Undo"
                </button>
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
    let reason =
        move || grants.verdict.with(|verdict| verdict.faults.first().map(|fault| fault.message.clone()));
    let root_fault = move || {
        grants.verdict.with(|verdict| {
            let fault =
                verdict.faults.iter().find(|fault| fault.pointer.is_empty() && verdict.value.is_some())?;
            Some(format!("{} {}", fault.message, fault.fix))
        })
    };
    view! {
        <Show when=move || !is_current.get()>
            <div class="notice" data-tone="warning" role="status">
                <Icon name=IconName::Warning />
                <span>"The form rests while the JSON is not a list. " {reason}</span>
                <button type="button" class="button" data-size="small" on:click=move |_| on_json.run(())>
                    "Correct the JSON"
                </button>
            </div>
        </Show>
        {move || root_fault().filter(|_| is_current.get()).map(|fault| view! { <p class="field-error">{fault}</p> })}
        <fieldset class="grant-forms" disabled=move || !is_current.get()>
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
    let typed = move || {
        let count = grants.verdict.with(|verdict| verdict.faults.len());
        match count {
            0 => view! { <span class="badge" data-tone="good">"Valid"</span> }.into_any(),
            1 => view! { <span class="badge" data-tone="bad">"1 problem"</span> }.into_any(),
            _ => view! { <span class="badge" data-tone="bad">{count} " problems"</span> }.into_any(),
        }
    };
    let schema = move || match worker.verdict() {
        SchemaVerdict::Loading => {
            view! { <span class="badge" data-tone="neutral">"Schema: loading"</span> }.into_any()
        }
        SchemaVerdict::Unavailable => {
            view! { <span class="badge" data-tone="neutral">"Typed verdict only"</span> }.into_any()
        }
        SchemaVerdict::NoJson => {
            view! { <span class="badge" data-tone="neutral">"Schema: needs JSON"</span> }.into_any()
        }
        SchemaVerdict::Valid => {
            view! { <span class="badge" data-tone="good">"Schema: valid"</span> }.into_any()
        }
        SchemaVerdict::Invalid(issues) => {
            let plural = if issues.len() == 1 { "error" } else { "errors" };
            let title = issues
                .iter()
                .map(|issue| format!("{}: {}", issue.pointer, issue.message))
                .collect::<Vec<_>>();
            view! {
                <span class="badge" data-tone="bad" title=title.join("\n")>
                    {format!("Schema: {} {plural}", issues.len())}
                </span>
            }
            .into_any()
        }
    };
    view! {
        <p class="verdict" role="status" aria-label="Verdict on the grants">
            {typed} {schema}
        </p>
    }
}
