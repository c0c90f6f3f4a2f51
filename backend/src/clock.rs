//! The one place that reads the time. Everything else takes a [`Timestamp`] or a [`Clock`].

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Whole seconds, rounded down.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The start of its second.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Timestamp(self.unix_seconds() * 1000)
    }

    /// Later by `duration`.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Timestamp(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; zero when it lies in the future.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// `2026-11-24T20:13:11Z`, with milliseconds only when there are any.
    #[must_use]
    pub fn to_iso8601(self) -> String {
        jiff::Timestamp::from_millisecond(self.0)
            .map_or_else(|_| self.0.to_string(), |instant| instant.to_string())
    }

    /// Reads ISO 8601 with an offset or `Z`.
    #[must_use]
    pub fn parse_iso8601(text: &str) -> Option<Self> {
        text.parse::<jiff::Timestamp>().ok().map(|instant| Timestamp(instant.as_millisecond()))
    }
}

/// Tells the time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// Moved by hand, in tests.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until moved.
    #[must_use]
    pub fn fixed(start: Timestamp) -> Self {
        Clock::Fixed(Arc::new(AtomicI64::new(start.0)))
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => Timestamp(jiff::Timestamp::now().as_millisecond()),
            Clock::Fixed(milliseconds) => Timestamp(milliseconds.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fixed clock; does nothing to the system's.
    pub fn advance(&self, duration: Duration) {
        if let Clock::Fixed(milliseconds) = self {
            let step = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
            milliseconds.fetch_add(step, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Timestamp = Timestamp(1_795_551_191_250);

    #[test]
    fn a_moment_is_written_and_read_as_iso_8601() {
        assert_eq!(MOMENT.whole_second().to_iso8601(), "2026-11-24T20:13:11Z");
        assert_eq!(MOMENT.to_iso8601(), "2026-11-24T20:13:11.25Z");
        assert_eq!(Timestamp::parse_iso8601("2026-11-24T21:13:11.25+01:00"), Some(MOMENT));
        for text in ["2026-11-24T20:13:11", "tomorrow", "1795551191", ""] {
            assert_eq!(Timestamp::parse_iso8601(text), None, "{text:?} names no moment");
        }
    }

    #[test]
    fn whole_seconds_round_down() {
        assert_eq!(MOMENT.unix_seconds(), 1_795_551_191);
        assert_eq!(MOMENT.whole_second(), Timestamp(1_795_551_191_000));
        assert_eq!(Timestamp(-1).whole_second(), Timestamp(-1_000));
    }

    #[test]
    fn nothing_happened_a_negative_time_ago_and_sums_do_not_wrap() {
        let later = MOMENT.plus(Duration::from_secs(1));

        assert_eq!(later.since(MOMENT), Duration::from_secs(1));
        assert_eq!(MOMENT.since(later), Duration::ZERO);
        assert_eq!(MOMENT.plus(Duration::MAX), Timestamp(i64::MAX));
    }

    #[test]
    fn a_fixed_clock_moves_only_by_hand_and_for_all_its_holders() {
        let clock = Clock::fixed(MOMENT);
        let holder = clock.clone();

        clock.advance(Duration::from_millis(750));

        assert_eq!(holder.now(), Timestamp(1_795_551_192_000));
        assert!(Clock::System.now() > Timestamp(0));
    }
}
