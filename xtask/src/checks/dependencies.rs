//! What the lock file brings in: packages of the registry only, under licences that a binary may be given away with.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Finding, SourceFile};
use crate::stage;
use crate::workspace::Workspace;

/// Licences that ask for no more than a notice; MPL-2.0 asks for changes of its own files, and we make none.
const ACCEPTED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Names packages from elsewhere than the registry, and licences that are not accepted.
pub fn check(workspace: &Workspace, _files: &[SourceFile]) -> Result<Vec<Finding>> {
    let metadata = stage::output(workspace.cargo().args(["metadata", "--format-version", "1"]))?;
    findings(&serde_json::from_str(&metadata).context("cargo metadata")?)
}

fn findings(metadata: &Value) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for package in metadata["packages"].as_array().context("cargo metadata names no packages")? {
        let name = format!("{} {}", text(&package["name"]), text(&package["version"]));
        let is_member = package["source"].is_null();
        if !is_member && !text(&package["source"]).starts_with("registry+") {
            findings.push(format!("{name}: does not come from the registry: {}", text(&package["source"])));
        }
        let license = text(&package["license"]);
        if !is_member && !is_accepted(license) {
            findings.push(format!("{name}: its licence is not among the accepted ones: {license:?}"));
        }
    }
    Ok(findings)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Whether an SPDX expression can be met with accepted licences alone. Older packages write `/` for `OR`.
fn is_accepted(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let accepted = alternatives(&words, &mut at);
    accepted && at == words.len()
}

fn alternatives(words: &[&str], at: &mut usize) -> bool {
    let mut accepted = conjunction(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        accepted |= conjunction(words, at);
    }
    accepted
}

fn conjunction(words: &[&str], at: &mut usize) -> bool {
    let mut accepted = license(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        accepted &= license(words, at);
    }
    accepted
}

fn license(words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let accepted = alternatives(words, at);
        *at += 1;
        return accepted;
    }
    // An exception only permits more.
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    ACCEPTED.contains(word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_accepted_alternative_is_enough() {
        for expression in [
            "MIT",
            "MIT/Apache-2.0",
            "MIT OR GPL-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
        ] {
            assert!(is_accepted(expression), "{expression}");
        }
        for expression in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR GPL-3.0) AND SSPL-1.0", "MIT MIT"] {
            assert!(!is_accepted(expression), "{expression}");
        }
    }

    #[test]
    fn packages_from_elsewhere_are_named() {
        let metadata = json!({"packages": [
            {"name": "ours", "version": "1.0.0", "source": null, "license": null},
            {"name": "good", "version": "1.0.0", "source": "registry+x", "license": "MIT"},
            {"name": "fork", "version": "2.0.0", "source": "git+y", "license": "MIT"},
        ]});

        assert_eq!(findings(&metadata).unwrap(), ["fork 2.0.0: does not come from the registry: git+y"]);
    }
}
