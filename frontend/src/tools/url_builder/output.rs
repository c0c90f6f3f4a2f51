//! The URL, readable and encoded, with the server's verdict on it.

use super::UrlBuilder;
use super::verdict::{Outcome, outcome};
use crate::components::copy_button::CopyButton;
use crate::components::icon::{Icon, IconName};
use crate::components::segmented::Segmented;
use crate::pages::applications::CurrentApplication;
use hasp_protocol::Problem;
use leptos::prelude::*;

/// The live URL.
#[component]
pub fn UrlOutput(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let shown = RwSignal::new(0_usize);
    let url = Memo::new(move |_| builder.url());
    let encoded =
        Signal::derive(move || url.with(hasp_protocol::authorization_url::AuthorizationUrl::to_encoded));
    let body = move || {
        if shown.get() == 1 {
            view! { <p class="url-encoded"><code data-testid="authorization-url">{encoded}</code></p> }
                .into_any()
        } else {
            view! { <ReadableUrl builder /> }.into_any()
        }
    };
    view! {
        <section class="card url-output" aria-labelledby="url-heading">
            <header class="card-header">
                <h2 id="url-heading">"Authorization URL"</h2>
                <Segmented label="Form of the URL" options=vec!["Readable", "Encoded"] chosen=shown on_choose=move |index| shown.set(index) />
            </header>
            {body}
            <OutcomeLine builder />
            <div class="card-actions">
                <CopyButton what="authorization URL" text=encoded />
                <a class="button" data-size="small" href=encoded target="_blank" rel="noreferrer">
                    <Icon name=IconName::External />
                    "Open"
                </a>
            </div>
        </section>
    }
}

/// One parameter a line, decoded.
#[component]
fn ReadableUrl(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let url = Memo::new(move |_| builder.url());
    let line = |(name, value): (String, String)| {
        view! {
            <div class="url-line">
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let lines = move || {
        url.with(|url| {
            url.parameters().map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        })
        .into_iter()
        .map(line)
        .collect_view()
    };
    view! {
        <p class="url-endpoint">
            <code>{move || url.with(|url| url.endpoint.clone())}</code>
        </p>
        <dl class="url-lines">{lines}</dl>
    }
}

/// What the server will do with the URL.
#[component]
fn OutcomeLine(
    /// The values.
    builder: UrlBuilder,
) -> impl IntoView {
    let application = CurrentApplication::expect();
    let outcome =
        Memo::new(move |_| application.get().map(|application| outcome(&builder.url(), &application)));
    let line = move || match outcome.get() {
        None => ().into_any(),
        Some(Outcome::Consent) => view! {
            <p class="outcome" data-tone="good">
                <Icon name=IconName::Check />
                <span>"The server shows the consent screen, after sign-in."</span>
            </p>
        }
        .into_any(),
        Some(Outcome::ErrorPage(problem)) => {
            view! { <Refusal lead="The server shows an error page" problem /> }.into_any()
        }
        Some(Outcome::ErrorRedirect(problem)) => {
            view! { <Refusal lead="The redirect URI gets an error" problem /> }.into_any()
        }
    };
    view! {
        <div role="status" class="outcome-frame">
            {line}
        </div>
    }
}

#[component]
fn Refusal(
    /// What the server does.
    lead: &'static str,
    /// Why.
    problem: Problem,
) -> impl IntoView {
    view! {
        <p class="outcome" data-tone="bad">
            <Icon name=IconName::Warning />
            <span>
                {lead} ": " <code>{problem.code().as_str()}</code> ". " {problem.public_text()} " " {problem.hint()}
            </span>
        </p>
    }
}
