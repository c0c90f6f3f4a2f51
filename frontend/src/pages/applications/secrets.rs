//! Application → Secrets: rotation with a grace period (R28-R30), and revocation for good (R31, R32).

use super::CurrentApplication;
use crate::api::{Api, applications};
use crate::components::button::{Button, ButtonKind};
use crate::components::confirm_dialog::{ConfirmDialog, Confirmation};
use crate::components::dialog::Dialog;
use crate::components::dynamic::{dynamic, submit, text, typed, when};
use crate::components::empty_state::EmptyState;
use crate::components::problem_panel::FormProblem;
use crate::components::secret_once::{SecretOnce, ShownSecret};
use crate::components::submit_button::SubmitButton;
use crate::components::time::RelativeTime;
use crate::state::id;
use crate::state::submission::Submission;
use crate::state::toasts::Toasts;
use crate::tools::words;
use hasp_protocol::ClientType;
use hasp_protocol::api::application::{
    ApplicationStatus, ApplicationView, ClientSecretView, RotateSecret, SecretRotated,
};
use hasp_protocol::limits::GRACE_HOURS_MAX;
use leptos::prelude::*;

/// Secrets and the danger zone.
#[component]
pub fn Secrets() -> impl IntoView {
    let application = CurrentApplication::expect();
    let body = dynamic(move || {
        let Some(view) = application.get() else { return ().into_any() };
        match view.client_type {
            ClientType::Confidential => view! { <SecretTable view /> }.into_any(),
            ClientType::Public => view! {
                <EmptyState
                    title="A public application has no secret"
                    text="It proves itself by PKCE alone: who exchanges a code must know the verifier whose challenge began the request."
                />
            }
            .into_any(),
        }
    });
    view! {
        <section class="card" aria-labelledby="secrets-heading">
            <header class="card-header">
                <h2 id="secrets-heading">"Client secrets"</h2>
                <RotateButton />
            </header>
            {body}
        </section>
        <DangerZone />
    }
}

#[component]
fn SecretTable(
    /// The application with its secrets.
    view: ApplicationView,
) -> impl IntoView {
    let rows =
        view.secrets.into_iter().map(|secret| view! { <SecretRow secret /> }.into_any()).collect::<Vec<_>>();
    view! {
        <div class="table-frame">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Secret"</th>
                        <th scope="col">"Created"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col">"Ends"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn SecretRow(
    /// One secret.
    secret: ClientSecretView,
) -> impl IntoView {
    let last_used = match secret.last_used_at {
        Some(iso) => view! { <RelativeTime iso /> }.into_any(),
        None => view! { <span class="muted">"never"</span> }.into_any(),
    };
    let ends = match secret.expires_at {
        Some(iso) => view! { <span class="badge" data-tone="notice"><RelativeTime iso /></span> }.into_any(),
        None => view! { <span class="muted">"when rotated"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                <code>"…" {secret.last_four}</code>
            </th>
            <td data-label="Created">
                <RelativeTime iso=secret.created_at />
            </td>
            <td data-label="Last used">{last_used}</td>
            <td data-label="Ends">{ends}</td>
        </tr>
    }
}

#[component]
fn RotateButton() -> impl IntoView {
    let application = CurrentApplication::expect();
    let is_open = RwSignal::new(false);
    let secret = RwSignal::new(None);
    let can_rotate = move || {
        application.get().is_some_and(|view| {
            view.client_type == ClientType::Confidential && view.status == ApplicationStatus::Active
        })
    };
    let button = move || {
        view! {
            <Button label="Rotate client secret" on_press=move |()| is_open.set(true) />
        }
        .into_any()
    };
    view! {
        {when(can_rotate, button)}
        <Dialog title="Rotate client secret" is_open on_close=move |()| is_open.set(false)>
            <RotateForm is_open secret />
        </Dialog>
        <SecretOnce secret />
    }
}

/// Says what a grace period means.
fn grace_effect(hours: u32) -> String {
    match hours {
        0 => "The old secret stops working at once.".to_owned(),
        1 => "The old secret works for one more hour.".to_owned(),
        _ => format!("The old secret works for {hours} more hours."),
    }
}

#[component]
fn RotateForm(
    /// Closes the dialog.
    is_open: RwSignal<bool>,
    /// Gets the new secret.
    secret: RwSignal<Option<ShownSecret>>,
) -> impl IntoView {
    let api = Api::expect();
    let application = CurrentApplication::expect();
    let hours = RwSignal::new(GRACE_HOURS_MAX);
    let submission = Submission::default();
    let control_id = id::next("grace");
    let rotated = move |SecretRotated { application: view, client_secret }| {
        is_open.set(false);
        secret.set(Some(ShownSecret {
            title: "New client secret of".into(),
            what: "client secret".into(),
            owner: view.display_name.clone(),
            file_name: format!("{}.secret.txt", view.client_id),
            secret: client_secret,
        }));
        application.set(view);
    };
    let send = submit(move || {
        let rotation = RotateSecret { grace_period_hours: hours.get_untracked() };
        submission.run(applications::rotate_secret(api, application.client_id(), rotation), rotated);
    });
    view! {
        <form class="form" on:submit=send>
            <p>"A new secret is made and shown once. Tokens that were issued stay valid."</p>
            <div class="field">
                <label class="field-label" for=control_id.clone()>
                    "Grace period in hours"
                </label>
                <div class="grace">
                    <input
                        id=control_id.clone()
                        type="range"
                        min="0"
                        max=GRACE_HOURS_MAX.to_string()
                        step="1"
                        aria-describedby=format!("{control_id}-note")
                        prop:value=text(move || hours.get().to_string())
                        on:input=typed(move |text| hours.set(text.parse().unwrap_or_default()))
                    />
                    <output for=control_id.clone()>{text(move || format!("{} h", hours.get()))}</output>
                </div>
                <p class="field-note" id=format!("{control_id}-note")>
                    {text(move || grace_effect(hours.get()))}
                    " At most two secrets work at a time: rotating again ends the oldest."
                </p>
            </div>
            <FormProblem submission />
            <div class="dialog-actions">
                <Button label="Cancel" on_press=move |()| is_open.set(false) />
                <SubmitButton label="Rotate secret" pending_label="Rotating" submission />
            </div>
        </form>
    }
}

#[component]
fn DangerZone() -> impl IntoView {
    let api = Api::expect();
    let application = CurrentApplication::expect();
    let toasts = Toasts::expect();
    let is_open = RwSignal::new(false);
    let submission = Submission::default();
    let confirmation = Signal::derive(move || {
        let (name, credentials) =
            application.map(|view| (view.display_name.clone(), view.active_credentials));
        Confirmation {
            title: "Revoke this application?".into(),
            effect: format!(
                "{name} ends for good, and with it {}. This cannot be undone: a new registration gets a new client ID, and people must approve it again.",
                words::credentials(credentials)
            ),
            confirm: "Revoke application".into(),
            confirming: "Revoking".into(),
            typed: Some(name),
        }
    });
    let revoke = move |()| {
        submission.run(applications::revoke(api, application.client_id()), move |answer| {
            is_open.set(false);
            toasts.confirm(format!("Application revoked. {}", words::ended(answer.revoked_credentials)));
            application.set(answer.application);
        });
    };
    let is_active = move || application.get().is_some_and(|view| view.status == ApplicationStatus::Active);
    let zone = move || {
        view! {
            <section class="card danger-zone" aria-labelledby="danger-heading">
                <header class="card-header">
                    <h2 id="danger-heading">"Danger zone"</h2>
                </header>
                <div class="danger-zone-row">
                    <p>
                        <strong>"Revoke this application"</strong>
                        <br />
                        <span class="muted">"Ends it and every credential issued through it, at once and for good."</span>
                    </p>
                    <Button
                        label="Revoke application"
                        kind=ButtonKind::Danger
                        on_press=move |()| is_open.set(true)
                    />
                </div>
            </section>
        }
        .into_any()
    };
    view! {
        {when(is_active, zone)}
        <ConfirmDialog confirmation is_open submission on_confirm=revoke />
    }
}

#[cfg(test)]
mod tests {
    use super::grace_effect;
    use wasm_bindgen_test::wasm_bindgen_test;

    // R29: 0-24 hours.
    #[wasm_bindgen_test]
    fn the_effect_of_the_grace_period_is_said_in_words() {
        assert_eq!(grace_effect(0), "The old secret stops working at once.");
        assert_eq!(grace_effect(1), "The old secret works for one more hour.");
        assert_eq!(grace_effect(24), "The old secret works for 24 more hours.");
    }
}
