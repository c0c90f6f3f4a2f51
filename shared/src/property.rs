//! How property tests run: a number of cases that keeps them quick, more with `PROPTEST_CASES=100000`.

use proptest::test_runner::Config;

/// At least so many cases. Failures print their input and are turned into rows of a table, not into a file.
pub(crate) fn config(cases: u32) -> Config {
    let default = Config::default();
    Config { cases: default.cases.max(cases), failure_persistence: None, ..default }
}
