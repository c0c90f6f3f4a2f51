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
