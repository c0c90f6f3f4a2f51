//! Shows a secret for the only time there is (R9), and does not go away by accident.

use super::button::Button;
use super::copy_button::CopyText;
use super::dialog::Dialog;
use super::dynamic::{checked, dynamic, flag, submit, word};
use super::icon::{Icon, IconName};
use crate::browser::download;
use leptos::ev;
use leptos::prelude::*;

/// A secret that the server told this once.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownSecret {
    /// The heading: `Save the client secret`.
    pub title: String,
    /// What it is, in words: `client secret`.
    pub what: String,
    /// What it belongs to, shown above it and written into the file.
    pub owner: String,
    /// The name of the file that is offered.
    pub file_name: String,
    /// The secret itself.
    pub secret: String,
}

/// The dialog; it closes only after the person says that the secret is saved.
#[component]
pub fn SecretOnce(
    /// The secret, or `None` while there is nothing to show; set to `None` when it is saved.
    secret: RwSignal<Option<ShownSecret>>,
    /// Called after it was saved and forgotten.
    #[prop(optional, into)]
    on_saved: Option<Callback<()>>,
) -> impl IntoView {
    let is_open = Signal::derive(move || secret.with(Option::is_some));
    let leaving = window_event_listener(ev::beforeunload, move |event| {
        if is_open.get_untracked() {
            event.prevent_default();
        }
    });
    on_cleanup(move || leaving.remove());
    let done = Callback::new(move |()| {
        secret.set(None);
        if let Some(on_saved) = on_saved {
            on_saved.run(());
        }
    });
    view! {
        <Dialog title="Save this secret now" is_open on_close=|()| () is_persistent=true>
            {dynamic(move || secret.get().map(|secret| view! { <SecretBody secret on_saved=done /> }.into_any()).into_any())}
        </Dialog>
    }
}

#[component]
fn SecretBody(
    /// The secret.
    secret: ShownSecret,
    /// Called when the person says that it is saved.
    on_saved: Callback<()>,
) -> impl IntoView {
    let is_saved = RwSignal::new(false);
    let is_refused = RwSignal::new(false);
    let is_download_refused = RwSignal::new(false);
    let ShownSecret { title, what, owner, file_name, secret } = secret;
    let text = secret.clone();
    let save =
        move |_| is_download_refused.set(download::save_text(&file_name, &format!("{text}\n")).is_err());
    let finish =
        submit(move || if is_saved.get_untracked() { on_saved.run(()) } else { is_refused.set(true) });
    view! {
        <form class="form secret-once" on:submit=finish>
            <p class="notice" data-tone="warning">
                <Icon name=IconName::Warning />
                <span>"It is shown only this once. HASP keeps a hash of it and cannot show it again."</span>
            </p>
            <p>{title} " " <strong>{owner}</strong></p>
            <div class="secret-once-value">
                <CopyText what text=Signal::derive(move || secret.clone()) />
                <Button label="Download" icon=IconName::Download is_small=true on_press=save />
            </div>
            <p class="field-error" role="alert">
                {word(move || {
                    is_download_refused.get().then_some("The browser refused the download: copy the secret instead.")
                })}
            </p>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=flag(move || is_saved.get())
                    on:change=checked(move |is_on| {
                        is_saved.set(is_on);
                        is_refused.set(false);
                    })
                />
                <span>"I have saved the secret in a safe place"</span>
            </label>
            <p class="field-note" role="alert">
                {word(move || is_refused.get().then_some("Tick the box once the secret is saved."))}
            </p>
            <div class="dialog-actions">
                <button type="submit" class="button" data-kind="primary">"Done"</button>
            </div>
        </form>
    }
}
