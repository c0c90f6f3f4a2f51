//! The URL, readable and encoded, and the server's verdict on it.

use super::UrlBuilder;
use super::verdict::{Outcome, outcome};
use crate::components::copy_button::CopyButton;
use crate::components::dynamic::{dynamic, text};
use crate::components::icon::{Icon, IconName};
use crate::components::segmented::Segmented;
use crate::pages::applications::CurrentApplication;
use hasp_protocol::Problem;
use hasp_protocol::authorization_url::AuthorizationUrl;
use leptos::prelude::*;

/// The index of the encoded form in the switch.
const ENCODED: usize = 1;

/// The live URL in two forms.
#[component]
pub fn UrlForms(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let shown = RwSignal::new(0_usize);
    let body = dynamic(move || {
        if shown.get() == ENCODED {
            view! { <EncodedUrl builder /> }.into_any()
        } else {
            view! { <ReadableUrl builder /> }.into_any()
        }
    });
    view! {
        <div class="url-forms">
            <Segmented
                label="Form of the URL"
                options=vec!["Readable", "Encoded"]
                chosen=shown
                on_choose=move |index| shown.set(index)
            />
            {body}
        </div>
    }
}

/// As it goes over the wire.
#[component]
fn EncodedUrl(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    view! {
        <p class="url-encoded">
            <code data-testid="authorization-url">{text(move || builder.url().to_encoded())}</code>
        </p>
    }
}

/// One parameter a line, decoded.
#[component]
fn ReadableUrl(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let url = Memo::new(move |_| builder.url());
    let line = |(name, value): (&str, &str)| {
        view! {
            <div class="url-line">
                <dt>{name.to_owned()}</dt>
                <dd>{value.to_owned()}</dd>
            </div>
        }
        .into_any()
    };
    let lines = dynamic(move || url.with(|url| url.parameters().map(line).collect::<Vec<_>>().into_any()));
    view! {
        <p class="url-endpoint">
            <code>{text(move || url.with(|url| url.endpoint.clone()))}</code>
        </p>
        <dl class="url-lines">{lines}</dl>
    }
}

/// What the server will do with the URL, and the ways out with it.
#[component]
pub fn UrlOutcome(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let application = CurrentApplication::expect();
    let url = Memo::new(move |_| builder.url());
    let encoded = Signal::derive(move || url.with(AuthorizationUrl::to_encoded));
    let outcome =
        Memo::new(move |_| application.get().map(|application| url.with(|url| outcome(url, &application))));
    let line = dynamic(move || match outcome.get() {
        None => ().into_any(),
        Some(Outcome::Consent) => view! {
            <p class="outcome" data-tone="good">
                <Icon name=IconName::Check />
                <span>"The server shows the consent screen, after sign-in."</span>
            </p>
        }
        .into_any(),
        Some(Outcome::ErrorPage(problem)) => refusal("The server shows an error page", &problem),
        Some(Outcome::ErrorRedirect(problem)) => refusal("The redirect URI gets an error", &problem),
    });
    view! {
        <footer class="url-outcome">
            <div role="status" class="outcome-frame">
                {line}
            </div>
            <div class="url-outcome-actions">
                <CopyButton what="authorization URL" text=encoded />
                <a class="button" data-size="small" href=text(move || encoded.get()) target="_blank" rel="noreferrer">
                    <Icon name=IconName::External />
                    "Open"
                </a>
            </div>
        </footer>
    }
}

/// What the server does instead, and why.
fn refusal(lead: &'static str, problem: &Problem) -> AnyView {
    let (text, hint) = (problem.public_text(), problem.hint());
    // Some texts end with their own hint.
    let words = if text.contains(&hint) { text } else { format!("{}. {hint}", text.trim_end_matches('.')) };
    view! {
        <p class="outcome" data-tone="bad">
            <Icon name=IconName::Warning />
            <span>{lead} ": " <code>{problem.code().as_str()}</code> ". " {words}</span>
        </p>
    }
    .into_any()
}
