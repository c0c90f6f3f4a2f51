//! What the arguments of `cargo xtask test` ask for.

use anyhow::{Context, Result, bail};

use crate::test::stages::{STAGES, Stage};

/// What the arguments ask for.
#[derive(Debug)]
pub struct Choice {
    /// Longer runs.
    pub full: bool,
    only: Vec<&'static str>,
}

impl Choice {
    /// Reads `--full` and `--only STAGE[,STAGE…]`.
    pub fn parse(arguments: &[String]) -> Result<Choice> {
        let mut choice = Choice { full: false, only: Vec::new() };
        let mut words = arguments.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--full" => choice.full = true,
                "--only" => {
                    let names =
                        words.next().with_context(|| format!("--only needs a stage: {}", stage_names()))?;
                    for name in names.split(',') {
                        let known = STAGES.iter().find(|stage| stage.name == name);
                        let stage = known
                            .with_context(|| format!("no stage `{name}`; there are: {}", stage_names()))?;
                        choice.only.push(stage.name);
                    }
                }
                other => bail!(
                    "`{other}` is not known here; there are --full and --only STAGE ({})",
                    stage_names()
                ),
            }
        }
        Ok(choice)
    }

    /// The names of the stages to run: the chosen ones and those they come after.
    pub fn stages(&self) -> Vec<&'static str> {
        let chosen = |stage: &Stage| self.only.is_empty() || self.only.contains(&stage.name);
        let needed =
            |stage: &Stage| STAGES.iter().any(|later| chosen(later) && later.after.contains(&stage.name));
        STAGES.iter().filter(|stage| chosen(stage) || needed(stage)).map(|stage| stage.name).collect()
    }
}

fn stage_names() -> String {
    STAGES.iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(words: &[&str]) -> Result<Choice> {
        Choice::parse(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_chosen_stage_brings_those_it_comes_after() {
        assert_eq!(choice(&["--only", "browser"]).unwrap().stages(), ["console", "build", "browser"]);
        assert_eq!(choice(&["--only", "format,clippy"]).unwrap().stages(), ["format", "clippy"]);
        assert_eq!(choice(&["--full"]).unwrap().stages().len(), STAGES.len());
    }

    #[test]
    fn an_unknown_stage_is_refused_with_the_known_ones() {
        let error = choice(&["--only", "brwser"]).unwrap_err().to_string();

        assert!(error.contains("`brwser`") && error.contains("browser"), "{error}");
    }
}
