//! The grants that are being edited: one text, and the form's picture of it.
//!
//! The text is the truth. A change in the form writes the text anew; a change of the text redraws the form when it
//! can. While the text is no list, the form keeps its last picture and says why it stands still, so nothing that was
//! typed is ever lost.

use super::node::Node;
use hasp_protocol::authorization_details::GrantType;
use serde_json::Value;

/// How many steps can be undone.
const UNDO_STEPS: usize = 50;

/// One grant of the form; its id lasts while its place changes.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantRow {
    /// Unique within the draft.
    pub id: u32,
    /// Its content: an object, unless the text says otherwise.
    pub node: Node,
}

/// The grants that are being edited.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantsDraft {
    text: String,
    rows: Vec<GrantRow>,
    is_form_current: bool,
    next_id: u32,
    undo: Vec<String>,
}

impl GrantsDraft {
    /// Starts with these grants.
    pub fn from_value(value: &Value) -> Self {
        let mut draft = Self {
            text: String::new(),
            rows: Vec::new(),
            is_form_current: true,
            next_id: 0,
            undo: Vec::new(),
        };
        draft.set_text(Node::from(value).to_pretty());
        draft
    }

    /// The text, valid or not.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The grants as the form shows them.
    pub fn rows(&self) -> &[GrantRow] {
        &self.rows
    }

    /// Whether the form shows the text; not while the text is no JSON list.
    pub fn is_form_current(&self) -> bool {
        self.is_form_current
    }

    /// The grant with this id.
    pub fn row(&self, id: u32) -> Option<&GrantRow> {
        self.rows.iter().find(|row| row.id == id)
    }

    /// The place of the grant with this id.
    pub fn index(&self, id: u32) -> Option<usize> {
        self.rows.iter().position(|row| row.id == id)
    }

    /// Takes over a text from the JSON editor; the form follows if it can.
    pub fn set_text(&mut self, text: String) {
        self.text = text;
        let parsed = serde_json::from_str(&self.text);
        self.is_form_current = matches!(parsed, Ok(Value::Array(_)));
        let Ok(Value::Array(items)) = parsed else { return };
        for (index, item) in items.iter().enumerate() {
            let node = Node::from(item);
            match self.rows.get_mut(index) {
                // The same place keeps its id, so that the form does not rebuild what only changed inside.
                Some(row) => row.node = node,
                None => self.push(node),
            }
        }
        self.rows.truncate(items.len());
    }

    /// Writes the text in the form's own layout, when it is JSON.
    pub fn format(&mut self) {
        if let Ok(value) = serde_json::from_str::<Value>(&self.text) {
            self.text = Node::from(&value).to_pretty();
        }
    }

    /// Sets, or with `None` removes, one field of a grant.
    pub fn set_field(&mut self, id: u32, name: &str, value: Option<Node>) {
        self.edit(id, |node| node.set_member(name, value));
    }

    /// Gives a grant another type and keeps the fields that the new type has too.
    pub fn set_type(&mut self, id: u32, grant_type: GrantType) {
        self.remember();
        self.edit(id, |node| {
            if let Node::Object(members) = node {
                members.retain(|(name, _)| name == "type" || fields_of(grant_type).contains(&name.as_str()));
            }
            node.set_member("type", Some(Node::Text(grant_type.as_str().to_owned())));
        });
    }

    /// Adds a grant of this type at the end.
    pub fn add(&mut self, grant_type: GrantType) {
        self.remember();
        let kind = Node::Text(grant_type.as_str().to_owned());
        self.push(Node::Object(vec![("type".to_owned(), kind)]));
        self.write();
    }

    /// Adds a copy right behind the grant.
    pub fn duplicate(&mut self, id: u32) {
        let Some(index) = self.index(id) else { return };
        self.remember();
        let copy = GrantRow { id: self.next_id, node: self.rows[index].node.clone() };
        self.next_id += 1;
        self.rows.insert(index + 1, copy);
        self.write();
    }

    /// Takes the grant away.
    pub fn remove(&mut self, id: u32) {
        self.remember();
        self.rows.retain(|row| row.id != id);
        self.write();
    }

    /// Exchanges the grant with the one `steps` below (or, negative, above).
    pub fn shift(&mut self, id: u32, steps: isize) {
        let Some(index) = self.index(id) else { return };
        let Some(target) = index.checked_add_signed(steps).filter(|target| *target < self.rows.len()) else {
            return;
        };
        self.remember();
        self.rows.swap(index, target);
        self.write();
    }

    /// Replaces everything by these grants.
    pub fn replace(&mut self, value: &Value) {
        self.remember();
        self.set_text(Node::from(value).to_pretty());
    }

    /// Whether something can be undone.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Goes back to before the last addition, removal, move, replacement or change of type.
    pub fn undo(&mut self) {
        if let Some(text) = self.undo.pop() {
            self.set_text(text);
        }
    }

    fn push(&mut self, node: Node) {
        self.rows.push(GrantRow { id: self.next_id, node });
        self.next_id += 1;
    }

    fn edit(&mut self, id: u32, change: impl FnOnce(&mut Node)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.id == id) {
            change(&mut row.node);
            self.write();
        }
    }

    fn remember(&mut self) {
        self.undo.push(self.text.clone());
        if self.undo.len() > UNDO_STEPS {
            self.undo.remove(0);
        }
    }

    fn write(&mut self) {
        self.text = Node::List(self.rows.iter().map(|row| row.node.clone()).collect()).to_pretty();
        self.is_form_current = true;
    }
}

/// The fields of a grant type besides `type`, in the order of the form (domain.md 3.1).
pub fn fields_of(grant_type: GrantType) -> &'static [&'static str] {
    match grant_type {
        GrantType::DataRead => &["app_id", "entities", "filters"],
        GrantType::DataWrite => &["app_id", "entities", "fields"],
        GrantType::ToolInvoke => &["tool_id", "rate_limit", "constraints"],
        GrantType::AgentDelegate => &["to_agent_id", "max_chain_depth"],
        GrantType::HumanEscalate => &["to_role", "to_user_id", "channels"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn draft() -> GrantsDraft {
        GrantsDraft::from_value(&json!([
            {"type": "hasp.data.read", "entities": ["a"]},
            {"type": "external.tool.invoke", "tool_id": "web.search"}
        ]))
    }

    fn value(draft: &GrantsDraft) -> Value {
        serde_json::from_str(draft.text()).unwrap()
    }

    #[wasm_bindgen_test]
    fn a_broken_text_is_kept_and_the_form_stands_still() {
        let mut draft = draft();
        let rows = draft.rows().to_vec();
        draft.set_text("[{\"type\": ".into());

        assert_eq!(draft.text(), "[{\"type\": ");
        assert!(!draft.is_form_current());
        assert_eq!(draft.rows(), rows);
    }

    #[wasm_bindgen_test]
    fn text_and_form_follow_each_other_and_ids_stay() {
        let mut draft = draft();
        let ids: Vec<u32> = draft.rows().iter().map(|row| row.id).collect();
        draft.set_field(ids[0], "entities", Some(Node::from_words(vec!["b".into()])));
        assert_eq!(value(&draft)[0]["entities"], json!(["b"]));
        draft.set_text(draft.text().replace("web.search", "web.fetch"));

        assert_eq!(draft.row(ids[1]).unwrap().node.member("tool_id"), Some(&Node::Text("web.fetch".into())));
        assert_eq!(draft.rows().iter().map(|row| row.id).collect::<Vec<_>>(), ids);
    }

    #[wasm_bindgen_test]
    fn another_type_keeps_the_fields_that_both_have() {
        let mut draft = draft();
        let id = draft.rows()[0].id;
        draft.set_field(id, "filters", Some(Node::Object(vec![("a".into(), Node::Flag(true))])));
        draft.set_type(id, GrantType::DataWrite);

        assert_eq!(value(&draft)[0], json!({"type": "hasp.data.write", "entities": ["a"]}));
    }

    #[wasm_bindgen_test]
    fn additions_moves_copies_and_removals_are_undone_one_by_one() {
        let mut draft = draft();
        let texts: Vec<String> = (0..4)
            .map(|step| {
                let before = draft.text().to_owned();
                let id = draft.rows()[0].id;
                match step {
                    0 => draft.add(GrantType::HumanEscalate),
                    1 => draft.shift(id, 1),
                    2 => draft.duplicate(id),
                    _ => draft.remove(id),
                }
                before
            })
            .collect();
        assert_eq!(value(&draft).as_array().unwrap().len(), 3);

        for expected in texts.iter().rev() {
            draft.undo();
            assert_eq!(draft.text(), expected);
        }
        assert!(!draft.can_undo());
    }

    #[wasm_bindgen_test]
    fn a_move_beyond_the_ends_does_nothing() {
        let mut draft = draft();
        let before = draft.clone();
        draft.shift(before.rows()[0].id, -1);
        draft.shift(before.rows()[1].id, 1);

        assert_eq!(draft, before);
    }
}
