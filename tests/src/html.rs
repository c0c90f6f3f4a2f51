//! Enough of an HTML reader to use our own pages as a person without scripts does: text, links, forms.
//!
//! It reads tags in order and knows nothing of the tree beyond "which form am I in".

/// A page as a flat list of what stands in it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    nodes: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    Open(Tag),
    Close(String),
    Text(String),
}

/// An opening tag.
#[derive(Clone, Debug)]
pub struct Tag {
    /// Lower-case.
    pub name: String,
    /// In order, values unescaped.
    pub attributes: Vec<(String, String)>,
}

impl Tag {
    /// The attribute's value.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A form with what it would send.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Where it posts to; empty means the page itself.
    pub action: String,
    /// Lower-case.
    pub method: String,
    /// Inputs with a name, with their values.
    pub fields: Vec<(String, String)>,
    /// Submit buttons: name, value, label.
    pub buttons: Vec<(String, String, String)>,
}

impl Form {
    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl Page {
    /// Reads a document.
    #[must_use]
    pub fn parse(html: &str) -> Self {
        let mut nodes = Vec::new();
        let mut rest = html;
        while let Some(start) = rest.find('<') {
            push_text(&mut nodes, &rest[..start]);
            rest = &rest[start..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let end = tag_end(rest);
            let inner = &rest[1..end.min(rest.len())];
            rest = rest.get(end + 1..).unwrap_or("");
            if let Some(name) = inner.strip_prefix('/') {
                nodes.push(Node::Close(name.trim().to_ascii_lowercase()));
            } else if !inner.starts_with('!') {
                nodes.push(Node::Open(parse_tag(inner)));
            }
        }
        push_text(&mut nodes, rest);
        Self { nodes }
    }

    /// All visible text, white space collapsed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for node in &self.nodes {
            if let Node::Text(part) = node {
                text.push(' ');
                text.push_str(part);
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Every opening tag of that name.
    #[must_use]
    pub fn tags(&self, name: &str) -> Vec<&Tag> {
        self.all_tags().into_iter().filter(|tag| tag.name == name).collect()
    }

    /// Every opening tag.
    #[must_use]
    pub fn all_tags(&self) -> Vec<&Tag> {
        self.nodes
            .iter()
            .filter_map(|node| match node {
                Node::Open(tag) => Some(tag),
                _ => None,
            })
            .collect()
    }

    /// Where the links lead.
    #[must_use]
    pub fn links(&self) -> Vec<String> {
        self.tags("a").into_iter().filter_map(|tag| tag.attribute("href")).map(str::to_owned).collect()
    }

    /// The forms in order.
    #[must_use]
    pub fn forms(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        let mut inside = false;
        let mut in_button = false;
        for node in &self.nodes {
            match node {
                Node::Open(tag) if tag.name == "form" => {
                    inside = true;
                    forms.push(Form {
                        action: tag.attribute("action").unwrap_or("").to_owned(),
                        method: tag.attribute("method").unwrap_or("get").to_ascii_lowercase(),
                        ..Form::default()
                    });
                }
                Node::Close(name) if name == "form" => inside = false,
                Node::Close(name) if name == "button" => in_button = false,
                Node::Open(tag) if inside => {
                    if let Some(form) = forms.last_mut() {
                        in_button = tag.name == "button" || in_button;
                        add_control(form, tag);
                    }
                }
                Node::Text(text) if inside && in_button => {
                    if let Some(button) = forms.last_mut().and_then(|form| form.buttons.last_mut()) {
                        button.2.push_str(text.trim());
                    }
                }
                _ => {}
            }
        }
        forms
    }

    /// The form whose action ends with `action`; panics with the page when there is none.
    #[must_use]
    pub fn form(&self, action: &str) -> Form {
        self.forms().into_iter().find(|form| form.action.ends_with(action)).unwrap_or_else(|| {
            panic!("no form posts to {action}; forms: {:?}; text: {}", self.forms(), self.text())
        })
    }
}

fn add_control(form: &mut Form, tag: &Tag) {
    let name = tag.attribute("name").unwrap_or("").to_owned();
    let value = tag.attribute("value").unwrap_or("").to_owned();
    let is_button = tag.name == "button" || matches!(tag.attribute("type"), Some("submit"));
    if is_button {
        form.buttons.push((name, value, String::new()));
    } else if tag.name == "input" && !name.is_empty() {
        form.fields.push((name, value));
    }
}

fn push_text(nodes: &mut Vec<Node>, raw: &str) {
    if !raw.trim().is_empty() {
        nodes.push(Node::Text(unescape(raw)));
    }
}

/// The index of the `>` that ends the tag, quotes respected.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (index, character) in text.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (None, '>') => return index,
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn parse_tag(inner: &str) -> Tag {
    let name_end = inner.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(inner.len());
    let name = inner[..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut rest = inner[name_end..].trim_start_matches(is_between);
    while !rest.is_empty() {
        let key_end = rest.find(|c: char| c == '=' || is_between(c)).unwrap_or(rest.len());
        let key = rest[..key_end].to_ascii_lowercase();
        rest = rest[key_end..].trim_start();
        let value = if let Some(after) = rest.strip_prefix('=') {
            let (value, after) = attribute_value(after.trim_start());
            rest = after;
            value
        } else {
            String::new()
        };
        attributes.push((key, value));
        rest = rest.trim_start_matches(is_between);
    }
    Tag { name, attributes }
}

fn attribute_value(text: &str) -> (String, &str) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let body = &text[1..];
        let end = body.find(quote).unwrap_or(body.len());
        (unescape(&body[..end]), body.get(end + 1..).unwrap_or(""))
    } else {
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        (unescape(&text[..end]), &text[end..])
    }
}

fn is_between(character: char) -> bool {
    character.is_whitespace() || character == '/'
}

/// Resolves the entities our pages use.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let entity = rest.find(';').map(|end| &rest[1..end]);
        match entity.and_then(|name| resolve(name).map(|character| (character, name.len() + 2))) {
            Some((character, length)) => {
                out.push(character);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn resolve(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = entity.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_gives_its_fields_and_buttons() {
        let page = Page::parse(
            r#"<!doctype html><p>a &lt;b&gt; > c</p><form method="post" action="/x"><input type=hidden name="id" value="1&amp;2">
               <button name="decision" value="approve">Approve</button></form>"#,
        );

        let form = page.form("/x");

        assert_eq!(form.field("id"), Some("1&2"));
        assert_eq!(form.buttons, [("decision".to_owned(), "approve".to_owned(), "Approve".to_owned())]);
        assert!(page.text().starts_with("a <b> > c"));
    }
}
