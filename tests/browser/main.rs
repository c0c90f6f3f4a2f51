//! What a person sees and does, in a real headless Chromium: one file per task.

mod consent;
mod harness;
