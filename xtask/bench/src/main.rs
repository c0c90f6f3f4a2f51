//! The load generator of `cargo xtask bench`.
//!
//! In one run on one machine: introspections of the real server beside a bare axum route that answers a constant of the
//! same size, then exchanges of codes that real consents made. Rounds alternate, so that what else the machine does
//! touches all alike; medians are printed.

mod connection;
mod flow;
mod load;
mod machine;
mod report;
mod server;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::flow::Flow;
use crate::load::{Round, fixed_time, until_used_up};
use crate::report::Subject;
use crate::server::{Bare, Hasp};

/// Connections that each have one request in flight.
pub const CONNECTIONS: usize = 32;

/// How long everything takes.
#[derive(Clone, Copy, Debug)]
struct Plan {
    rounds: usize,
    warm_up: Duration,
    round: Duration,
    codes_per_round: usize,
    stored_tokens: usize,
}

const FULL: Plan = Plan {
    rounds: 5,
    warm_up: Duration::from_secs(2),
    round: Duration::from_secs(4),
    codes_per_round: 4_000,
    stored_tokens: 4_000,
};
const QUICK: Plan = Plan {
    rounds: 2,
    warm_up: Duration::from_millis(300),
    round: Duration::from_millis(800),
    codes_per_round: 300,
    stored_tokens: 300,
};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        // The bare route, started as a process of its own by the run below.
        ["--bare", bytes] => server::run_bare(bytes.parse().context("--bare takes a number of bytes")?),
        [program] => run(PathBuf::from(program), FULL),
        [program, "--quick"] => run(PathBuf::from(program), QUICK),
        _ => bail!("usage: cargo xtask bench [--quick]"),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn run(program: PathBuf, plan: Plan) -> Result<()> {
    let mut hasp = Hasp::start(&program).await?;
    let measured = measure(&hasp, plan).await;
    measured.with_context(|| hasp.state())
}

async fn measure(hasp: &Hasp, plan: Plan) -> Result<()> {
    let mut flow = Flow::sign_in(hasp).await?;

    println!("making {} tokens through sign-in, consent and exchange", plan.stored_tokens);
    let codes = flow.codes(plan.stored_tokens).await?;
    let warming = until_used_up(hasp.address, flow.exchanges(&codes)).await?;
    let tokens = warming.tokens;

    let answer_bytes = flow.introspection_bytes(&tokens[0]).await?;
    let bare = Bare::start(answer_bytes).await?;
    let introspections = flow.introspections(&tokens);

    println!("introspection, {} rounds beside a bare route of {answer_bytes} bytes", plan.rounds);
    let mut bare_subject = Subject::new("bare axum route, constant JSON");
    let mut introspection_subject = Subject::new("introspection, active token");
    fixed_time(bare.address, &introspections, plan.warm_up).await?;
    fixed_time(hasp.address, &introspections, plan.warm_up).await?;
    for _ in 0..plan.rounds {
        bare_subject
            .add(measured(bare.process_id(), fixed_time(bare.address, &introspections, plan.round)).await?);
        introspection_subject
            .add(measured(hasp.process_id(), fixed_time(hasp.address, &introspections, plan.round)).await?);
    }

    println!("code to token, {} rounds of {} codes", plan.rounds, plan.codes_per_round);
    let mut exchange_subject = Subject::new("code to token, durable");
    for _ in 0..plan.rounds {
        let codes = flow.codes(plan.codes_per_round).await?;
        let exchanges = flow.exchanges(&codes);
        exchange_subject.add(measured(hasp.process_id(), until_used_up(hasp.address, exchanges)).await?);
    }

    println!(
        "\n{}",
        report::text(&[bare_subject, introspection_subject, exchange_subject], plan.stored_tokens)
    );
    Ok(())
}

/// A round with the processor time that the server spent on it.
async fn measured(process_id: u32, round: impl Future<Output = Result<Round>>) -> Result<Round> {
    let before = machine::processor_time(process_id);
    let mut round = round.await?;
    if let (Some(before), Some(after)) = (before, machine::processor_time(process_id)) {
        round.processor_time = Some(after.saturating_sub(before));
    }
    Ok(round)
}
