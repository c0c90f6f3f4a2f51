//! Application → Settings (R69-R71): what may change after registration; the next consent request shows it.

use super::CurrentApplication;
use crate::api::{Api, applications};
use crate::browser::document;
use crate::components::dynamic::submit;
use crate::components::field::{TextField, TextKind};
use crate::components::problem_panel::FormProblem;
use crate::components::redirect_uris_field::{RedirectUris, RedirectUrisField};
use crate::components::submit_button::SubmitButton;
use crate::state::submission::Submission;
use crate::state::toasts::Toasts;
use crate::tools::rules;
use hasp_protocol::api::application::{ApplicationChange, ApplicationStatus, ApplicationView};
use leptos::prelude::*;

/// The settings form.
#[component]
pub fn Settings() -> impl IntoView {
    let application = CurrentApplication::expect();
    let start = untrack(|| application.get());
    start.map(|view| view! { <SettingsForm view /> })
}

/// The members that differ from what is stored; those left out stay.
pub fn change(
    stored: &ApplicationView,
    name: &str,
    homepage: &str,
    icon: &str,
    uris: Vec<String>,
) -> ApplicationChange {
    let differs = |new: &str, old: &str| (new != old).then(|| new.to_owned());
    ApplicationChange {
        display_name: differs(name.trim(), &stored.display_name),
        redirect_uris: (uris != stored.redirect_uris).then_some(uris),
        homepage_url: differs(homepage.trim(), stored.homepage_url.as_deref().unwrap_or_default()),
        icon_url: differs(icon.trim(), stored.icon_url.as_deref().unwrap_or_default()),
    }
}

#[component]
fn SettingsForm(
    /// What is stored when the form opens.
    view: ApplicationView,
) -> impl IntoView {
    let api = Api::expect();
    let application = CurrentApplication::expect();
    let toasts = Toasts::expect();
    let name = RwSignal::new(view.display_name.clone());
    let homepage = RwSignal::new(view.homepage_url.clone().unwrap_or_default());
    let icon = RwSignal::new(view.icon_url.clone().unwrap_or_default());
    let uris = RedirectUris::new(&view.redirect_uris);
    let name_error = Signal::derive(move || rules::display_name(&name.get()));
    let homepage_error = Signal::derive(move || rules::homepage_url(&homepage.get()));
    let icon_error = Signal::derive(move || rules::icon_url(&icon.get()));
    let submission = Submission::default();
    let send = submit(move || {
        let are_uris_right = uris.check();
        let has_fault =
            [name_error, homepage_error, icon_error].iter().any(|error| error.get_untracked().is_some());
        if has_fault || !are_uris_right {
            document::focus_first_invalid("form");
            return;
        }
        let Some(stored) = untrack(|| application.get()) else { return };
        let change = untrack(|| change(&stored, &name.get(), &homepage.get(), &icon.get(), uris.entered()));
        submission.run(applications::edit(api, application.client_id(), change), move |view| {
            application.set(view);
            toasts.confirm("Settings saved. The next consent request shows them.");
        });
    });
    view! {
        <form class="form form-page" on:submit=send novalidate>
            <fieldset class="form-body" disabled=view.status == ApplicationStatus::Revoked>
                <TextField label="Display name" value=name hint="Shown on the consent screen." error=name_error />
                <TextField
                    label="Homepage URL"
                    value=homepage
                    kind=TextKind::Code
                    placeholder="https://app.example.com"
                    hint="Turns the name on the consent screen into a link."
                    error=homepage_error
                    is_optional=true
                />
                <TextField
                    label="Icon URL"
                    value=icon
                    kind=TextKind::Code
                    placeholder="https://app.example.com/icon.png"
                    hint="HTTPS, at least 48 by 48 pixels; drawn as a rounded square."
                    error=icon_error
                    is_optional=true
                />
                <RedirectUrisField uris />
                <FormProblem submission />
                <div class="form-actions">
                    <SubmitButton label="Save changes" pending_label="Saving" submission />
                </div>
            </fieldset>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::change;
    use hasp_protocol::api::application::{ApplicationChange, ApplicationStatus, ApplicationView};
    use hasp_protocol::{ClientType, Mode};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn stored() -> ApplicationView {
        ApplicationView {
            client_id: "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV".into(),
            display_name: "Calendar".into(),
            client_type: ClientType::Public,
            redirect_uris: vec!["https://app.example/cb".into()],
            homepage_url: Some("https://app.example".into()),
            icon_url: None,
            mode: Mode::Live,
            status: ApplicationStatus::Active,
            secrets: Vec::new(),
            active_credentials: 0,
            created_at: String::new(),
            updated_at: String::new(),
            revoked_at: None,
        }
    }

    #[wasm_bindgen_test]
    fn unchanged_settings_send_nothing() {
        let uris = stored().redirect_uris;

        assert_eq!(
            change(&stored(), " Calendar ", "https://app.example", "", uris),
            ApplicationChange::default()
        );
    }

    #[wasm_bindgen_test]
    fn an_emptied_url_is_sent_as_empty_text_and_clears_it() {
        let changed = change(&stored(), "Calendar", "", "", stored().redirect_uris);

        assert_eq!(changed.homepage_url.as_deref(), Some(""));
        assert_eq!(changed.icon_url, None);
    }
}
