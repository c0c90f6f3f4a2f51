//! What a person sees and does, in a real headless Chromium: one file per task.

#![expect(clippy::unwrap_used, reason = "in a test and its helpers a failed unwrap is a failed test")]

mod applications;
mod assets;
mod consent;
mod consent_preview;
mod dev_server;
mod grants;
mod harness;
mod looks;
mod secrets;
mod whole_path;
