//! The table at the end: minutes, tests and outcome of each stage.

use std::time::Duration;

use crate::stage::duration_text;
use crate::test::output::Tally;

/// What became of one stage.
pub struct Report {
    /// The stage.
    pub name: &'static str,
    /// From its start to its end.
    pub took: Duration,
    /// The tests it ran.
    pub tally: Tally,
    /// Why it is red.
    pub problem: Option<String>,
}

impl Report {
    fn outcome(&self) -> String {
        match &self.problem {
            None => "green".to_owned(),
            Some(_) if !self.tally.failures.is_empty() => {
                format!("failed: {}", self.tally.failures.join(", "))
            }
            Some(problem) => problem.lines().next().unwrap_or("red").to_owned(),
        }
    }
}

/// One line a stage; the last line is the sum of all tests.
pub fn table(reports: &[Report], total: Duration) -> String {
    let mut text = String::from("stage        minutes   tests  outcome\n");
    let minutes = |duration: Duration| format!("{:.1}", duration.as_secs_f64() / 60.0);
    let (mut passed, mut failed) = (0, 0);
    for report in reports {
        let tests = report.tally.passed + report.tally.failed;
        let tests = if tests == 0 { String::new() } else { tests.to_string() };
        text.push_str(&format!(
            "{:<12} {:>7} {tests:>7}  {}\n",
            report.name,
            minutes(report.took),
            report.outcome()
        ));
        passed += report.tally.passed;
        failed += report.tally.failed;
    }
    text.push_str(&format!("{:<12} {:>7}  ({})\n", "total", minutes(total), duration_text(total)));
    text.push_str(&format!("\n{passed} passed, {failed} failed"));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_failed_tests_and_ends_with_the_sum() {
        let report = |name, tally: Tally, problem: Option<&str>| Report {
            name,
            took: Duration::from_secs(90),
            tally,
            problem: problem.map(str::to_owned),
        };
        let green = Tally { passed: 10, ..Tally::default() };
        let red = Tally { passed: 2, failed: 1, failures: vec!["whole_path".to_owned()], ..Tally::default() };
        let reports = [
            report("unit", green, None),
            report("clippy", Tally::default(), Some("first line\nsecond line")),
            report("browser", red, Some("command failed")),
        ];

        let table = table(&reports, Duration::from_secs(270));

        assert!(table.contains("unit             1.5      10  green\n"), "{table}");
        assert!(table.contains("clippy           1.5          first line\n"), "{table}");
        assert!(table.contains("browser          1.5       3  failed: whole_path\n"), "{table}");
        assert!(table.ends_with("\n12 passed, 1 failed"), "{table}");
    }
}
