//! Nothing in the checkout may depend on one machine or name the registries that packages came from.

use super::{Finding, SourceFile};

/// Lock files record where packages came from; that is their purpose.
const LOCK_FILES: [&str; 2] = ["Cargo.lock", "package-lock.json"];
/// Written in two halves, or this file would be the first finding.
const FORBIDDEN: &[(&str, &str, &str)] = &[
    ("/ro", "ot/", "a path of one machine"),
    ("/ho", "me/", "a path of one machine"),
    ("/Us", "ers/", "a path of one machine"),
    ("/wo", "rk/", "a path of one machine"),
    ("/tmp/ha", "sp", "a path of one machine"),
    ("crates", ".io", "a registry host"),
    ("npmjs", ".org", "a registry host"),
    ("npmjs", ".com", "a registry host"),
    ("pypi", ".org", "a registry host"),
    ("pythonhosted", ".org", "a registry host"),
    ("deb.debian", ".org", "a registry host"),
    ("registry+ht", "tp", "a registry host"),
];

/// Names lines that hold one of the forbidden texts.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| !LOCK_FILES.iter().any(|lock| file.path.ends_with(lock))) {
        for (number, line) in file.text.lines().enumerate() {
            for (first, second, what) in FORBIDDEN {
                let text = format!("{first}{second}");
                if starts_a_word(line, &text) {
                    findings.push(format!("{}:{}: {what}: {text}", file.path, number + 1));
                }
            }
        }
    }
    findings
}

/// Whether the text occurs where a path or a host can begin: a folder of that name in a longer path is no machine path.
fn starts_a_word(line: &str, text: &str) -> bool {
    line.match_indices(text).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        if text.starts_with('/') {
            before.is_none_or(|character| !character.is_alphanumeric() && !"._-}*)".contains(character))
        } else {
            before.is_none_or(|character| !character.is_alphanumeric() && character != '-')
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::source_file;
    use super::*;

    #[test]
    fn a_machine_path_is_found_where_one_can_begin() {
        let path = format!("/{}/me", "home");

        assert_eq!(check(&[source_file("a.md", &format!("see `{path}`"))]).len(), 1);
        assert!(check(&[source_file("a.md", &format!("see src{path}"))]).is_empty());
    }

    #[test]
    fn a_registry_host_is_found_except_in_a_lock_file() {
        let text = format!("https://static.crates{}/x", ".io");

        assert_eq!(check(&[source_file("README.md", &text)]).len(), 1);
        assert!(check(&[source_file("Cargo.lock", &text)]).is_empty());
    }
}
