//! Rounds of load: every connection sends its next request as soon as the last one is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::task::JoinSet;

use crate::CONNECTIONS;
use crate::connection::Connection;

/// Requests ready to be sent, and the text that every good answer holds.
#[derive(Clone)]
pub struct Requests {
    /// Whole requests, head and body.
    pub prepared: Arc<Vec<Vec<u8>>>,
    /// Status is 200 and the body holds this, or the round fails.
    pub expected: &'static str,
    /// Whether answers carry tokens to keep.
    pub keep_tokens: bool,
}

/// What one round came to.
#[derive(Debug, Default)]
pub struct Round {
    /// Answers.
    pub answers: usize,
    /// From the first request to the last answer.
    pub took: Duration,
    /// Time from request to answer, sorted.
    pub latencies: Vec<Duration>,
    /// Processor time of the server, where the system tells it.
    pub processor_time: Option<Duration>,
    /// Tokens in the answers, when they were to be kept.
    pub tokens: Vec<String>,
}

/// Sends the requests over and over for a fixed time.
pub async fn fixed_time(address: SocketAddr, requests: &Requests, time: Duration) -> Result<Round> {
    round(address, requests.clone(), Some(time)).await
}

/// Sends each request once.
pub async fn until_used_up(address: SocketAddr, requests: Requests) -> Result<Round> {
    round(address, requests, None).await
}

async fn round(address: SocketAddr, requests: Requests, time: Option<Duration>) -> Result<Round> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(address).await?);
    }
    let started = Instant::now();
    let deadline = time.map(|time| started + time);
    let mut tasks = JoinSet::new();
    for connection in connections {
        tasks.spawn(work(connection, requests.clone(), Arc::clone(&next), deadline));
    }
    let mut sum = Round::default();
    while let Some(finished) = tasks.join_next().await {
        let part = finished??;
        sum.answers += part.answers;
        sum.latencies.extend(part.latencies);
        sum.tokens.extend(part.tokens);
    }
    sum.took = started.elapsed();
    sum.latencies.sort_unstable();
    Ok(sum)
}

async fn work(
    mut connection: Connection,
    requests: Requests,
    next: Arc<AtomicUsize>,
    deadline: Option<Instant>,
) -> Result<Round> {
    let mut part = Round::default();
    let count = requests.prepared.len();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let is_over = match deadline {
            Some(deadline) => Instant::now() >= deadline,
            None => index >= count,
        };
        if is_over {
            return Ok(part);
        }
        let sent = Instant::now();
        let answer = connection.send(&requests.prepared[index % count]).await?;
        part.latencies.push(sent.elapsed());
        part.answers += 1;
        if answer.status != 200 || !answer.body.contains(requests.expected) {
            bail!("status {}, expected 200 with {}: {}", answer.status, requests.expected, answer.body);
        }
        if requests.keep_tokens {
            part.tokens.push(access_token(answer.body)?);
        }
    }
}

fn access_token(body: &str) -> Result<String> {
    let answer: serde_json::Value = serde_json::from_str(body)?;
    match answer["access_token"].as_str() {
        Some(token) => Ok(token.to_owned()),
        None => bail!("a token answer without access_token"),
    }
}

impl Round {
    /// Answers per second.
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.took.as_secs_f64()
    }

    /// The latency that this share of answers stays within.
    pub fn latency(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let index = (self.latencies.len() as f64 * share).ceil() as usize;
        self.latencies.get(index.saturating_sub(1).min(last)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_latencies() {
        let round = Round { latencies: (1..=200).map(Duration::from_micros).collect(), ..Round::default() };

        assert_eq!(round.latency(0.5), Duration::from_micros(100));
        assert_eq!(round.latency(0.99), Duration::from_micros(198));
        assert_eq!(Round::default().latency(0.99), Duration::ZERO);
    }

    #[test]
    fn the_token_is_read_from_the_answer() {
        assert_eq!(
            access_token(r#"{"access_token":"hasp_agent_x","expires_in":1}"#).unwrap(),
            "hasp_agent_x"
        );
        assert!(access_token("{}").is_err());
    }
}
