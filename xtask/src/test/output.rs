//! Reads what test runners print: how many tests passed and which failed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::stage;

/// What the tests of one stage came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
    /// Tests that were not run although they exist.
    pub ignored: u64,
    /// Names of failed tests.
    pub failures: Vec<String>,
}

impl Tally {
    fn read_line(&mut self, line: &str) {
        if let Some(summary) = line.trim_start().strip_prefix("test result: ") {
            let counts = summary.split_once(". ").map_or(summary, |(_, counts)| counts);
            for part in counts.split(';') {
                let mut words = part.split_whitespace();
                let number = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
                match words.next() {
                    Some("passed") => self.passed += number,
                    Some("failed") => self.failed += number,
                    Some("ignored") => self.ignored += number,
                    _ => {}
                }
            }
        } else if let Some(name) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... FAIL")) {
            self.failures.push(name.0.to_owned());
        }
    }
}

/// Runs a test command, shows its output as it comes, and counts, also when it ends red.
pub fn run(command: &mut Command, tally: &mut Tally) -> Result<()> {
    run_showing(command, tally, &mut std::io::stdout())
}

fn run_showing(command: &mut Command, tally: &mut Tally, shown_on: &mut impl Write) -> Result<()> {
    let shown = stage::command_text(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{shown}` could not be started"))?;
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            shown_on.write_all(&line)?;
            tally.read_line(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(text: &str) -> Tally {
        let mut tally = Tally::default();
        text.lines().for_each(|line| tally.read_line(line));
        tally
    }

    #[test]
    fn several_test_programs_add_up() {
        let output = "running 2 tests\ntest a ... ok\ntest b::c ... FAILED\n\n\
                      test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n\
                      test result: ok. 12 passed; 0 failed; 3 ignored; 0 measured; 0 filtered out; finished in 1.00s\n";

        assert_eq!(
            tally(output),
            Tally { passed: 13, failed: 1, ignored: 3, failures: vec!["b::c".to_owned()] }
        );
    }

    #[test]
    fn the_browser_runner_of_wasm_bindgen_is_understood() {
        let output = "test web::the_dialog_closes ... FAIL\ntest result: FAILED. 4 passed; 1 failed; 0 ignored; 0 filtered out\n";

        let tally = tally(output);

        assert_eq!((tally.passed, tally.failed), (4, 1));
        assert_eq!(tally.failures, ["web::the_dialog_closes"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_red_run_still_tells_what_it_counted() {
        let script = "echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored'; exit 1";
        let (mut shown, mut tally) = (Vec::new(), Tally { passed: 4, ..Tally::default() });

        let result = run_showing(Command::new("sh").args(["-c", script]), &mut tally, &mut shown);

        assert!(result.is_err());
        assert!(shown.starts_with(b"test result: FAILED. 2 passed"));
        assert_eq!(tally, Tally { passed: 6, failed: 1, ..Tally::default() });
    }
}
