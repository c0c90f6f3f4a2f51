//! `cargo xtask test`: every check there is, in stages, with the minutes each took.

mod choice;
mod output;
mod report;
mod session;
mod stages;

use std::time::Instant;

use anyhow::{Result, bail};

use crate::stage;
use crate::test::choice::Choice;
use crate::test::output::Tally;
use crate::test::report::{Report, table};
use crate::test::session::Session;
use crate::test::stages::{STAGES, Stage};
use crate::workspace::Workspace;

/// Runs all stages, or the chosen ones with what they need.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let choice = Choice::parse(arguments)?;
    let names = choice.stages();
    let started = Instant::now();
    let mut session = Session::new(workspace, choice.full);
    let prepared = session.prepare(&names);
    let can_start = prepared.is_ok();
    let mut reports = vec![finished("prepare", started, Tally::default(), prepared)];
    if can_start {
        for stage in STAGES.iter().filter(|stage| names.contains(&stage.name)) {
            let report = run_stage(stage, &session, &reports);
            reports.push(report);
        }
    }
    println!("\n{}", table(&reports, started.elapsed()));
    let red: Vec<&str> =
        reports.iter().filter(|report| report.problem.is_some()).map(|report| report.name).collect();
    if !red.is_empty() {
        bail!("red: {}", red.join(", "));
    }
    Ok(())
}

fn run_stage(stage: &Stage, session: &Session, earlier: &[Report]) -> Report {
    let started = Instant::now();
    let mut tally = Tally::default();
    let is_red =
        |name: &&&str| earlier.iter().any(|report| report.name == **name && report.problem.is_some());
    if let Some(before) = stage.after.iter().find(is_red) {
        return finished(stage.name, started, tally, Err(anyhow::anyhow!("not run, since {before} is red")));
    }
    let what = format!("{}: {}", stage.name, stage.purpose);
    let result = stage::step(&what, || (stage.run)(session, &mut tally));
    finished(stage.name, started, tally, result)
}

fn finished(name: &'static str, started: Instant, tally: Tally, result: Result<()>) -> Report {
    let problem = result.err().map(|error| format!("{error:#}"));
    if let Some(problem) = &problem {
        eprintln!("error: {name}: {problem}");
    }
    Report { name, took: started.elapsed(), tally, problem }
}
