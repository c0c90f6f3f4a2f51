//! One field of one grant, joined to the draft and to the verdict.

use super::draft::GrantsDraft;
use super::node::Node;
use super::verdict::{self, Fault, Verdict};
use crate::components::chips_field::{ChipsField, ListBinding};
use crate::components::dynamic::dynamic;
use crate::components::field::{TextField, TextKind};
use crate::state::binding::Binding;
use leptos::prelude::*;

/// The grants that are being edited, and what the typed validator says of them.
#[derive(Clone, Copy)]
pub struct Grants {
    /// The one value; `editor` and `form` change it.
    pub draft: RwSignal<GrantsDraft>,
    /// Follows every change.
    pub verdict: Memo<Verdict>,
}

impl Grants {
    /// Starts with these grants.
    pub fn new(value: &serde_json::Value) -> Self {
        let draft = RwSignal::new(GrantsDraft::from_value(value));
        // Moves of the undo history do not change the text, so the verdict depends on the text alone.
        let text = Memo::new(move |_| draft.with(|draft| draft.text().to_owned()));
        Self { draft, verdict: Memo::new(move |_| text.with(|text| Verdict::of(text))) }
    }

    /// What goes into the URL, tracked.
    pub fn parameter(self) -> String {
        self.verdict.with(|verdict| self.draft.with(|draft| verdict.parameter(draft.text())))
    }
}

/// One grant of the form. What it shows hangs on its own memos, so a change of one grant does not reach the others.
#[derive(Clone, Copy)]
pub struct GrantPart {
    /// All grants.
    pub grants: Grants,
    /// Which one.
    pub row: u32,
    /// Its place, from 0.
    pub index: Memo<usize>,
    /// Its content; `null` once it is gone.
    pub node: Memo<Node>,
    /// What is wrong with it.
    pub faults: Memo<Vec<Fault>>,
}

impl GrantPart {
    /// The part of the grant with this id.
    pub fn new(grants: Grants, row: u32) -> Self {
        let draft = grants.draft;
        let index = Memo::new(move |_| draft.with(|draft| draft.index(row).unwrap_or_default()));
        let node =
            Memo::new(move |_| draft.with(|draft| draft.row(row).map_or(Node::Null, |row| row.node.clone())));
        let faults = Memo::new(move |_| grants.verdict.with(|verdict| verdict.of_grant(index.get())));
        Self { grants, row, index, node, faults }
    }

    /// Changes the draft.
    pub fn edit(self, change: impl FnOnce(&mut GrantsDraft)) {
        self.grants.draft.update(change);
    }
}

/// Where a field stands: which grant, which name.
#[derive(Clone, Copy)]
pub struct FieldPlace {
    /// The grant.
    pub grant: GrantPart,
    /// The field.
    pub name: &'static str,
}

impl FieldPlace {
    /// The field's value, tracked.
    pub fn get(self) -> Option<Node> {
        self.grant.node.with(|node| node.member(self.name).cloned())
    }

    /// Sets the field, or removes it.
    pub fn set(self, value: Option<Node>) {
        self.grant.edit(|draft| draft.set_field(self.grant.row, self.name, value));
    }

    /// What is wrong with the field now.
    pub fn error(self) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.grant.faults.with(|faults| {
                let fault = verdict::at_field(faults, self.name)?;
                Some(format!("{} {}", fault.message, fault.fix))
            })
        })
    }

    /// The field as a text; an empty text removes it.
    fn text(self) -> Binding {
        Binding::new(
            move || match self.get() {
                Some(Node::Text(text)) => text,
                Some(other) => other.to_compact(),
                None => String::new(),
            },
            move |text| self.set((!text.is_empty()).then_some(Node::Text(text))),
        )
    }

    /// The field as a number; what is no number stays as it was typed, for the verdict to speak about.
    fn number(self) -> Binding {
        Binding::new(
            move || match self.get() {
                Some(Node::Text(text)) => text,
                Some(other) => other.to_compact(),
                None => String::new(),
            },
            move |typed| {
                let node = Node::number_from_typed(&typed).unwrap_or_else(|| Node::Text(typed.clone()));
                self.set((!typed.is_empty()).then_some(node));
            },
        )
    }

    /// The field as JSON, for values that its own control cannot show.
    pub fn json(self) -> Binding {
        Binding::new(
            move || self.get().map(|node| node.to_typed()).unwrap_or_default(),
            move |typed| self.set((!typed.is_empty()).then(|| Node::from_typed(&typed))),
        )
    }

    /// The field as a list of words; an empty list removes it, because an empty list is refused.
    fn words(self) -> ListBinding {
        ListBinding::new(
            move || self.get().and_then(|node| node.words()).unwrap_or_default(),
            move |words| self.set((!words.is_empty()).then(|| Node::from_words(words))),
        )
    }
}

/// How a field reads on the screen.
#[derive(Clone, Copy)]
pub struct FieldWords {
    /// The label.
    pub label: &'static str,
    /// What it means, and what leaving it empty means.
    pub hint: &'static str,
    /// An example.
    pub placeholder: &'static str,
    /// Whether it may stay empty.
    pub is_optional: bool,
}

/// A field that holds a text.
#[component]
pub fn TextPlace(
    /// Where it stands.
    place: FieldPlace,
    /// How it reads.
    words: FieldWords,
) -> impl IntoView {
    let FieldWords { label, hint, placeholder, is_optional } = words;
    view! {
        <TextField label value=place.text() kind=TextKind::Code hint placeholder error=place.error() is_optional />
    }
}

/// A field that holds a number.
#[component]
pub fn NumberPlace(
    /// Where it stands.
    place: FieldPlace,
    /// How it reads.
    words: FieldWords,
) -> impl IntoView {
    let FieldWords { label, hint, placeholder, is_optional } = words;
    view! {
        <TextField label value=place.number() kind=TextKind::Number hint placeholder error=place.error() is_optional />
    }
}

/// A field that holds a list of words; anything else that the JSON editor put there is shown as JSON.
#[component]
pub fn WordsPlace(
    /// Where it stands.
    place: FieldPlace,
    /// How it reads.
    words: FieldWords,
) -> impl IntoView {
    let FieldWords { label, hint, placeholder, is_optional } = words;
    let is_odd = Memo::new(move |_| place.get().is_some_and(|node| node.words().is_none()));
    dynamic(move || {
        if is_odd.get() {
            view! { <TextField label value=place.json() kind=TextKind::Code hint="Not a list of words: edit it as JSON, or empty it." error=place.error() /> }
                .into_any()
        } else {
            view! { <ChipsField label words=place.words() hint placeholder error=place.error() is_optional /> }.into_any()
        }
    })
}
