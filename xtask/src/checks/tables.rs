//! Keeps the last column of docs/requirements.md and docs/security-checklist.md: the tests that prove each line.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use super::proofs::{self, CHECKLIST_LINES, Proof, REQUIREMENTS};
use super::{Finding, SourceFile};
use crate::workspace::Workspace;

const NOT_YET: &str = "not yet";
/// The line of each document that counts.
const SUMMARY: &str = "Proven by at least one test: ";

/// A document with one table row per requirement or checklist line.
struct Document {
    path: &'static str,
    /// What stands before the number in the first column.
    prefix: &'static str,
    last: u32,
    numbers: fn(&Proof) -> &BTreeSet<u32>,
}

const DOCUMENTS: [Document; 2] = [
    Document {
        path: "docs/requirements.md",
        prefix: "R",
        last: REQUIREMENTS,
        numbers: |proof| &proof.requirements,
    },
    Document {
        path: "docs/security-checklist.md",
        prefix: "",
        last: CHECKLIST_LINES,
        numbers: |proof| &proof.checklist,
    },
];

/// Names rows that differ from what the tests say.
pub fn check(workspace: &Workspace, files: &[SourceFile]) -> Result<Vec<Finding>> {
    let (proofs, mut findings) = proofs::collect(files);
    for document in &DOCUMENTS {
        let text = read(workspace, document)?;
        let expected = document.written(&text, &proofs)?;
        for (is, should) in text.lines().zip(expected.lines()).filter(|(is, should)| is != should) {
            let row = should.split('|').nth(1).map_or(is, str::trim);
            findings.push(format!("{}: {row} is out of date: run `cargo xtask docs`", document.path));
        }
    }
    Ok(findings)
}

/// Writes the rows anew.
pub fn rewrite(workspace: &Workspace, files: &[SourceFile]) -> Result<()> {
    let (proofs, findings) = proofs::collect(files);
    for document in &DOCUMENTS {
        let text = read(workspace, document)?;
        let expected = document.written(&text, &proofs)?;
        if expected == text {
            println!("✔ {}: up to date", document.path);
        } else {
            std::fs::write(workspace.path(document.path), expected).context(document.path)?;
            println!("✔ {}: rewritten", document.path);
        }
    }
    if !findings.is_empty() {
        bail!("{}", findings.join("\n"));
    }
    Ok(())
}

fn read(workspace: &Workspace, document: &Document) -> Result<String> {
    std::fs::read_to_string(workspace.path(document.path)).context(document.path)
}

impl Document {
    /// The document's text with its last column and its summary as the tests say.
    fn written(&self, text: &str, proofs: &[Proof]) -> Result<String> {
        let mut missing: BTreeSet<u32> = (1..=self.last).collect();
        let mut proven = 0;
        let mut lines = Vec::new();
        for line in text.lines() {
            let Some(number) = self.row_number(line) else {
                lines.push(line.to_owned());
                continue;
            };
            if !missing.remove(&number) {
                bail!("{}: no row or a second row for {}{number}", self.path, self.prefix);
            }
            let cell = self.cell(number, proofs);
            proven += u32::from(cell != NOT_YET);
            lines.push(with_last_cell(line, &cell).with_context(|| format!("{}: {line}", self.path))?);
        }
        if let Some(first) = missing.first() {
            bail!("{}: there is no row for {}{first}", self.path, self.prefix);
        }
        for line in lines.iter_mut().filter(|line| line.starts_with(SUMMARY)) {
            *line = format!("{SUMMARY}{proven} of {}.", self.last);
        }
        Ok(lines.join("\n") + "\n")
    }

    fn row_number(&self, line: &str) -> Option<u32> {
        let first = line.strip_prefix("| ")?.split(" |").next()?;
        first.strip_prefix(self.prefix)?.parse().ok()
    }

    /// Tests by file, in path order.
    fn cell(&self, number: u32, proofs: &[Proof]) -> String {
        let mut by_file: Vec<(&str, Vec<String>)> = Vec::new();
        for proof in proofs.iter().filter(|proof| (self.numbers)(proof).contains(&number)) {
            let test = format!("`{}`", proof.test);
            match by_file.last_mut() {
                Some((file, tests)) if *file == proof.file => tests.push(test),
                _ => by_file.push((&proof.file, vec![test])),
            }
        }
        if by_file.is_empty() {
            return NOT_YET.to_owned();
        }
        let parts = by_file.iter().map(|(file, tests)| format!("{file}: {}", tests.join(", ")));
        parts.collect::<Vec<_>>().join("<br>")
    }
}

fn with_last_cell(row: &str, cell: &str) -> Option<String> {
    let body = row.trim_end().strip_suffix('|')?;
    let last = body.rfind('|')?;
    Some(format!("{}| {cell} |", &row[..last]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Document =
        Document { path: "docs/small.md", prefix: "R", last: 2, numbers: |proof| &proof.requirements };

    fn proof(file: &str, test: &str, requirements: &[u32]) -> Proof {
        Proof {
            file: file.to_owned(),
            test: test.to_owned(),
            requirements: requirements.iter().copied().collect(),
            checklist: BTreeSet::new(),
        }
    }

    #[test]
    fn the_last_column_and_the_summary_follow_the_tests() {
        let text = "# x\nProven by at least one test: 7 of 2.\n\n| id | text | proven by |\n|---|---|---|\n\
                    | R1 | One. | old |\n| R2 | Two. | not yet |\n";
        let proofs = [proof("a.rs", "x", &[1]), proof("a.rs", "y", &[1]), proof("b.rs", "z", &[1])];

        assert_eq!(
            SMALL.written(text, &proofs).unwrap(),
            "# x\nProven by at least one test: 1 of 2.\n\n| id | text | proven by |\n|---|---|---|\n\
             | R1 | One. | a.rs: `x`, `y`<br>b.rs: `z` |\n| R2 | Two. | not yet |\n"
        );
    }

    #[test]
    fn a_missing_or_doubled_row_is_an_error() {
        assert!(SMALL.written("| R1 | One. | - |\n", &[]).unwrap_err().to_string().contains("no row for R2"));
        let doubled = "| R1 | One. | - |\n| R1 | One. | - |\n| R2 | Two. | - |\n";
        assert!(SMALL.written(doubled, &[]).unwrap_err().to_string().contains("second row for R1"));
    }
}
