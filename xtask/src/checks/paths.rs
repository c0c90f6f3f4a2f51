//! Every path and every command that a document names exists.

use std::collections::HashSet;

use super::{Finding, SourceFile};
use crate::COMMANDS;

/// Folders that exist only after a build or a run.
const MADE_LATER: [&str; 4] = ["dist", "target", ".hasp", "node_modules"];
/// Endings by which a word without a slash is still a file name.
const FILE_ENDINGS: [&str; 12] =
    [".rs", ".toml", ".md", ".html", ".css", ".js", ".json", ".sql", ".png", ".svg", ".lock", ".txt"];

/// Names paths and commands in the Markdown files of the root and of docs/ that do not exist.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let tree = Tree::new(files);
    let mut findings = Vec::new();
    for document in files.iter().filter(|file| is_document(&file.path)) {
        for (number, line) in document.text.lines().enumerate() {
            for path in code_spans(line).filter(|span| tree.looks_like_path(span)) {
                if !tree.has(path) {
                    findings.push(format!("{}:{}: there is no {path}", document.path, number + 1));
                }
            }
            for target in link_targets(line) {
                if !tree.has_relative(&document.path, target) {
                    findings.push(format!(
                        "{}:{}: the link leads nowhere: {target}",
                        document.path,
                        number + 1
                    ));
                }
            }
            for command in xtask_commands(line) {
                if !COMMANDS.iter().any(|known| known.name == command) {
                    findings.push(format!(
                        "{}:{}: there is no `cargo xtask {command}`",
                        document.path,
                        number + 1
                    ));
                }
            }
        }
    }
    findings
}

fn is_document(path: &str) -> bool {
    path.ends_with(".md") && (!path.contains('/') || path.starts_with("docs/"))
}

/// Every file and folder of the checkout.
struct Tree<'files> {
    paths: HashSet<&'files str>,
    names: HashSet<&'files str>,
    top: HashSet<&'files str>,
}

impl<'files> Tree<'files> {
    fn new(files: &'files [SourceFile]) -> Tree<'files> {
        let mut tree = Tree { paths: HashSet::new(), names: HashSet::new(), top: HashSet::new() };
        for file in files {
            tree.names.insert(file.path.rsplit('/').next().unwrap_or_default());
            tree.top.insert(file.path.split('/').next().unwrap_or_default());
            tree.paths.insert(&file.path);
            for (slash, _) in file.path.match_indices('/') {
                tree.paths.insert(&file.path[..slash]);
            }
        }
        tree
    }

    /// A word in backticks that can only mean a file or a folder of this checkout.
    fn looks_like_path(&self, span: &str) -> bool {
        let plain = |character: char| character.is_ascii_alphanumeric() || "._-/".contains(character);
        if span.is_empty() || span.starts_with('/') || !span.chars().all(plain) {
            return false;
        }
        let first = span.split('/').next().unwrap_or_default();
        if MADE_LATER.contains(&first) {
            return false;
        }
        let has_ending =
            FILE_ENDINGS.iter().any(|ending| span.ends_with(ending) && span.len() > ending.len());
        has_ending || (span.contains('/') && self.top.contains(first))
    }

    /// Exact from the root; a bare file name may lie anywhere.
    fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.paths.contains(path) || (!path.contains('/') && self.names.contains(path))
    }

    fn has_relative(&self, document: &str, target: &str) -> bool {
        let mut parts: Vec<&str> = document.split('/').collect();
        parts.pop();
        for part in target.trim_end_matches('/').split('/') {
            match part {
                "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return false;
                    }
                }
                part => parts.push(part),
            }
        }
        parts.is_empty() || self.paths.contains(parts.join("/").as_str())
    }
}

/// The texts between backticks.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Targets of links and images inside the checkout, without fragment.
fn link_targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', ' ']).next()?;
        let target = target.split('#').next()?;
        (!target.is_empty() && !target.contains(':')).then_some(target)
    })
}

fn xtask_commands(line: &str) -> impl Iterator<Item = &str> {
    line.split("cargo xtask ").skip(1).filter_map(|rest| {
        let word = rest.split(|character: char| !character.is_ascii_alphanumeric()).next()?;
        (!word.is_empty()).then_some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::super::source_file;
    use super::*;

    fn findings(document: &str) -> Vec<Finding> {
        check(&[
            source_file("README.md", document),
            source_file("shared/src/pkce.rs", ""),
            source_file("docs/requirements.md", ""),
        ])
    }

    #[test]
    fn existing_files_and_folders_pass() {
        let text = "`shared/src/pkce.rs`, `shared/`, `pkce.rs`, [list](docs/requirements.md#r1), `dist/index.html`, \
                    `/v1/oauth/token`, `a/b`, [web](https://example.com)";

        assert_eq!(findings(text), Vec::<Finding>::new());
    }

    #[test]
    fn missing_files_and_links_are_named() {
        assert_eq!(findings("a\n`shared/src/pkc.rs`"), ["README.md:2: there is no shared/src/pkc.rs"]);
        assert_eq!(findings("`gone.rs`"), ["README.md:1: there is no gone.rs"]);
        assert_eq!(findings("[x](docs/gone.md)"), ["README.md:1: the link leads nowhere: docs/gone.md"]);
    }

    #[test]
    fn commands_must_exist() {
        assert_eq!(
            findings("run `cargo xtask serve` or `cargo xtask fly`"),
            ["README.md:1: there is no `cargo xtask fly`"]
        );
    }
}
