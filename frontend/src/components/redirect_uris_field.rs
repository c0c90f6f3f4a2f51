//! Several redirect URIs, each with the verdict of the registration rules beside it (R6).

use super::button::{Button, ButtonKind};
use super::dynamic::{dynamic, invalid, keyed, text, typed, when};
use super::icon::IconName;
use crate::state::id;
use hasp_protocol::limits::REDIRECT_URIS_MAX;
use hasp_protocol::redirect_uri;
use leptos::prelude::*;

/// One row; its id lasts while its place in the list changes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    id: u32,
    uri: String,
}

/// The URIs of a form.
#[derive(Clone, Copy)]
pub struct RedirectUris {
    rows: RwSignal<Vec<Row>>,
    next_id: StoredValue<u32>,
    /// Set by submitting: empty rows are faults only then.
    is_checked: RwSignal<bool>,
}

impl RedirectUris {
    /// Starts with these, or with one empty row.
    pub fn new(uris: &[String]) -> Self {
        let field = Self {
            rows: RwSignal::new(Vec::new()),
            next_id: StoredValue::new(0),
            is_checked: RwSignal::new(false),
        };
        field.replace(uris);
        field
    }

    /// Takes over a new list.
    pub fn replace(self, uris: &[String]) {
        self.rows.set(Vec::new());
        self.is_checked.set(false);
        uris.iter().for_each(|uri| self.add(uri));
        if uris.is_empty() {
            self.add("");
        }
    }

    fn add(self, uri: &str) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.rows.update(|rows| rows.push(Row { id, uri: uri.to_owned() }));
    }

    /// The URIs that are not empty, tracked.
    pub fn entered(self) -> Vec<String> {
        self.rows.with(|rows| {
            rows.iter().map(|row| row.uri.trim().to_owned()).filter(|uri| !uri.is_empty()).collect()
        })
    }

    /// Checks all of them; true when they may be sent.
    pub fn check(self) -> bool {
        self.is_checked.set(true);
        let uris =
            self.rows.with_untracked(|rows| rows.iter().map(|row| row.uri.clone()).collect::<Vec<_>>());
        (0..uris.len()).all(|index| fault(&uris, index, true).is_none())
    }
}

/// What is wrong with the URI at `index`; an empty one is a fault only when the form was sent and none is there.
fn fault(uris: &[String], index: usize, is_checked: bool) -> Option<String> {
    let uri = uris.get(index)?.trim();
    if uri.is_empty() {
        let is_alone = uris.iter().all(|uri| uri.trim().is_empty());
        return (is_checked && is_alone).then(|| "Enter at least one redirect URI.".to_owned());
    }
    if uris[..index].iter().any(|other| other.trim() == uri) {
        return Some("This redirect URI is already in the list.".to_owned());
    }
    redirect_uri::check_registration(uri).err().map(|problem| problem.to_string())
}

/// The list of URIs with add and remove.
#[component]
pub fn RedirectUrisField(
    /// The URIs; the owner reads and checks them.
    uris: RedirectUris,
) -> impl IntoView {
    let ids = move || uris.rows.with(|rows| rows.iter().map(|row| row.id).collect());
    let can_add = move || uris.rows.with(Vec::len) < REDIRECT_URIS_MAX;
    let add_button = move || {
        view! {
            <Button
                label="Add redirect URI"
                icon=IconName::Plus
                is_small=true
                on_press=move |()| uris.add("")
            />
        }
        .into_any()
    };
    view! {
        <fieldset class="redirect-uris">
            <legend class="field-label">"Redirect URIs"</legend>
            <p class="field-note">
                "The exact callback URLs: https, a loopback address for development, or a private scheme such as "
                <code>"com.example.app:/callback"</code> "."
            </p>
            {keyed(ids, move |id| view! { <RedirectUriRow uris id /> }.into_any())}
            {when(can_add, add_button)}
        </fieldset>
    }
}

#[component]
fn RedirectUriRow(
    /// The whole list.
    uris: RedirectUris,
    /// Which row.
    id: u32,
) -> impl IntoView {
    let control_id = id::next("redirect-uri");
    let index =
        Memo::new(move |_| uris.rows.with(|rows| rows.iter().position(|row| row.id == id)).unwrap_or(0));
    let uri =
        move || uris.rows.with(|rows| rows.get(index.get()).map(|row| row.uri.clone()).unwrap_or_default());
    let fault = Memo::new(move |_| {
        let all = uris.rows.with(|rows| rows.iter().map(|row| row.uri.clone()).collect::<Vec<_>>());
        fault(&all, index.get(), uris.is_checked.get())
    });
    let change = move |uri: String| {
        uris.rows.update(|rows| {
            if let Some(row) = rows.iter_mut().find(|row| row.id == id) {
                row.uri = uri;
            }
        });
    };
    let label = move || format!("Redirect URI {}", index.get() + 1);
    let remove_label = move || format!("Remove redirect URI {}", index.get() + 1);
    let can_remove = move || uris.rows.with(Vec::len) > 1;
    let remove_button = move || {
        view! {
            <Button
                name=Signal::derive(remove_label)
                icon=IconName::Cross
                kind=ButtonKind::Quiet
                on_press=move |()| uris.rows.update(|rows| rows.retain(|row| row.id != id))
            />
        }
        .into_any()
    };
    view! {
        <div class="redirect-uris-row">
            <input
                class="input"
                type="text"
                inputmode="url"
                data-kind="code"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                placeholder="https://app.example.com/callback"
                aria-label=text(label)
                aria-describedby=control_id.clone()
                aria-invalid=invalid(fault.into())
                prop:value=text(uri)
                on:input=typed(change)
            />
            {when(can_remove, remove_button)}
            <p class="field-note" id=control_id.clone()>
                {dynamic(move || fault.get().map(|fault| view! { <span class="field-error">{fault}</span> }.into_any()).into_any())}
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::fault;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn uris(uris: &[&str]) -> Vec<String> {
        uris.iter().map(|uri| (*uri).to_owned()).collect()
    }

    #[wasm_bindgen_test]
    fn an_untouched_form_shows_no_fault_and_a_sent_one_wants_a_uri() {
        assert_eq!(fault(&uris(&[""]), 0, false), None);
        assert!(fault(&uris(&["", " "]), 0, true).is_some());
        assert_eq!(fault(&uris(&["https://app.example/cb", ""]), 1, true), None);
    }

    // R6: exact callback URLs, checked by the server's own rule.
    #[wasm_bindgen_test]
    fn the_rule_of_the_server_speaks_at_the_row() {
        let list = uris(&["https://app.example/cb", "http://app.example/cb", "https://app.example/cb"]);

        assert_eq!(fault(&list, 0, false), None);
        assert!(fault(&list, 1, false).is_some());
        assert_eq!(fault(&list, 2, false).as_deref(), Some("This redirect URI is already in the list."));
    }
}
