//! Finding things the way a person does: by what is written on them.

use super::{Browser, PATIENCE};
use crate::until::until;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

/// Finds visible controls by accessible name: exact first, then by beginning.
const BY_NAME: &str = r#"
    const [selector, wanted] = arguments;
    const tidy = text => (text || '').replace(/\s+/g, ' ').trim();
    const nameOf = element => {
        const labelled = element.getAttribute('aria-labelledby');
        if (labelled) return tidy(labelled.split(/\s+/).map(id => document.getElementById(id)?.textContent).join(' '));
        if (element.getAttribute('aria-label')) return tidy(element.getAttribute('aria-label'));
        if (element.labels && element.labels.length) return tidy([...element.labels].map(l => l.textContent).join(' '));
        if (element.tagName === 'INPUT' && /submit|button/.test(element.type)) return tidy(element.value);
        return tidy(element.textContent) || tidy(element.getAttribute('title')) || tidy(element.getAttribute('placeholder'));
    };
    const shown = element => element.checkVisibility ? element.checkVisibility({visibilityProperty: true}) : true;
    const all = [...document.querySelectorAll(selector)].filter(shown);
    const dialogs = [...document.querySelectorAll('dialog[open]')];
    const open = dialogs.find(dialog => dialog.contains(document.activeElement)) || dialogs.at(-1);
    const candidates = open ? all.filter(element => open.contains(element)) : all;
    const found = candidates.find(element => nameOf(element) === wanted)
        || candidates.find(element => nameOf(element).startsWith(wanted)) || null;
    return found && /radio|checkbox/.test(found.type) && found.labels.length ? found.labels[0] : found;
"#;

const BUTTONS: &str = "button, input[type=submit], [role=button], [role=tab], summary";
const LINKS: &str = "a[href]";
const CHOICES: &str = "input[type=radio], input[type=checkbox]";
const FIELDS: &str = "input, select, textarea";

impl Browser {
    /// Waits for a button by its name.
    pub async fn button(&self, name: &str) -> Element {
        self.named("button", BUTTONS, name).await
    }

    /// Waits for a link by its text.
    pub async fn link(&self, text: &str) -> Element {
        self.named("link", LINKS, text).await
    }

    /// Waits for a form field by its label.
    pub async fn field(&self, label: &str) -> Element {
        self.named("field", FIELDS, label).await
    }

    /// Presses a button, waiting until it is there and enabled.
    pub async fn press(&self, name: &str) {
        self.click_named("button", BUTTONS, name).await;
    }

    /// Follows a link.
    pub async fn follow(&self, text: &str) {
        self.click_named("link", LINKS, text).await;
    }

    /// Empties a field and types into it.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        // Select-all and typing over it is what a person does, and fires the events that a framework listens to.
        self.script(
            "arguments[0].focus(); arguments[0].select && arguments[0].select();",
            vec![element_json(&field)],
        )
        .await;
        if text.is_empty() {
            field.send_keys("\u{e003}").await.expect("delete can be pressed");
        } else {
            field.send_keys(text).await.unwrap_or_else(|error| panic!("cannot type into {label}: {error}"));
        }
    }

    /// Replaces the text of a control that has no label of its own.
    pub async fn replace_text(&self, field: &Element, text: &str) {
        self.script("arguments[0].focus(); arguments[0].select();", vec![element_json(field)]).await;
        field.send_keys(text).await.unwrap_or_else(|error| panic!("cannot type: {error}"));
    }

    /// Chooses from a select element by the option's text.
    pub async fn choose(&self, label: &str, option: &str) {
        let field = self.field(label).await;
        field
            .select_by_label(option)
            .await
            .unwrap_or_else(|error| panic!("{label} has no option {option}: {error}"));
    }

    /// Clicks a radio button or checkbox by its label, as a person does: on the label.
    pub async fn tick(&self, label: &str) {
        self.click_named("choice", CHOICES, label).await;
    }

    /// Waits until the page shows the text, in whatever case the style sheet sets it.
    pub async fn see(&self, text: &str) {
        let script = "const text = (document.body ? document.body.innerText : '').replace(/\\s+/g, ' ');
             return text.toLowerCase().includes(arguments[0].toLowerCase())";
        until(&format!("the page shows {text:?}"), PATIENCE, || async {
            // A page that is being left has no context to run in; the next try asks the new one.
            let shown = self.client().execute(script, vec![json!(text)]).await.unwrap_or(Value::Null);
            (shown == true).then_some(())
        })
        .await;
    }

    /// All visible text now.
    pub async fn text(&self) -> String {
        let text = self.script("return document.body ? document.body.innerText : ''", vec![]).await;
        text.as_str().unwrap_or("").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Waits for an element by CSS selector.
    pub async fn css(&self, selector: &str) -> Element {
        until(&format!("{selector} is there"), PATIENCE, || async {
            self.client().find(fantoccini::Locator::Css(selector)).await.ok()
        })
        .await
    }

    /// Waits until a script gives something other than null, false or the empty string.
    pub async fn wait_for_script(&self, what: &str, script: &str) -> Value {
        until(what, PATIENCE, || async {
            let value = self.client().execute(script, vec![]).await.unwrap_or(Value::Null);
            (!value.is_null() && value != false && value != "").then_some(value)
        })
        .await
    }

    /// Presses Tab until the focus is on a control with that name.
    pub async fn tab_to(&self, name: &str) {
        let focused = "const e = document.activeElement; return (e?.textContent || e?.value || '').trim()";
        for _ in 0..60 {
            self.press_key('\u{e004}').await;
            if self.script(focused, vec![]).await == name {
                return;
            }
        }
        panic!("Tab never reaches {name:?}");
    }

    /// Presses one key where the focus is.
    pub async fn press_key(&self, key: char) {
        let press = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        self.client()
            .perform_actions(press)
            .await
            .unwrap_or_else(|error| panic!("a key cannot be pressed: {error}"));
    }

    /// Asserts that the page is not wider than the window.
    pub async fn expect_no_horizontal_scroll(&self) {
        let widths = self
            .script("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]", vec![])
            .await;
        assert!(
            widths[0].as_u64() <= widths[1].as_u64(),
            "{} scrolls sideways: content {}, window {}",
            self.url().await,
            widths[0],
            widths[1]
        );
    }

    async fn named(&self, kind: &str, selector: &str, name: &str) -> Element {
        until(&format!("there is a {kind} {name:?}"), PATIENCE, || self.try_named(selector, name)).await
    }

    async fn try_named(&self, selector: &str, name: &str) -> Option<Element> {
        let found = self.client().execute(BY_NAME, vec![json!(selector), json!(name)]).await.ok()?;
        let id = found.as_object()?.values().next()?.as_str()?.to_owned();
        Some(Element::from_element_id(self.client().clone(), ElementRef::from(id)))
    }

    /// Frameworks replace elements; so a click looks again until one lands.
    async fn click_named(&self, kind: &str, selector: &str, name: &str) {
        until(&format!("the {kind} {name:?} can be clicked"), PATIENCE, || async {
            let element = self.try_named(selector, name).await?;
            if !element.is_enabled().await.ok()? {
                return None;
            }
            element.click().await.ok()
        })
        .await;
    }
}

/// The element as an argument of a script.
#[must_use]
pub fn element_json(element: &Element) -> Value {
    serde_json::to_value(element).expect("an element reference is JSON")
}
