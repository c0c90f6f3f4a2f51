//! What surrounds every page: skip link, navigation, account menu, live region, confirmations, password dialog.

use crate::api::{Api, ApiProblem, session};
use crate::browser::location;
use crate::components::dynamic::{dynamic, text};
use crate::components::icon::{Icon, IconName};
use crate::components::loaded::loaded;
use crate::components::reauthentication_dialog::ReauthenticationDialog;
use crate::components::segmented::Segmented;
use crate::components::skeleton::SkeletonPage;
use crate::components::toast::ToastCorner;
use crate::route;
use crate::state::announcer::Announcer;
use crate::state::session::Session;
use crate::state::submission::Submission;
use crate::state::theme::{Theme, ThemeContext};
use hasp_protocol::api::session::SessionView;
use leptos::prelude::*;
use leptos_router::components::A;

/// The frame around the pages; they appear once the server has told who is signed in.
#[component]
pub fn Shell(
    /// Filled by `first_answer`.
    session: Session,
    /// The question who is signed in.
    first_answer: LocalResource<Result<(), ApiProblem>>,
    /// The routes.
    children: ChildrenFn,
) -> impl IntoView {
    let announcer = Announcer::expect();
    let skeleton = || view! { <SkeletonPage /> }.into_any();
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="shell">
            <header class="shell-bar">
                <A href=route::applications() attr:class="shell-brand">
                    <svg class="shell-logo" viewBox="0 0 24 24" aria-hidden="true">
                        <path d="M4 7h9a5 5 0 0 1 0 10H4M4 12h9M17.5 12h3" />
                    </svg>
                    "HASP"
                </A>
                <Navigation />
                {dynamic(move || session.view().map(|view| view! { <Account view /> }.into_any()).into_any())}
            </header>
            <main id="main" class="shell-main" tabindex="-1">
                {loaded(first_answer, skeleton, move |()| children().into_any())}
            </main>
        </div>
        <ToastCorner />
        <div class="visually-hidden" aria-live="polite">
            {text(move || announcer.text())}
        </div>
        <ReauthenticationDialog />
    }
}

#[component]
fn Navigation() -> impl IntoView {
    view! {
        <nav class="shell-navigation" aria-label="Developer Console">
            <p class="shell-navigation-title">"Developer Console"</p>
            <ul>
                <li>
                    <A href=route::applications()>
                        <Icon name=IconName::Applications />
                        "Applications"
                    </A>
                </li>
                <li>
                    <A href=route::agents()>
                        <Icon name=IconName::Agents />
                        "Agents"
                    </A>
                </li>
                <li>
                    <A href=route::audit()>
                        <Icon name=IconName::Audit />
                        "Audit log"
                    </A>
                </li>
            </ul>
        </nav>
    }
}

/// Who is signed in, and what they may do about it. The popover closes by itself on Escape and on a click elsewhere.
#[component]
fn Account(
    /// The session.
    view: SessionView,
) -> impl IntoView {
    let SessionView { user, organization, .. } = view;
    view! {
        <div class="account">
            <button type="button" class="account-button" popovertarget="account-menu" aria-label="Account">
                <span class="account-initial" aria-hidden="true">{initial(&user.display_name)}</span>
                <span class="account-names">
                    <span class="account-name">{user.display_name.clone()}</span>
                    <span class="account-organization">{organization.name.clone()}</span>
                </span>
            </button>
            <div id="account-menu" class="account-menu" popover="auto">
                <p class="account-menu-name">{user.display_name}</p>
                <p class="account-menu-facts">{user.email}</p>
                <p class="account-menu-facts">
                    {organization.name} ", " {user.role.as_str()}
                </p>
                <ThemeSwitch />
                <SignOutButtons />
            </div>
        </div>
    }
}

#[component]
fn ThemeSwitch() -> impl IntoView {
    let theme = ThemeContext::expect();
    let chosen = Signal::derive(move || {
        Theme::ALL.iter().position(|choice| *choice == theme.get()).unwrap_or_default()
    });
    view! {
        <div class="account-menu-theme">
            <span aria-hidden="true">"Theme"</span>
            <Segmented
                label="Theme"
                options=Theme::ALL.iter().map(|theme| theme.label()).collect()
                chosen
                on_choose=move |index| theme.choose(Theme::ALL[index])
            />
        </div>
    }
}

#[component]
fn SignOutButtons() -> impl IntoView {
    let api = Api::expect();
    let submission = Submission::default();
    let leave = |()| location::leave_for("/sign-in");
    view! {
        <button
            type="button"
            class="button"
            data-kind="quiet"
            on:click=move |_| submission.run(session::sign_out(api), leave)
        >
            "Sign out"
        </button>
        <button
            type="button"
            class="button"
            data-kind="quiet"
            on:click=move |_| submission.run(session::sign_out_everywhere(api), leave)
        >
            "Sign out everywhere"
        </button>
        <p class="field-error" role="alert">
            {text(move || submission.problem().map(|problem| problem.to_string()).unwrap_or_default())}
        </p>
    }
}

/// The first letter of a name, for the round mark.
fn initial(name: &str) -> String {
    name.trim().chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default()
}
