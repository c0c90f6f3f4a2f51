//! What is checked of documents and source text, beyond what the compiler sees.
//!
//! Each check gives a list of findings; all are shown before the stage fails.

pub mod commands;
mod dependencies;
mod hosts;
mod paths;
mod proofs;
mod size;
mod styles;
mod tables;
mod wasm_tests;

use anyhow::{Result, bail};

use crate::stage;
use crate::workspace::Workspace;

/// A finding: where, and what is wrong.
pub type Finding = String;

/// A file of the checkout with its text.
pub struct SourceFile {
    /// Relative to the root, with forward slashes.
    pub path: String,
    /// The whole text; empty for a picture.
    pub text: String,
}

type Check = fn(&Workspace, &[SourceFile]) -> Result<Vec<Finding>>;

const CHECKS: &[(&str, Check)] = &[
    ("generated columns of docs/ are up to date", tables::check),
    ("source files stay small", |_, files| Ok(size::check(files))),
    ("paths and commands named in documents exist", |_, files| Ok(paths::check(files))),
    ("no machine paths and no registry hosts", |_, files| Ok(hosts::check(files))),
    ("dependencies come from the registry under accepted licences", dependencies::check),
    ("every style class is defined and used", |_, files| Ok(styles::check(files))),
    ("tests of the console run in the browser", |_, files| Ok(wasm_tests::check(files))),
];

/// Runs all checks.
pub fn run(workspace: &Workspace) -> Result<()> {
    let files = source_files(workspace)?;
    let mut red = 0;
    for (what, check) in CHECKS {
        let findings = check(workspace, &files)?;
        println!("  {} {what}", if findings.is_empty() { "✔" } else { "✘" });
        for finding in &findings {
            println!("      {finding}");
        }
        red += findings.len();
    }
    if red > 0 {
        bail!("{red} findings in documents and sources");
    }
    Ok(())
}

/// `cargo xtask docs`: writes what `run` compares.
pub fn rewrite_documents(workspace: &Workspace) -> Result<()> {
    let files = source_files(workspace)?;
    tables::rewrite(workspace, &files)?;
    let mut cargo = workspace.cargo();
    stage::run(cargo.args(["build", "--quiet", "--package", "hasp-server", "--bin", "hasp"]))?;
    commands::rewrite(workspace, &workspace.debug_server())
}

fn source_files(workspace: &Workspace) -> Result<Vec<SourceFile>> {
    let mut files = Vec::new();
    for path in workspace.files()? {
        let text = workspace.read_text(&path)?;
        files.push(SourceFile { path, text });
    }
    Ok(files)
}

/// Rust sources, in path order.
fn rust_files(files: &[SourceFile]) -> impl Iterator<Item = &SourceFile> {
    files.iter().filter(|file| file.path.ends_with(".rs"))
}

#[cfg(test)]
fn source_file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}
