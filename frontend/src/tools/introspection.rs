//! Test introspection: what the server says of a token, asked in the application's name (RFC 7662).

use crate::api::{Api, applications};
use crate::components::badge::{Badge, Tone};
use crate::components::code_block::CodeBlock;
use crate::components::dynamic::{dynamic, submit};
use crate::components::field::{TextField, TextKind};
use crate::components::problem_panel::FormProblem;
use crate::components::submit_button::SubmitButton;
use crate::pages::applications::CurrentApplication;
use crate::state::submission::Submission;
use hasp_protocol::secret::{Secret, SecretKind};
use leptos::prelude::*;
use serde_json::Value;

/// What stands at the field before anything is sent; the server decides all the rest.
fn token_fault(token: &str) -> Option<String> {
    let token = token.trim();
    if token.is_empty() {
        return Some("Paste a token that begins with hasp_agent_.".to_owned());
    }
    match Secret::parse(token) {
        Ok(secret) if matches!(secret.kind(), SecretKind::AgentTokenLive | SecretKind::AgentTokenTest) => {
            None
        }
        Ok(_) => Some("This is not an agent token: those begin with hasp_agent_.".to_owned()),
        Err(error) => Some(format!("This is not an agent token: {error}.")),
    }
}

/// A form for a token, and the answer.
#[component]
pub fn IntrospectionPanel() -> impl IntoView {
    let api = Api::expect();
    let application = CurrentApplication::expect();
    let token = RwSignal::new(String::new());
    let note = RwSignal::new(None);
    let answer = RwSignal::new(None::<Value>);
    let submission = Submission::default();
    let send = submit(move || {
        let pasted = token.get_untracked();
        note.set(token_fault(&pasted));
        answer.set(None);
        if !pasted.trim().is_empty() {
            let asked = applications::introspect(api, application.client_id(), pasted.trim().to_owned());
            submission.run(asked, move |value| answer.set(Some(value)));
        }
    });
    view! {
        <form class="form introspection" on:submit=send novalidate>
            <p class="muted">
                "The answer is what this application would get from " <code>"POST /v1/oauth/introspect"</code>
                ": only its own tokens are active to it. Your session authorises the call; no client secret is needed."
            </p>
            <TextField label="Access token" value=token kind=TextKind::Code placeholder="hasp_agent_…" error=note />
            <div class="form-actions">
                <SubmitButton label="Test token" pending_label="Asking" submission />
            </div>
            <FormProblem submission />
        </form>
        <div role="status">{dynamic(move || answer.get().map(|answer| view! { <IntrospectionAnswer answer /> }.into_any()).into_any())}</div>
    }
}

#[component]
fn IntrospectionAnswer(
    /// As the server sent it.
    answer: Value,
) -> impl IntoView {
    let is_active = answer.get("active") == Some(&Value::Bool(true));
    let code = serde_json::to_string_pretty(&answer).unwrap_or_default();
    let (tone, word) = if is_active { (Tone::Good, "Active") } else { (Tone::Bad, "Not active") };
    view! {
        <div class="introspection-answer">
            <Badge text=word tone />
            <CodeBlock what="introspection answer" code />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::token_fault;
    use hasp_protocol::secret::{Secret, SecretKind};
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn only_agent_tokens_pass_without_a_word() {
        let token = Secret::from_random(SecretKind::AgentTokenTest, [7; 20]);
        let key = Secret::from_random(SecretKind::ApiKeyLive, [7; 20]);

        assert_eq!(token_fault(&format!(" {} ", token.expose())), None);
        assert!(token_fault(key.expose()).is_some());
        assert!(token_fault("").is_some());
        assert!(token_fault("hasp_agent_short").is_some());
    }
}
