//! Which test proves what: requirements (`R41`) and checklist lines (`checklist 31, 32`) named by comments of tests.
//!
//! A comment counts when it stands immediately before a test or is the first thing in its body.

use std::collections::BTreeSet;

use super::{Finding, SourceFile, rust_files};

/// The last requirement's number.
pub const REQUIREMENTS: u32 = 92;
/// The last checklist line's number.
pub const CHECKLIST_LINES: u32 = 89;

/// A test and what its comment names.
#[derive(Debug, PartialEq, Eq)]
pub struct Proof {
    /// Path of the file, relative to the root.
    pub file: String,
    /// Name of the test function.
    pub test: String,
    /// Numbers of requirements.
    pub requirements: BTreeSet<u32>,
    /// Numbers of checklist lines.
    pub checklist: BTreeSet<u32>,
}

/// Every test that names a requirement or a checklist line, and every name that does not exist.
pub fn collect(files: &[SourceFile]) -> (Vec<Proof>, Vec<Finding>) {
    let mut proofs = Vec::new();
    let mut findings = Vec::new();
    let tested = ["shared/", "backend/", "frontend/", "tests/"];
    for file in rust_files(files).filter(|file| tested.iter().any(|folder| file.path.starts_with(folder))) {
        for (test, comment) in commented_tests(&file.text) {
            let mut named = references(&comment);
            let unknown_requirements = split_off_above(&mut named.requirements, REQUIREMENTS);
            let unknown_lines = split_off_above(&mut named.checklist, CHECKLIST_LINES);
            findings.extend(
                unknown_requirements.iter().map(|id| format!("{}: {test}: there is no R{id}", file.path)),
            );
            findings.extend(
                unknown_lines.iter().map(|id| format!("{}: {test}: there is no checklist {id}", file.path)),
            );
            if !named.requirements.is_empty() || !named.checklist.is_empty() {
                proofs.push(Proof {
                    file: file.path.clone(),
                    test,
                    requirements: named.requirements,
                    checklist: named.checklist,
                });
            }
        }
    }
    (proofs, findings)
}

fn split_off_above(numbers: &mut BTreeSet<u32>, last: u32) -> BTreeSet<u32> {
    let above = numbers.iter().filter(|number| **number == 0 || **number > last).copied().collect();
    numbers.retain(|number| (1..=last).contains(number));
    above
}

/// Names of test functions with the comments that belong to them.
fn commented_tests(text: &str) -> Vec<(String, String)> {
    let mut tests = Vec::new();
    let mut comment = String::new();
    let mut is_test = false;
    let mut lines = text.lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if let Some(words) = line.strip_prefix("//") {
            comment.push_str(words);
            comment.push('\n');
        } else if line.starts_with("#[") {
            is_test |= is_test_attribute(line);
            let mut last = line;
            while !last.ends_with(']') {
                let Some(next) = lines.next() else { break };
                last = next;
            }
        } else if let Some(name) = function_name(line) {
            if is_test {
                let mut last = line;
                while !last.ends_with('{') && !last.ends_with('}') {
                    let Some(next) = lines.next() else { break };
                    last = next;
                }
                while let Some(words) = lines.peek().and_then(|line| line.strip_prefix("//")) {
                    comment.push_str(words);
                    comment.push('\n');
                    lines.next();
                }
                tests.push((name.to_owned(), std::mem::take(&mut comment)));
            }
            comment.clear();
            is_test = false;
        } else {
            comment.clear();
            is_test = false;
        }
    }
    tests
}

fn is_test_attribute(line: &str) -> bool {
    let path = line.trim_start_matches("#[").split(['(', ']', ' ']).next().unwrap_or_default();
    matches!(path.rsplit("::").next(), Some("test" | "wasm_bindgen_test"))
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line;
    for word in ["pub ", "pub(crate) ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let name = rest.strip_prefix("fn ")?.split(['(', '<']).next()?;
    (!name.is_empty()).then_some(name)
}

/// What a comment names.
#[derive(Debug, Default, PartialEq, Eq)]
struct References {
    requirements: BTreeSet<u32>,
    checklist: BTreeSet<u32>,
}

/// A piece of a comment; a dash counts only between two things that touch it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Number(u32),
    Requirement(u32),
    Dash,
    Comma,
    Other,
}

fn references(comment: &str) -> References {
    let tokens = tokens(comment);
    let mut found = References::default();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Requirement(first) => {
                let last = match (tokens.get(at + 1), tokens.get(at + 2)) {
                    (Some(Token::Dash), Some(Token::Requirement(last) | Token::Number(last))) => {
                        at += 2;
                        *last
                    }
                    _ => *first,
                };
                found.requirements.extend(*first..=last.max(*first));
                at += 1;
            }
            Token::Word(word) if word.eq_ignore_ascii_case("checklist") => {
                at = read_checklist(&tokens, at + 1, &mut found.checklist);
            }
            _ => at += 1,
        }
    }
    found
}

/// Reads `31`, `31, 32`, `1-3` and `5 and 7` from there on; gives the first token that does not belong.
fn read_checklist(tokens: &[Token], mut at: usize, lines: &mut BTreeSet<u32>) -> usize {
    if matches!(tokens.get(at), Some(Token::Word(word)) if word == "line" || word == "lines") {
        at += 1;
    }
    while let Some(Token::Number(first)) = tokens.get(at) {
        let last = match (tokens.get(at + 1), tokens.get(at + 2)) {
            (Some(Token::Dash), Some(Token::Number(last))) => {
                at += 2;
                *last
            }
            _ => *first,
        };
        lines.extend(*first..=last.max(*first));
        at += 1;
        let joined = match tokens.get(at) {
            Some(Token::Comma) => true,
            Some(Token::Word(word)) => word == "and",
            _ => false,
        };
        if !joined || !matches!(tokens.get(at + 1), Some(Token::Number(_))) {
            break;
        }
        at += 1;
    }
    at
}

fn tokens(comment: &str) -> Vec<Token> {
    let characters: Vec<char> = comment.chars().collect();
    let is_word = |at: usize| {
        characters.get(at).is_some_and(|character| character.is_alphanumeric() || *character == '_')
    };
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let character = characters[at];
        if is_word(at) {
            let start = at;
            while is_word(at) {
                at += 1;
            }
            tokens.push(word_token(characters[start..at].iter().collect()));
            continue;
        }
        match character {
            '-' | '–' if at > 0 && is_word(at - 1) && is_word(at + 1) => tokens.push(Token::Dash),
            ',' => tokens.push(Token::Comma),
            _ if character.is_whitespace() => {}
            _ => tokens.push(Token::Other),
        }
        at += 1;
    }
    tokens
}

fn word_token(word: String) -> Token {
    if let Ok(number) = word.parse() {
        return Token::Number(number);
    }
    match word.strip_prefix('R').and_then(|digits| digits.parse().ok()) {
        Some(number) => Token::Requirement(number),
        None => Token::Word(word),
    }
}

#[cfg(test)]
mod tests {
    use super::super::source_file;
    use super::*;

    fn named(comment: &str) -> (Vec<u32>, Vec<u32>) {
        let found = references(comment);
        (found.requirements.into_iter().collect(), found.checklist.into_iter().collect())
    }

    #[test]
    fn single_names_lists_and_ranges_are_read() {
        assert_eq!(named(" R41, checklist 8"), (vec![41], vec![8]));
        assert_eq!(named(" checklist 31, 32: and R41-R44"), (vec![41, 42, 43, 44], vec![31, 32]));
        assert_eq!(named(" Checklist 1–3, 7 and 9; R1–3"), (vec![1, 2, 3], vec![1, 2, 3, 7, 9]));
        assert_eq!(named(" checklist lines 5, R6"), (vec![6], vec![5]));
    }

    #[test]
    fn other_numbers_are_left_alone() {
        assert_eq!(named(" RFC 6749 §4.1, HTTP 400, 64 times"), (vec![], vec![]));
        assert_eq!(named(" R39 – 60 a minute"), (vec![39], vec![]));
        assert_eq!(named(" the checklist is long, 89 lines"), (vec![], vec![]));
    }

    #[test]
    fn comments_before_and_inside_a_test_belong_to_it() {
        let text = "
            // R1
            #[test]
            fn before() {}

            #[tokio::test(
                flavor = \"multi_thread\",
            )]
            async fn inside() {
                // R2, checklist 3
                // and R4
                work(); // R9
            }

            // R5
            fn not_a_test() {}

            // R6 stands apart

            #[wasm_bindgen_test]
            async fn without() {
                work();
                // R7
            }
        ";

        let files = [source_file("tests/integration/main.rs", text)];
        let (proofs, findings) = collect(&files);

        let proof = |test: &str, requirements: &[u32], checklist: &[u32]| Proof {
            file: "tests/integration/main.rs".to_owned(),
            test: test.to_owned(),
            requirements: requirements.iter().copied().collect(),
            checklist: checklist.iter().copied().collect(),
        };
        assert_eq!(proofs, [proof("before", &[1], &[]), proof("inside", &[2, 4], &[3])]);
        assert_eq!(findings, Vec::<Finding>::new());
    }

    #[test]
    fn parameters_of_a_property_may_span_lines() {
        let text =
            "proptest! {\n#[test]\nfn property(\n    a in 0..9,\n) {\n    // R23\n    check(a);\n}\n}\n";

        assert_eq!(commented_tests(text), [("property".to_owned(), " R23\n".to_owned())]);
    }

    #[test]
    fn a_number_that_does_not_exist_is_a_finding() {
        let text = "// R93, checklist 89, 90\n#[test]\nfn a() {}\n";

        let (proofs, findings) = collect(&[source_file("shared/src/a.rs", text)]);

        assert_eq!(
            findings,
            ["shared/src/a.rs: a: there is no R93", "shared/src/a.rs: a: there is no checklist 90"]
        );
        assert_eq!(proofs[0].checklist, BTreeSet::from([89]));
    }
}
