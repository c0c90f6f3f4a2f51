//! Grants as forms: one card per grant, with the sentence that people will read on the consent screen.

use super::draft::fields_of;
use super::field::{FieldPlace, FieldWords, GrantPart, Grants, NumberPlace, TextPlace, WordsPlace};
use super::node::Node;
use super::pairs_field::PairsPlace;
use super::verdict;
use crate::components::badge::{Badge, Tone};
use crate::components::button::{Button, ButtonKind};
use crate::components::dynamic::{dynamic, flag, keyed, text, typed, when};
use crate::components::icon::IconName;
use hasp_protocol::authorization_details::{self, AuthorizationDetails, GrantType, NoNames};
use leptos::prelude::*;
use serde_json::Value;

/// What a grant type is called on buttons.
pub const fn type_name(grant_type: GrantType) -> &'static str {
    match grant_type {
        GrantType::DataRead => "Read data",
        GrantType::DataWrite => "Write data",
        GrantType::ToolInvoke => "Invoke a tool",
        GrantType::AgentDelegate => "Delegate to an agent",
        GrantType::HumanEscalate => "Escalate to a person",
    }
}

/// All grants, and buttons that add one.
#[component]
pub fn GrantForms(
    /// The grants.
    grants: Grants,
) -> impl IntoView {
    let ids = move || grants.draft.with(|draft| draft.rows().iter().map(|row| row.id).collect());
    let add = GrantType::ALL
        .into_iter()
        .map(|grant_type| {
            view! {
                <Button
                    label=type_name(grant_type)
                    icon=IconName::Plus
                    is_small=true
                    on_press=move |()| grants.draft.update(|draft| draft.add(grant_type))
                />
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="grants">
            {keyed(ids, move |row| view! { <GrantCard grants row /> }.into_any())}
            <div class="grants-add" role="group" aria-label="Add a grant">
                {add}
            </div>
        </div>
    }
}

#[component]
fn GrantCard(
    /// All grants.
    grants: Grants,
    /// Which one.
    row: u32,
) -> impl IntoView {
    let grant = GrantPart::new(grants, row);
    let grant_type = Memo::new(move |_| {
        grant.node.with(|node| match node.member("type")? {
            Node::Text(word) => GrantType::parse(word),
            _ => None,
        })
    });
    let fault = text(move || {
        let fields = grant_type.get().map(fields_of).unwrap_or_default();
        grant.faults.with(|faults| {
            let fault = verdict::elsewhere(faults, fields);
            fault.map(|fault| format!("{} {}", fault.message, fault.fix)).unwrap_or_default()
        })
    });
    let fields = dynamic(move || match grant_type.get() {
        Some(grant_type) => view! { <GrantFields grant grant_type /> }.into_any(),
        None => view! { <OddGrant grant /> }.into_any(),
    });
    view! {
        <section class="grant" aria-label=text(move || format!("Grant {}", grant.index.get() + 1))>
            <header class="grant-header">
                <TypeSelect grant grant_type />
                <GrantActions grant />
            </header>
            <GrantLabel grant grant_type />
            <p class="field-error">{fault}</p>
            <div class="grant-fields">{fields}</div>
        </section>
    }
}

/// The sentence of the consent screen, as soon as the grant by itself is valid.
#[component]
fn GrantLabel(
    /// Which one.
    grant: GrantPart,
    /// Its type.
    grant_type: Memo<Option<GrantType>>,
) -> impl IntoView {
    let label = Memo::new(move |_| {
        let grant: Value = serde_json::from_str(&grant.node.with(Node::to_compact)).ok()?;
        let details = AuthorizationDetails::from_value(&Value::Array(vec![grant])).ok()?;
        details.grants().first().map(|grant| authorization_details::label(grant, &NoNames))
    });
    let is_elevated = move || grant_type.get().is_some_and(GrantType::is_elevated);
    view! {
        <p class="grant-label">
            <span>{text(move || label.get().unwrap_or_else(|| "Not complete yet".to_owned()))}</span>
            {when(is_elevated, || view! { <Badge text="Elevated access" tone=Tone::Bad /> }.into_any())}
        </p>
    }
}

#[component]
fn TypeSelect(
    /// Which one.
    grant: GrantPart,
    /// Its type.
    grant_type: Memo<Option<GrantType>>,
) -> impl IntoView {
    let option = move |choice: GrantType| {
        view! {
            <option value=choice.as_str() prop:selected=flag(move || grant_type.get() == Some(choice))>
                {choice.as_str()}
            </option>
        }
        .into_any()
    };
    let unknown = || view! { <option value="" prop:selected=true>"unknown type"</option> }.into_any();
    view! {
        <select
            class="input select grant-type"
            aria-label=text(move || format!("Type of grant {}", grant.index.get() + 1))
            on:change=typed(move |chosen| {
                if let Some(choice) = GrantType::parse(&chosen) {
                    grant.edit(|draft| draft.set_type(grant.row, choice));
                }
            })
        >
            {when(move || grant_type.get().is_none(), unknown)}
            {GrantType::ALL.into_iter().map(option).collect::<Vec<_>>()}
        </select>
    }
}

#[component]
fn GrantActions(
    /// Which one.
    grant: GrantPart,
) -> impl IntoView {
    let count = move || grant.grants.draft.with(|draft| draft.rows().len());
    let action = move |icon: IconName, word: &'static str, is_idle: Signal<bool>, run: Callback<()>| {
        view! {
            <Button
                name=Signal::derive(move || format!("{word} grant {}", grant.index.get() + 1))
                icon=icon
                kind=ButtonKind::Quiet
                is_small=true
                is_idle=Signal::derive(move || is_idle.get())
                on_press=move |()| run.run(())
            />
        }
        .into_any()
    };
    let row = grant.row;
    view! {
        <div class="grant-actions">
            {action(
                IconName::ArrowUp,
                "Move up",
                Signal::derive(move || grant.index.get() == 0),
                Callback::new(move |()| grant.edit(|draft| draft.shift(row, -1))),
            )}
            {action(
                IconName::ArrowDown,
                "Move down",
                Signal::derive(move || grant.index.get() + 1 == count()),
                Callback::new(move |()| grant.edit(|draft| draft.shift(row, 1))),
            )}
            {action(
                IconName::Duplicate,
                "Duplicate",
                Signal::derive(|| false),
                Callback::new(move |()| grant.edit(|draft| draft.duplicate(row))),
            )}
            {action(
                IconName::Trash,
                "Remove",
                Signal::derive(|| false),
                Callback::new(move |()| grant.edit(|draft| draft.remove(row))),
            )}
        </div>
    }
}

/// An entry that is no grant of a known type: shown as it is, to be edited in the JSON view.
#[component]
fn OddGrant(
    /// Which one.
    grant: GrantPart,
) -> impl IntoView {
    let shown = text(move || grant.node.with(Node::to_pretty));
    view! {
        <pre class="grant-odd">
            <code>{shown}</code>
        </pre>
        <p class="field-note">"Choose a type above, or edit this entry in the JSON view."</p>
    }
}

#[component]
fn GrantFields(
    /// Which one.
    grant: GrantPart,
    /// Decides the fields (domain.md 3.1).
    grant_type: GrantType,
) -> impl IntoView {
    let at = move |name| FieldPlace { grant, name };
    match grant_type {
        GrantType::DataRead => view! {
            <TextPlace place=at("app_id") words=APP_ID />
            <WordsPlace place=at("entities") words=ENTITIES />
            <PairsPlace place=at("filters") words=FILTERS name_label="Filter" has_comparison=true />
        }
        .into_any(),
        GrantType::DataWrite => view! {
            <TextPlace place=at("app_id") words=APP_ID />
            <WordsPlace place=at("entities") words=ENTITIES />
            <WordsPlace place=at("fields") words=FIELDS />
        }
        .into_any(),
        GrantType::ToolInvoke => view! {
            <TextPlace place=at("tool_id") words=TOOL_ID />
            <NumberPlace place=at("rate_limit") words=RATE_LIMIT />
            <PairsPlace place=at("constraints") words=CONSTRAINTS name_label="Constraint" />
        }
        .into_any(),
        GrantType::AgentDelegate => view! {
            <TextPlace place=at("to_agent_id") words=TO_AGENT_ID />
            <NumberPlace place=at("max_chain_depth") words=MAX_CHAIN_DEPTH />
        }
        .into_any(),
        GrantType::HumanEscalate => view! {
            <TextPlace place=at("to_role") words=TO_ROLE />
            <TextPlace place=at("to_user_id") words=TO_USER_ID />
            <WordsPlace place=at("channels") words=CHANNELS />
        }
        .into_any(),
    }
}

const APP_ID: FieldWords = FieldWords {
    label: "app_id",
    hint: "One data app; empty means all of them.",
    placeholder: "app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    is_optional: true,
};
const ENTITIES: FieldWords = FieldWords {
    label: "entities",
    hint: "Enter adds; none means all entities.",
    placeholder: "patient_intake",
    is_optional: true,
};
const FILTERS: FieldWords = FieldWords {
    label: "filters",
    hint: "Added to every read. Numbers and true/false count as such; quote them to mean text.",
    placeholder: "patient.assigned_clinician_id",
    is_optional: true,
};
const FIELDS: FieldWords = FieldWords {
    label: "fields",
    hint: "Only these may be set; none means every writable field.",
    placeholder: "status",
    is_optional: true,
};
const TOOL_ID: FieldWords = FieldWords {
    label: "tool_id",
    hint: "Exactly one registered tool.",
    placeholder: "calendar.find_slots",
    is_optional: false,
};
const RATE_LIMIT: FieldWords = FieldWords {
    label: "rate_limit",
    hint: "Invocations per hour; empty means unlimited.",
    placeholder: "60",
    is_optional: true,
};
const CONSTRAINTS: FieldWords = FieldWords {
    label: "constraints",
    hint: "Checked by the tool at each invocation.",
    placeholder: "max_results",
    is_optional: true,
};
const TO_AGENT_ID: FieldWords = FieldWords {
    label: "to_agent_id",
    hint: "The agent that may receive a narrower credential.",
    placeholder: "agent_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    is_optional: false,
};
const MAX_CHAIN_DEPTH: FieldWords = FieldWords {
    label: "max_chain_depth",
    hint: "1 to 3 hops; empty means 1: that agent may not delegate on.",
    placeholder: "1",
    is_optional: true,
};
const TO_ROLE: FieldWords = FieldWords {
    label: "to_role",
    hint: "A role of the organization: this or to_user_id, not both.",
    placeholder: "charge_nurse",
    is_optional: true,
};
const TO_USER_ID: FieldWords = FieldWords {
    label: "to_user_id",
    hint: "One person: this or to_role, not both.",
    placeholder: "user_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    is_optional: true,
};
const CHANNELS: FieldWords = FieldWords {
    label: "channels",
    hint: "Enter adds; how the person is reached.",
    placeholder: "email",
    is_optional: true,
};
