//! What surrounds every page: skip link, navigation, account menu, live region, confirmations, password dialog.

use crate::api::{Api, session};
use crate::browser::location;
use crate::components::button::{Button, ButtonKind};
use crate::components::dynamic::{dynamic, text};
use crate::components::icon::{Icon, IconName};
use crate::components::link::{Link, LinkKind, Marks};
use crate::components::reauthentication_dialog::ReauthenticationDialog;
use crate::components::segmented::Segmented;
use crate::components::toast::ToastCorner;
use crate::route::Page;
use crate::state::announcer::Announcer;
use crate::state::session::Session;
use crate::state::submission::Submission;
use crate::state::theme::{Theme, ThemeContext};
use hasp_protocol::api::session::SessionView;
use leptos::prelude::*;

/// The frame around the pages.
#[component]
pub fn Shell(
    /// Shown once it is known.
    session: Session,
    /// The page.
    children: Children,
) -> impl IntoView {
    let announcer = Announcer::expect();
    view! {
        <a class="skip-link" href="#main">"Skip to content"</a>
        <div class="shell">
            <header class="shell-bar">
                <Link to=Page::Applications kind=LinkKind::Brand>
                    <svg class="shell-logo" viewBox="0 0 24 24" aria-hidden="true">
                        <path d="M4 7h9a5 5 0 0 1 0 10H4M4 12h9M17.5 12h3" />
                    </svg>
                    "HASP"
                </Link>
                <Navigation />
                {dynamic(move || session.view().map(|view| view! { <Account view /> }.into_any()).into_any())}
            </header>
            <main id="main" class="shell-main" tabindex="-1">
                {children()}
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
                    <Link to=Page::Applications marks=Marks::Section>
                        <Icon name=IconName::Applications />
                        "Applications"
                    </Link>
                </li>
                <li>
                    <Link to=Page::Agents marks=Marks::Section>
                        <Icon name=IconName::Agents />
                        "Agents"
                    </Link>
                </li>
                <li>
                    <Link to=Page::Audit marks=Marks::Section>
                        <Icon name=IconName::Audit />
                        "Audit log"
                    </Link>
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
        <Button
            label="Sign out"
            kind=ButtonKind::Quiet
            on_press=move |()| submission.run(session::sign_out(api), leave)
        />
        <Button
            label="Sign out everywhere"
            kind=ButtonKind::Quiet
            on_press=move |()| submission.run(session::sign_out_everywhere(api), leave)
        />
        <p class="field-error" role="alert">
            {text(move || submission.problem().map(|problem| problem.to_string()).unwrap_or_default())}
        </p>
    }
}

/// The first letter of a name, for the round mark.
fn initial(name: &str) -> String {
    name.trim().chars().next().map(|first| first.to_ascii_uppercase().to_string()).unwrap_or_default()
}
