//! The whole flow as a program in four languages (R15), for the values that are chosen in the builder.

use crate::components::code_block::CodeBlock;
use crate::components::dynamic::word;
use crate::components::panel_tabs::{TabList, TabPanel, TabSet};
use crate::pages::applications::CurrentApplication;
use crate::state::session::Session;
use crate::tools::url_builder::UrlBuilder;
use hasp_protocol::ClientType;
use hasp_protocol::snippet::{self, SnippetInput, SnippetLanguage};
use leptos::prelude::*;
use serde_json::Value;

/// The tabs of the languages.
#[component]
pub fn Snippets(
    /// Gives the chosen values.
    builder: UrlBuilder,
) -> impl IntoView {
    let application = CurrentApplication::expect();
    let issuer = Session::expect().issuer();
    let tabs = TabSet::new();
    // While the grants are no JSON, the programs keep the last value that was.
    let details = Memo::new(move |last: Option<&Value>| {
        let value = builder.grants.verdict.with(|verdict| verdict.value.clone());
        value.or_else(|| last.cloned()).unwrap_or_else(|| Value::Array(Vec::new()))
    });
    let input = Memo::new(move |_| {
        application.get().map(|application| SnippetInput {
            issuer: issuer.clone(),
            client_id: application.client_id,
            client_type: application.client_type,
            redirect_uri: builder.redirect_uri.get(),
            agent_id: builder.agent_id.get(),
            authorization_details: details.get(),
        })
    });
    let is_confidential = move || {
        application.get().is_some_and(|application| application.client_type == ClientType::Confidential)
    };
    let panel = {
        let tabs = tabs.clone();
        move |(index, language): (usize, SnippetLanguage)| {
            let code = Signal::derive(move || {
                input.with(|input| {
                    input.as_ref().map(|input| snippet::render(language, input)).unwrap_or_default()
                })
            });
            let what = format!("{} program", language.title());
            view! {
                <TabPanel tabs=tabs.clone() index>
                    <p class="muted snippet-file">
                        "Save as " <code>{language.file_name()}</code>
                        {word(move || is_confidential().then_some(" and set HASP_CLIENT_SECRET in its environment."))}
                    </p>
                    <CodeBlock what=what.clone() code />
                </TabPanel>
            }
            .into_any()
        }
    };
    view! {
        <div class="snippets">
            <TabList label="Language" tabs=tabs.clone() names=SnippetLanguage::ALL.iter().map(|language| language.title()).collect() />
            {SnippetLanguage::ALL.into_iter().enumerate().map(panel).collect::<Vec<_>>()}
        </div>
    }
}
