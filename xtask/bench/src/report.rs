//! The table that is printed, with ratios to the first row.

use std::time::Duration;

use crate::CONNECTIONS;
use crate::load::Round;
use crate::machine;

/// What was measured under one name.
pub struct Subject {
    name: &'static str,
    rounds: Vec<Round>,
}

impl Subject {
    /// Nothing measured yet.
    pub fn new(name: &'static str) -> Subject {
        Subject { name, rounds: Vec::new() }
    }

    /// Adds a round.
    pub fn add(&mut self, round: Round) {
        self.rounds.push(round);
    }

    fn rate(&self) -> f64 {
        median(self.rounds.iter().map(Round::rate))
    }

    fn latency(&self, share: f64) -> f64 {
        median(self.rounds.iter().map(|round| milliseconds(round.latency(share))))
    }

    /// Microseconds of the server's processor time per answer.
    fn processor_microseconds(&self) -> Option<f64> {
        let rounds: Option<Vec<f64>> = self
            .rounds
            .iter()
            .map(|round| Some(round.processor_time?.as_secs_f64() * 1e6 / round.answers as f64))
            .collect();
        rounds.map(|rounds| median(rounds.into_iter()))
    }

    fn range(&self) -> String {
        let rates = || self.rounds.iter().map(Round::rate);
        let (least, most) = (rates().fold(f64::MAX, f64::min), rates().fold(0.0, f64::max));
        format!("{}–{}", thousands(least), thousands(most))
    }
}

/// The Markdown table and the machine it holds for.
pub fn text(subjects: &[Subject], stored_tokens: usize) -> String {
    let mut text = format!(
        "Machine: {}. Load generator and server share it; {CONNECTIONS} connections with one request in flight each; \
         median of {} rounds; {stored_tokens} live tokens stored; SQLite on disk, synchronous.\n\n",
        machine::description(),
        subjects.first().map_or(0, |subject| subject.rounds.len()),
    );
    text.push_str("| | per second | slowest–fastest round | ratio to bare | p50 ms | p99 ms | server CPU µs | CPU ratio |\n");
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    let bare_rate = subjects.first().map_or(1.0, Subject::rate);
    let bare_processor = subjects.first().and_then(Subject::processor_microseconds);
    for subject in subjects {
        let processor = subject.processor_microseconds();
        let number = |value: Option<f64>, decimals: usize| {
            value.map_or("–".to_owned(), |value| format!("{value:.decimals$}"))
        };
        let processor_ratio = processor.zip(bare_processor).map(|(this, bare)| this / bare);
        text.push_str(&format!(
            "| {} | {} | {} | {:.2} | {:.2} | {:.2} | {} | {} |\n",
            subject.name,
            thousands(subject.rate()),
            subject.range(),
            subject.rate() / bare_rate,
            subject.latency(0.5),
            subject.latency(0.99),
            number(processor, 1),
            number(processor_ratio, 2),
        ));
    }
    text
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        count if count % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// `12,345`.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(answers: usize, processor_time: Option<Duration>) -> Round {
        Round { answers, took: Duration::from_secs(1), processor_time, ..Round::default() }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!(thousands(987.4), "987");
        assert_eq!(thousands(1_234_567.0), "1,234,567");
    }

    #[test]
    fn the_median_stands_between_two_middle_values() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), 2.5);
    }

    #[test]
    fn ratios_are_those_to_the_first_row() {
        let mut bare = Subject::new("bare");
        let mut real = Subject::new("real");
        bare.add(round(10_000, Some(Duration::from_millis(100))));
        real.add(round(4_000, Some(Duration::from_millis(100))));

        let text = text(&[bare, real], 5);

        assert!(
            text.contains("| bare | 10,000 | 10,000–10,000 | 1.00 | 0.00 | 0.00 | 10.0 | 1.00 |"),
            "{text}"
        );
        assert!(text.contains("| real | 4,000 | 4,000–4,000 | 0.40 | 0.00 | 0.00 | 25.0 | 2.50 |"), "{text}");
    }
}
