//! The fields of an agent, for registration and for settings.

use super::chips_field::ChipsField;
use super::dynamic::{checked, flag, press, text, word};
use super::field::{SelectField, TextAreaField, TextField, TextKind};
use crate::api::ApiProblem;
use crate::state::binding::Binding;
use crate::state::submission::Submission;
use crate::tools::rules;
use hasp_protocol::GrantType;
use hasp_protocol::api::ApiErrorCode;
use hasp_protocol::api::agent::{AgentChange, AgentView, NewAgent, RevocationPolicy};
use leptos::prelude::*;

/// Lifetimes that are offered, in hours.
const EXPIRY_CHOICES: [(u32, &str); 5] =
    [(1, "1 hour"), (8, "8 hours"), (24, "24 hours"), (168, "7 days"), (720, "30 days")];

/// The values of the form.
#[derive(Clone, Copy)]
pub struct AgentDraft {
    name: RwSignal<String>,
    description: RwSignal<String>,
    capabilities: RwSignal<Vec<String>>,
    expiry_hours: RwSignal<String>,
    policy: RwSignal<RevocationPolicy>,
    /// Empty allows every type.
    types: RwSignal<Vec<String>>,
    /// Set by submitting: an untouched form shows no fault.
    is_checked: RwSignal<bool>,
}

impl AgentDraft {
    /// An empty form with the usual defaults.
    pub fn new() -> Self {
        Self {
            name: RwSignal::new(String::new()),
            description: RwSignal::new(String::new()),
            capabilities: RwSignal::new(Vec::new()),
            expiry_hours: RwSignal::new("8".into()),
            policy: RwSignal::new(RevocationPolicy::Drain),
            types: RwSignal::new(Vec::new()),
            is_checked: RwSignal::new(false),
        }
    }

    /// A form that shows what is stored.
    pub fn from_view(view: &AgentView) -> Self {
        let draft = Self::new();
        draft.name.set(view.name.clone());
        draft.description.set(view.description.clone().unwrap_or_default());
        draft.capabilities.set(view.capabilities.clone());
        draft.expiry_hours.set(view.default_expiry_hours.to_string());
        draft.policy.set(view.default_revocation_policy);
        draft.types.set(view.allowed_scope_types.clone().unwrap_or_default());
        draft
    }

    fn name_error(self) -> Option<String> {
        self.is_checked.get().then(|| rules::agent_name(&self.name.get())).flatten()
    }

    fn capabilities_error(self) -> Option<String> {
        self.capabilities.with(|tags| rules::capabilities(tags))
    }

    fn expiry_error(self) -> Option<String> {
        rules::expiry_hours(&self.expiry_hours.get())
    }

    /// Checks all fields; true when they may be sent.
    pub fn check(self) -> bool {
        self.is_checked.set(true);
        untrack(|| {
            [self.name_error(), self.capabilities_error(), self.expiry_error()].iter().all(Option::is_none)
        })
    }

    /// The registration that the form describes.
    pub fn registration(self) -> NewAgent {
        untrack(|| NewAgent {
            name: self.name.get().trim().to_owned(),
            description: Some(self.description.get().trim().to_owned()).filter(|text| !text.is_empty()),
            capabilities: self.capabilities.get(),
            default_expiry_hours: self.expiry_hours.get().trim().parse().unwrap_or_default(),
            default_revocation_policy: self.policy.get(),
            allowed_scope_types: Some(self.types.get()).filter(|types| !types.is_empty()),
        })
    }

    /// The change that makes an agent look like the form; members that stay are left out.
    pub fn change(self, stored: &AgentView) -> AgentChange {
        let new = self.registration();
        let description = new.description.unwrap_or_default();
        AgentChange {
            name: (new.name != stored.name).then_some(new.name),
            description: (description != stored.description.clone().unwrap_or_default())
                .then_some(description),
            capabilities: (new.capabilities != stored.capabilities).then_some(new.capabilities),
            default_expiry_hours: (new.default_expiry_hours != stored.default_expiry_hours)
                .then_some(new.default_expiry_hours),
            default_revocation_policy: (new.default_revocation_policy != stored.default_revocation_policy)
                .then_some(new.default_revocation_policy),
            allowed_scope_types: (new.allowed_scope_types != stored.allowed_scope_types)
                .then_some(new.allowed_scope_types),
        }
    }
}

impl Default for AgentDraft {
    fn default() -> Self {
        Self::new()
    }
}

/// All fields of an agent.
#[component]
pub fn AgentFields(
    /// The values; the owner checks and sends them.
    draft: AgentDraft,
    /// The write of the form: what the server says of the name stands at the name.
    submission: Submission,
) -> impl IntoView {
    let name_error = Signal::derive(move || {
        let is_taken = |problem: &ApiProblem| problem.code() == Some(ApiErrorCode::AgentNameTaken);
        let refused = submission.problem().filter(is_taken);
        draft.name_error().or_else(|| refused.map(|problem| problem.to_string()))
    });
    view! {
        <TextField
            label="Display name"
            value=draft.name
            hint="2 to 64 characters, unique in the organization. People see it on the consent screen."
            error=name_error
        />
        <TextAreaField label="Description" value=draft.description is_optional=true />
        <ChipsField
            label="Capabilities"
            words=draft.capabilities
            hint="Tags that describe the agent; they grant nothing."
            placeholder="scheduling"
            error=Signal::derive(move || draft.capabilities_error())
            is_optional=true
        />
        <ExpiryField draft />
        <PolicyField draft />
        <TypesField draft />
    }
}

#[component]
fn ExpiryField(
    /// The values.
    draft: AgentDraft,
) -> impl IntoView {
    let choices = EXPIRY_CHOICES
        .into_iter()
        .map(|(hours, name)| {
            let is_chosen = move || draft.expiry_hours.with(|text| text.trim() == hours.to_string());
            view! {
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    aria-pressed=text(move || is_chosen().to_string())
                    on:click=press(move || draft.expiry_hours.set(hours.to_string()))
                >
                    {name}
                </button>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="expiry">
            <TextField
                label="Default expiry in hours"
                value=draft.expiry_hours
                kind=TextKind::Number
                hint="How long a token lives, from 1 hour to 30 days. Tokens are not refreshed."
                error=Signal::derive(move || draft.expiry_error())
            />
            <div class="expiry-choices" role="group" aria-label="Usual lifetimes">
                {choices}
            </div>
        </div>
    }
}

#[component]
fn PolicyField(
    /// The values.
    draft: AgentDraft,
) -> impl IntoView {
    let value = Binding::new(
        move || draft.policy.get().as_str().to_owned(),
        move |word| {
            let is_kill = word == RevocationPolicy::Kill.as_str();
            draft.policy.set(if is_kill { RevocationPolicy::Kill } else { RevocationPolicy::Drain });
        },
    );
    let options = vec![
        ("drain".to_owned(), "drain: running work finishes".to_owned()),
        ("kill".to_owned(), "kill: running work is cancelled".to_owned()),
    ];
    view! {
        <SelectField
            label="Default revocation policy"
            value
            options=Signal::derive(move || options.clone())
            hint="Under both, nothing new starts once a credential is revoked."
        />
    }
}

#[component]
fn TypesField(
    /// The values.
    draft: AgentDraft,
) -> impl IntoView {
    let toggle = move |name: &'static str| {
        draft.types.update(|types| match types.iter().position(|other| other == name) {
            Some(place) => drop(types.remove(place)),
            None => types.push(name.to_owned()),
        });
    };
    let check = move |grant_type: GrantType| {
        let name = grant_type.as_str();
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=flag(move || draft.types.with(|types| types.iter().any(|other| other == name)))
                    on:change=checked(move |_| toggle(name))
                />
                <code>{name}</code>
            </label>
        }
        .into_any()
    };
    let note = word(move || {
        Some(if draft.types.with(Vec::is_empty) {
            "None ticked: every type is allowed."
        } else {
            "Only the ticked types may be granted to this agent, whoever issues."
        })
    });
    view! {
        <fieldset class="checks">
            <legend class="field-label">"Allowed grant types"</legend>
            {GrantType::ALL.into_iter().map(check).collect::<Vec<_>>()}
            <p class="field-note" role="status">
                {note}
            </p>
        </fieldset>
    }
}
