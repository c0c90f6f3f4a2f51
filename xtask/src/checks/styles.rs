//! Every class that markup uses is defined in a style sheet, and every defined one is used.
//!
//! The console and the server's own pages have style sheets of their own.

use std::collections::BTreeMap;

use super::{Finding, SourceFile};

/// Markup in these places uses the style sheets in those.
struct Side {
    markup: &'static [&'static str],
    styles: &'static str,
}

const SIDES: [Side; 2] = [
    Side { markup: &["frontend/"], styles: "frontend/styles/" },
    Side { markup: &["backend/src/", "shared/src/"], styles: "backend/assets/" },
];

/// Names classes without definition and definitions without use.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    SIDES.iter().flat_map(|side| check_side(side, files)).collect()
}

fn check_side(side: &Side, files: &[SourceFile]) -> Vec<Finding> {
    let is_markup = |path: &str| {
        side.markup.iter().any(|folder| path.starts_with(folder))
            && [".rs", ".html", ".js"].iter().any(|ending| path.ends_with(ending))
    };
    let sheets =
        files.iter().filter(|file| file.path.starts_with(side.styles) && file.path.ends_with(".css"));
    let mut defined: BTreeMap<&str, &str> = BTreeMap::new();
    for sheet in sheets {
        for class in defined_classes(&sheet.text) {
            defined.entry(class).or_insert(&sheet.path);
        }
    }
    let mut findings = Vec::new();
    let markup: Vec<&SourceFile> = files.iter().filter(|file| is_markup(&file.path)).collect();
    for file in &markup {
        for (number, line) in file.text.lines().enumerate() {
            for class in used_classes(line).filter(|class| !is_styled(class, &defined)) {
                findings.push(format!("{}:{}: no style sheet defines .{class}", file.path, number + 1));
            }
        }
    }
    for (class, sheet) in &defined {
        if !markup.iter().any(|file| contains_word(&file.text, class)) {
            findings.push(format!("{sheet}: nothing uses .{class}"));
        }
    }
    findings
}

/// A component's class needs no rule of its own when its parts have some.
fn is_styled(class: &str, defined: &BTreeMap<&str, &str>) -> bool {
    defined.keys().any(|known| match known.strip_prefix(class) {
        Some(rest) => rest.is_empty() || rest.starts_with('-'),
        None => false,
    })
}

/// The classes in selectors of a style sheet.
fn defined_classes(css: &str) -> Vec<&str> {
    let mut classes = Vec::new();
    for text in css.split("/*").enumerate().map(|(index, part)| {
        if index == 0 { part } else { part.split_once("*/").map_or("", |(_, after)| after) }
    }) {
        // What precedes a `{` is a selector or an at-rule; what precedes a `;` or a `}` is a declaration.
        for piece in text.split_inclusive(['{', '}', ';']) {
            let Some(selector) = piece.strip_suffix('{') else { continue };
            for rest in selector.split('.').skip(1) {
                let end = rest.find(|character: char| !is_name(character)).unwrap_or(rest.len());
                if rest.starts_with(|character: char| character.is_ascii_alphabetic()) {
                    classes.push(&rest[..end]);
                }
            }
        }
    }
    classes
}

/// The classes that stand literally in a line of markup.
fn used_classes(line: &str) -> impl Iterator<Item = &str> {
    let attributes = line.split("class=").skip(1).flat_map(|rest| {
        let rest = rest.trim_start_matches('\\');
        let value =
            rest.strip_prefix('"').and_then(|value| value.split(['"', '\\']).next()).unwrap_or_default();
        value.split_whitespace().filter(|word| word.chars().all(is_name))
    });
    let switches = line.split("class:").skip(1).filter_map(|rest| {
        let end = rest.find(|character: char| !is_name(character))?;
        (end > 0 && rest[end..].starts_with('=')).then_some(&rest[..end])
    });
    let switched = line.split("class=(\"").skip(1).filter_map(|rest| rest.split('"').next());
    attributes.chain(switches).chain(switched)
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '-' || character == '_'
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(start, _)| {
        let before = text[..start].chars().next_back();
        let after = text[start + word.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    })
}

#[cfg(test)]
mod tests {
    use super::super::source_file;
    use super::*;

    #[test]
    fn classes_are_read_from_selectors_only() {
        let css = "@layer base; /* .not-this */ .card { margin: 0.5rem; &:hover .card-title { color: red } }\n\
                   @media (width < 40rem) { a.link, .x:not(.y) { transition: all .2s } }";

        assert_eq!(defined_classes(css), ["card", "card-title", "link", "x", "y"]);
    }

    #[test]
    fn classes_are_read_from_attributes_in_all_spellings() {
        let used = |line: &'static str| used_classes(line).collect::<Vec<_>>();

        assert_eq!(used(r#"<a class="button wide">"#), ["button", "wide"]);
        assert_eq!(used(r#""<p class=\"hint\" id=\"x\">""#), ["hint"]);
        assert_eq!(used(r#"class:open=is_open class=("shut", move || true)"#), ["open", "shut"]);
        assert_eq!(used(r#"class="tone-{tone} badge""#), ["badge"]);
    }

    #[test]
    fn both_directions_are_checked_for_each_side() {
        let files = [
            source_file("frontend/src/a.rs", "class=\"card missing\" class=\"menu\" class=\"menu-item\""),
            source_file("frontend/styles/a.css", ".card {} .menu-item {} .unused {}"),
            source_file("backend/src/page/b.rs", "class=\\\"card\\\""),
            source_file("backend/assets/page.css", ".hint {}"),
        ];

        assert_eq!(
            check(&files),
            [
                "frontend/src/a.rs:1: no style sheet defines .missing",
                "frontend/styles/a.css: nothing uses .unused",
                "backend/src/page/b.rs:1: no style sheet defines .card",
                "backend/assets/page.css: nothing uses .hint",
            ]
        );
    }
}
