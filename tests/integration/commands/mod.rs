//! The `hasp` program from outside: commands, settings, set-up, demonstration, health.

mod administration;
mod demonstration;
mod running;
mod set_up;
mod settings;

use hasp_tests::http::{Call, plain_client};
use reqwest::Method;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

pub(super) fn fresh() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("hasp.db");
    (folder, database)
}

pub(super) fn sqlite(database: &Path) -> String {
    format!("sqlite:{}", database.display())
}

pub(super) async fn get(issuer: &str, path: &str) -> hasp_tests::http::Answer {
    Call::new(&plain_client(), Method::GET, format!("{issuer}{path}")).send().await
}
