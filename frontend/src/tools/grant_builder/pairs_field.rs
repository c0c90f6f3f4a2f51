//! Name and value rows: the filters of a read grant, the constraints of a tool grant.

use super::field::{FieldPlace, FieldWords};
use super::node::Node;
use crate::components::button::{Button, ButtonKind};
use crate::components::dynamic::{dynamic, flag, press, text, typed};
use crate::components::field::{FieldFrame, TextField, TextKind};
use crate::components::icon::{Icon, IconName};
use crate::state::id;
use leptos::prelude::*;

/// A bare value means equality.
const BARE: &str = "is";
/// The comparisons of filters (domain.md 3.4).
const COMPARISONS: [(&str, &str); 9] = [
    (BARE, "is"),
    ("eq", "equals"),
    ("neq", "differs from"),
    ("in", "is one of"),
    ("contains", "contains"),
    ("gt", "is over"),
    ("gte", "is at least"),
    ("lt", "is under"),
    ("lte", "is at most"),
];

/// The comparison and the typed value of a filter; values that fit no single comparison count as bare.
fn split_filter(node: &Node) -> (&'static str, String) {
    if let Node::Object(members) = node
        && let [(name, value)] = members.as_slice()
        && let Some((comparison, _)) = COMPARISONS.iter().find(|(comparison, _)| comparison == name)
    {
        return (comparison, value.to_typed());
    }
    (BARE, node.to_typed())
}

/// The filter of a comparison and a typed value; the reverse of [`split_filter`].
fn join_filter(comparison: &str, typed: &str) -> Node {
    let value = Node::from_typed(typed);
    if comparison == BARE { value } else { Node::Object(vec![(comparison.to_owned(), value)]) }
}

/// The rows of an object; a change writes the whole object.
#[derive(Clone, Copy)]
struct Pairs(FieldPlace);

impl Pairs {
    fn all(self) -> Vec<(String, Node)> {
        match self.0.get() {
            Some(Node::Object(members)) => members,
            _ => Vec::new(),
        }
    }

    fn change(self, edit: impl FnOnce(&mut Vec<(String, Node)>)) {
        let mut members = untrack(|| self.all());
        edit(&mut members);
        self.0.set((!members.is_empty()).then_some(Node::Object(members)));
    }

    fn name(self, index: usize) -> String {
        self.all().into_iter().nth(index).map(|(name, _)| name).unwrap_or_default()
    }

    fn value(self, index: usize) -> Node {
        self.all().into_iter().nth(index).map_or(Node::Null, |(_, value)| value)
    }

    fn set_name(self, index: usize, name: String) {
        self.change(|members| {
            if let Some(member) = members.get_mut(index) {
                member.0 = name;
            }
        });
    }

    fn set_value(self, index: usize, value: Node) {
        self.change(|members| {
            if let Some(member) = members.get_mut(index) {
                member.1 = value;
            }
        });
    }
}

/// A field that holds names and values; anything else that the JSON editor put there is shown as JSON.
#[component]
pub fn PairsPlace(
    /// Where it stands.
    place: FieldPlace,
    /// How it reads.
    words: FieldWords,
    /// What the names are: `Field`, `Constraint`.
    name_label: &'static str,
    /// Whether values come with a comparison.
    #[prop(optional)]
    has_comparison: bool,
) -> impl IntoView {
    let FieldWords { label, hint, placeholder, is_optional } = words;
    let is_odd = Memo::new(move |_| place.get().is_some_and(|node| !matches!(node, Node::Object(_))));
    dynamic(move || {
        if is_odd.get() {
            return view! { <TextField label value=place.json() kind=TextKind::Code hint="Not names and values: edit it as JSON, or empty it." error=place.error() /> }
                .into_any();
        }
        let pairs = Pairs(place);
        let control_id = id::next("pairs");
        let count = Memo::new(move |_| pairs.all().len());
        let row =
            move |index| view! { <PairRow pairs index name_label placeholder has_comparison /> }.into_any();
        view! {
            <FieldFrame label control_id=control_id.clone() hint error=place.error() is_optional>
                <div class="pairs">
                    {dynamic(move || (0..count.get()).map(row).collect::<Vec<_>>().into_any())}
                    <button
                        type="button"
                        class="button"
                        data-size="small"
                        id=control_id
                        on:click=press(move || pairs.change(|members| members.push((String::new(), Node::Text(String::new())))))
                    >
                        <Icon name=IconName::Plus />
                        {format!("Add {}", name_label.to_ascii_lowercase())}
                    </button>
                </div>
            </FieldFrame>
        }
        .into_any()
    })
}

#[component]
fn PairRow(
    /// All rows.
    pairs: Pairs,
    /// This row.
    index: usize,
    /// What the names are.
    name_label: &'static str,
    /// An example of a name.
    placeholder: &'static str,
    /// Whether values come with a comparison.
    has_comparison: bool,
) -> impl IntoView {
    let number = index + 1;
    let comparison =
        Memo::new(move |_| if has_comparison { split_filter(&pairs.value(index)).0 } else { BARE });
    let shown_value = move || {
        let value = pairs.value(index);
        if has_comparison { split_filter(&value).1 } else { value.to_typed() }
    };
    let option = move |(value, shown): &(&'static str, &'static str)| {
        let (value, shown) = (*value, *shown);
        view! { <option value=value prop:selected=flag(move || comparison.get() == value)>{shown}</option> }
            .into_any()
    };
    let options = COMPARISONS.iter().map(option).collect::<Vec<_>>();
    let compare = has_comparison.then(|| {
        view! {
            <select
                class="input select"
                aria-label=format!("Comparison {number}")
                on:change=typed(move |comparison| {
                    pairs.set_value(index, join_filter(&comparison, &untrack(shown_value)));
                })
            >
                {options}
            </select>
        }
        .into_any()
    });
    view! {
        <div class="pairs-row">
            <input
                class="input"
                type="text"
                data-kind="code"
                autocomplete="off"
                spellcheck="false"
                placeholder=placeholder
                aria-label=format!("{name_label} {number}")
                prop:value=text(move || pairs.name(index))
                on:input=typed(move |text| pairs.set_name(index, text))
            />
            {compare}
            <input
                class="input"
                type="text"
                data-kind="code"
                autocomplete="off"
                spellcheck="false"
                placeholder="value"
                aria-label=format!("Value {number}")
                prop:value=text(shown_value)
                on:input=typed(move |value| {
                    pairs.set_value(index, join_filter(comparison.get_untracked(), &value));
                })
            />
            <Button
                name=format!("Remove {} {number}", name_label.to_ascii_lowercase())
                icon=IconName::Cross
                kind=ButtonKind::Quiet
                is_small=true
                on_press=move |()| {
                    pairs.change(|members| {
                        members.remove(index);
                    });
                }
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn filters_split_into_comparison_and_value_and_join_again() {
        for filter in [
            json!("x"),
            json!(5),
            json!({"gte": 5}),
            json!({"in": ["a", 2]}),
            json!({"gt": 1, "lt": 5}),
            json!({"unknown": 1}),
            json!({"eq": "{{delegating_user.id}}"}),
        ] {
            let node = Node::from(&filter);
            let (comparison, typed) = split_filter(&node);

            assert_eq!(join_filter(comparison, &typed), node, "{filter}");
        }
    }

    #[wasm_bindgen_test]
    fn one_known_comparison_is_shown_as_such() {
        assert_eq!(split_filter(&Node::from(&json!({"in": ["a"]}))), ("in", "[\"a\"]".to_owned()));
        assert_eq!(
            split_filter(&Node::from(&json!({"gt": 1, "lt": 5}))),
            (BARE, "{\"gt\":1,\"lt\":5}".to_owned())
        );
    }
}
