//! Parts of the console in a real browser: what a person sees and does, without a server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use gloo_timers::future::TimeoutFuture;
use hasp_console::browser::random;
use hasp_console::components::chips_field::ChipsField;
use hasp_console::components::dialog::Dialog;
use hasp_console::components::field::TextField;
use hasp_console::components::panel_tabs::{TabList, TabPanel, TabSet};
use hasp_console::components::redirect_uris_field::{RedirectUris, RedirectUrisField};
use hasp_console::components::secret_once::{SecretOnce, ShownSecret};
use hasp_console::tools::grant_builder::GrantEditor;
use hasp_console::tools::grant_builder::field::Grants;
use hasp_console::tools::schema_verdict::SchemaWorker;
use hasp_protocol::pkce;
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::task::tick;
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::*;
use web_sys::{
    Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent,
};

wasm_bindgen_test_configure!(run_in_browser);

/// A part of the page with one mounted view; dropping it takes the view away.
struct Stage<S: Mountable> {
    root: HtmlElement,
    _view: UnmountHandle<S>,
}

/// Mounts a view of its own.
fn show<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Stage<<View<V> as Render>::State> {
    let document = web_sys::window().unwrap().document().unwrap();
    let root: HtmlElement = document.create_element("div").unwrap().unchecked_into();
    document.body().unwrap().append_child(&root).unwrap();
    Stage { _view: mount_to(root.clone(), move || view().into_view()), root }
}

impl<S: Mountable> Stage<S> {
    fn find<E: JsCast>(&self, selector: &str) -> E {
        let found = self.root.query_selector(selector).unwrap();
        found.unwrap_or_else(|| panic!("nothing matches {selector}")).unchecked_into()
    }

    fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    fn button(&self, name: &str) -> HtmlElement {
        let buttons = self.root.query_selector_all("button").unwrap();
        let found = (0..buttons.length()).filter_map(|index| buttons.item(index)).find(|button| {
            let element: &Element = button.unchecked_ref();
            element.get_attribute("aria-label").as_deref() == Some(name)
                || element.text_content().as_deref() == Some(name)
        });
        found.unwrap_or_else(|| panic!("no button {name}")).unchecked_into()
    }
}

/// Waits until effects and the browser's own tasks have run.
async fn settled() {
    tick().await;
    TimeoutFuture::new(20).await;
}

fn enter(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    input.dispatch_event(&bubbling("input")).unwrap();
}

fn press_key(target: &HtmlElement, key: &str) {
    let options = web_sys::KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    target.dispatch_event(&event).unwrap();
}

fn bubbling(name: &str) -> Event {
    let options = web_sys::EventInit::new();
    options.set_bubbles(true);
    options.set_cancelable(true);
    Event::new_with_event_init_dict(name, &options).unwrap()
}

#[wasm_bindgen_test]
async fn a_field_is_joined_to_its_label_and_to_its_error() {
    let error = RwSignal::new(None::<String>);
    let stage = show(
        move || view! { <TextField label="Display name" value=RwSignal::new(String::new()) hint="Shown to people." error /> },
    );
    let input: HtmlInputElement = stage.find("input");
    let note: Element = stage.find(&format!("#{}", input.get_attribute("aria-describedby").unwrap()));
    assert_eq!(stage.find::<Element>("label").get_attribute("for").unwrap(), input.id());
    assert_eq!(note.text_content().unwrap(), "Shown to people.");
    assert_eq!(input.get_attribute("aria-invalid"), None);

    error.set(Some("Too short.".into()));
    settled().await;

    assert_eq!(note.text_content().unwrap(), "Too short.");
    assert_eq!(input.get_attribute("aria-invalid").unwrap(), "true");
}

#[wasm_bindgen_test]
async fn a_dialog_opens_as_a_modal_and_tells_its_owner_when_it_is_cancelled() {
    let is_open = RwSignal::new(false);
    let stage = show(move || {
        view! {
            <Dialog title="Question" is_open on_close=move |()| is_open.set(false)>
                "Content"
            </Dialog>
        }
    });
    let dialog: HtmlDialogElement = stage.find("dialog");
    settled().await;
    assert!(!dialog.open());

    is_open.set(true);
    settled().await;
    assert!(dialog.matches(":modal").unwrap());
    dialog.dispatch_event(&bubbling("cancel")).unwrap();
    settled().await;

    assert!(!is_open.get_untracked());
    assert!(!dialog.open());
}

// R9: the secret is shown once; closing by accident must not lose it.
#[wasm_bindgen_test]
async fn a_secret_stays_until_the_person_says_that_it_is_saved() {
    let secret = RwSignal::new(Some(ShownSecret {
        title: "Client secret of".into(),
        what: "client secret".into(),
        owner: "Calendar".into(),
        file_name: "secret.txt".into(),
        secret: "hasp_cs_test_x".into(),
    }));
    let stage = show(move || view! { <SecretOnce secret /> });
    settled().await;
    let dialog: HtmlDialogElement = stage.find("dialog");
    assert!(dialog.open());

    dialog.dispatch_event(&bubbling("cancel")).unwrap();
    dialog.close();
    settled().await;
    assert!(dialog.open(), "Escape, even twice, does not close it");

    stage.button("Done").click();
    settled().await;
    assert!(secret.get_untracked().is_some(), "Done alone does not close it");
    stage.find::<HtmlInputElement>("input[type=checkbox]").click();
    stage.button("Done").click();
    settled().await;

    assert!(secret.get_untracked().is_none());
    assert!(!dialog.open());
}

#[wasm_bindgen_test]
async fn tabs_move_by_arrow_keys_and_only_the_chosen_panel_has_content() {
    let stage = show(|| {
        let tabs = TabSet::new();
        view! {
            <TabList label="Tabs" tabs=tabs.clone() names=vec!["One", "Two"] />
            <TabPanel tabs=tabs.clone() index=0>"first"</TabPanel>
            <TabPanel tabs index=1>"second"</TabPanel>
        }
    });
    settled().await;
    let first: HtmlElement = stage.find("[role=tab]");
    assert_eq!(first.get_attribute("aria-selected").unwrap(), "true");

    press_key(&first, "ArrowLeft");
    settled().await;

    let panel: HtmlElement = stage.find("[role=tabpanel]:not([hidden])");
    assert_eq!(panel.text_content().unwrap(), "second");
    assert_eq!(first.get_attribute("tabindex").unwrap(), "-1");
}

#[wasm_bindgen_test]
async fn chips_are_added_by_enter_and_taken_away_by_backspace() {
    let words = RwSignal::new(Vec::<String>::new());
    let stage = show(move || view! { <ChipsField label="entities" words /> });
    let input: HtmlInputElement = stage.find("input");

    enter(&input, "patient_intake, patient_profile");
    press_key(&input, "Enter");
    settled().await;
    assert_eq!(words.get_untracked(), ["patient_intake", "patient_profile"]);
    assert_eq!(input.value(), "");
    press_key(&input, "Backspace");
    settled().await;

    assert_eq!(words.get_untracked(), ["patient_intake"]);
    assert_eq!(stage.count("li"), 1);
}

// R6: exact callback URLs; the rule speaks while the URL is typed.
#[wasm_bindgen_test]
async fn a_refused_redirect_uri_says_why_beside_itself() {
    let uris = RedirectUris::new(&[]);
    let stage = show(move || view! { <RedirectUrisField uris /> });
    enter(&stage.find("input"), "http://app.example/callback");
    settled().await;
    assert_eq!(stage.count("input[aria-invalid=true]"), 1);
    assert!(!uris.check());

    enter(&stage.find("input"), "https://app.example/callback");
    stage.button("Add redirect URI").click();
    settled().await;

    assert_eq!(stage.count("input[aria-invalid=true]"), 0);
    assert_eq!(stage.count("input"), 2);
    assert_eq!(uris.entered(), ["https://app.example/callback"]);
}

// R57: forms and JSON are two views of one value, and invalid text is never lost.
#[wasm_bindgen_test]
async fn grants_keep_what_was_typed_across_both_views() {
    let grants = Grants::new(&json!([{ "type": "external.tool.invoke", "tool_id": "web.search" }]));
    let stage = show(move || {
        SchemaWorker::provide();
        view! { <GrantEditor grants /> }
    });
    settled().await;
    let rate_limit: HtmlInputElement = stage.find("input[inputmode=numeric]");
    enter(&rate_limit, "many");
    settled().await;
    assert_eq!(rate_limit.get_attribute("aria-invalid").unwrap(), "true");
    assert_eq!(rate_limit.value(), "many");

    stage.find::<HtmlElement>(".segmented label:last-child input").click();
    settled().await;
    let text: HtmlTextAreaElement = stage.find("textarea");
    assert!(text.value().contains(r#""rate_limit": "many""#), "{}", text.value());
    text.set_value("[{\"type\":");
    text.dispatch_event(&bubbling("input")).unwrap();
    stage.find::<HtmlElement>(".segmented label:first-child input").click();
    settled().await;

    assert_eq!(stage.count("fieldset:disabled"), 1);
    stage.button("Correct the JSON").click();
    settled().await;
    assert_eq!(stage.find::<HtmlTextAreaElement>("textarea").value(), "[{\"type\":");
}

// R52: PKCE with fresh randomness for every request.
#[wasm_bindgen_test]
fn verifiers_are_fresh_and_give_challenges() {
    let make = || pkce::verifier_from_random(random::bytes::<32>().unwrap());
    let (first, second) = (make(), make());

    assert_ne!(first, second);
    assert!(pkce::is_challenge(&pkce::challenge_from_verifier(&first).unwrap()));
}
