//! Applications → New Application (R4-R9): name, client type, redirect URIs, mode; the secret is shown once.

use crate::api::{Api, applications};
use crate::browser::document;
use crate::components::dynamic::{checked, flag, submit};
use crate::components::field::TextField;
use crate::components::link::{Link, LinkKind};
use crate::components::page_header::PageHeader;
use crate::components::problem_panel::FormProblem;
use crate::components::redirect_uris_field::{RedirectUris, RedirectUrisField};
use crate::components::secret_once::{SecretOnce, ShownSecret};
use crate::components::submit_button::SubmitButton;
use crate::route::{ApplicationTab, Page};
use crate::state::navigation::Navigation;
use crate::state::submission::Submission;
use crate::tools::rules;
use hasp_protocol::api::application::{ApplicationCreated, NewApplication};
use hasp_protocol::{ClientType, Mode};
use leptos::prelude::*;

/// The registration form.
#[component]
pub fn NewApplicationPage() -> impl IntoView {
    let api = Api::expect();
    let navigation = Navigation::expect();
    let name = RwSignal::new(String::new());
    let is_checked = RwSignal::new(false);
    let name_error = Memo::new(move |_| is_checked.get().then(|| rules::display_name(&name.get())).flatten());
    let client_type = RwSignal::new(ClientType::Confidential);
    let mode = RwSignal::new(Mode::Live);
    let uris = RedirectUris::new(&[]);
    let submission = Submission::default();
    let secret = RwSignal::new(None);
    let created_id = RwSignal::new(String::new());
    let open = Callback::new(move |()| {
        navigation.go(&Page::Application(created_id.get_untracked(), ApplicationTab::Overview));
    });
    let created = move |ApplicationCreated { application, client_secret }| {
        created_id.set(application.client_id.clone());
        match client_secret {
            Some(client_secret) => secret.set(Some(ShownSecret {
                title: "Client secret of".into(),
                what: "client secret".into(),
                file_name: format!("{}.secret.txt", application.client_id),
                owner: application.display_name,
                secret: client_secret,
            })),
            None => open.run(()),
        }
    };
    let send = submit(move || {
        is_checked.set(true);
        let are_uris_right = uris.check();
        if name_error.get_untracked().is_some() || !are_uris_right {
            document::focus_first_invalid("form");
            return;
        }
        let application = NewApplication {
            display_name: name.get_untracked().trim().to_owned(),
            client_type: client_type.get_untracked(),
            redirect_uris: uris.entered(),
            mode: mode.get_untracked(),
            homepage_url: None,
            icon_url: None,
        };
        submission.run(applications::create(api, application), created);
    });
    view! {
        <Link to=Page::Applications kind=LinkKind::Back>"Applications"</Link>
        <PageHeader title="New Application" />
        <form class="form form-page" on:submit=send novalidate>
            <TextField
                label="Display name"
                value=name
                hint="People see this name on the consent screen. It can be changed later."
                error=name_error
            />
            <ClientTypeChoice client_type />
            <RedirectUrisField uris />
            <ModeChoice mode />
            <FormProblem submission />
            <div class="form-actions">
                <SubmitButton label="Register application" pending_label="Registering" submission />
                <Link to=Page::Applications kind=LinkKind::Button>"Cancel"</Link>
            </div>
        </form>
        <SecretOnce secret on_saved=open />
    }
}

#[component]
fn ClientTypeChoice(
    /// The choice.
    client_type: RwSignal<ClientType>,
) -> impl IntoView {
    view! {
        <fieldset class="cards-choice">
            <legend class="field-label">"Client type"</legend>
            <CardChoice
                group="client-type"
                title="Confidential"
                text="Runs on a server that can keep a secret. A secret is issued and shown once."
                is_chosen=Signal::derive(move || client_type.get() == ClientType::Confidential)
                on_choose=move |()| client_type.set(ClientType::Confidential)
            />
            <CardChoice
                group="client-type"
                title="Public"
                text="Runs where others can read it: browser, desktop, phone. PKCE only, no secret."
                is_chosen=Signal::derive(move || client_type.get() == ClientType::Public)
                on_choose=move |()| client_type.set(ClientType::Public)
            />
            <p class="field-note">"Fixed after registration."</p>
        </fieldset>
    }
}

#[component]
fn ModeChoice(
    /// The choice.
    mode: RwSignal<Mode>,
) -> impl IntoView {
    view! {
        <fieldset class="cards-choice">
            <legend class="field-label">"Mode"</legend>
            <CardChoice
                group="mode"
                title="Live"
                text="Its credentials reach live data."
                is_chosen=Signal::derive(move || mode.get() == Mode::Live)
                on_choose=move |()| mode.set(Mode::Live)
            />
            <CardChoice
                group="mode"
                title="Test"
                text="Same endpoints, test credentials: they never reach live data."
                is_chosen=Signal::derive(move || mode.get() == Mode::Test)
                on_choose=move |()| mode.set(Mode::Test)
            />
            <p class="field-note">"Fixed after registration."</p>
        </fieldset>
    }
}

#[component]
fn CardChoice(
    /// The radio buttons that exclude each other.
    group: &'static str,
    /// The choice in a word.
    title: &'static str,
    /// What it means in a line.
    text: &'static str,
    /// Whether it is chosen.
    is_chosen: Signal<bool>,
    /// Chooses it.
    #[prop(into)]
    on_choose: Callback<()>,
) -> impl IntoView {
    view! {
        <label class="cards-choice-card">
            <input
                type="radio"
                name=group
                prop:checked=flag(move || is_chosen.get())
                aria-describedby=format!("{group}-{title}")
                aria-label=title
                on:change=checked(move |_| on_choose.run(()))
            />
            <span class="cards-choice-title">{title}</span>
            <span class="cards-choice-text" id=format!("{group}-{title}")>
                {text}
            </span>
        </label>
    }
}
