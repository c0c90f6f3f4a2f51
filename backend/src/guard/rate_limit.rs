//! Buckets of N requests, refilled N a minute (GCRA), for token requests and for failed client authentication.
//!
//! A client's own bucket is charged only by requests that proved to be its own; everything else is charged to
//! (client id, address), unknown ids to the address alone. So a stranger who knows a public id starves nobody.

use super::request_context::network;
use crate::clock::Timestamp;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Buckets held at once; beyond it, new ones share a single bucket.
const BUCKETS_MAX: usize = 50_000;
const MINUTE_MICROSECONDS: i64 = 60_000_000;

/// Who pays for a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payer {
    /// The client itself, proved by its secret or by a code that is its own.
    Client(String),
    /// Somebody who names the client but proved nothing.
    Unproved(String, IpAddr),
    /// Somebody who names no client that exists.
    Stranger(IpAddr),
    /// Somebody who asks for sign-in pages.
    Visitor(IpAddr),
    /// Shared by all payers that found the table full.
    Overflow,
}

impl Payer {
    fn by_network(self) -> Self {
        match self {
            Payer::Unproved(client_id, address) => Payer::Unproved(client_id, network(address)),
            Payer::Stranger(address) => Payer::Stranger(network(address)),
            Payer::Visitor(address) => Payer::Visitor(network(address)),
            other @ (Payer::Client(_) | Payer::Overflow) => other,
        }
    }
}

/// Over the limit; the next request is admitted after this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverLimit {
    /// Time until a request is admitted.
    pub retry_after: Duration,
}

impl OverLimit {
    /// For `Retry-After`: whole seconds, rounded up, at least 1.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.retry_after.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)
    }
}

/// All buckets of one kind.
#[derive(Debug)]
pub struct RateLimit {
    interval_microseconds: i64,
    burst_microseconds: i64,
    table: Mutex<Table>,
}

#[derive(Debug, Default)]
struct Table {
    /// When each bucket is full again, in microseconds ("theoretical arrival time").
    full_at: HashMap<Payer, i64>,
    swept_at: i64,
}

impl RateLimit {
    /// Buckets that hold `per_minute` requests and refill at that rate.
    #[must_use]
    pub fn per_minute(per_minute: u32) -> Self {
        let interval_microseconds = (MINUTE_MICROSECONDS / i64::from(per_minute.max(1))).max(1);
        RateLimit {
            interval_microseconds,
            burst_microseconds: interval_microseconds * i64::from(per_minute.max(1)),
            table: Mutex::default(),
        }
    }

    /// Takes one request from the payer's bucket.
    ///
    /// # Errors
    /// When the bucket is empty; nothing is taken then.
    pub fn charge(&self, payer: Payer, now: Timestamp) -> Result<(), OverLimit> {
        let now = now.0.saturating_mul(1000);
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let payer = table.admit(payer.by_network(), now);
        // A clock that jumped back must not keep a bucket empty for longer than one refill.
        let latest = now.saturating_add(self.burst_microseconds);
        let full_at = table.full_at.get(&payer).copied().unwrap_or(now).clamp(now, latest);
        let next = full_at + self.interval_microseconds;
        if next > latest {
            table.full_at.insert(payer, full_at);
            let wait = u64::try_from(next - latest).unwrap_or(0);
            return Err(OverLimit { retry_after: Duration::from_micros(wait) });
        }
        table.full_at.insert(payer, next);
        Ok(())
    }
}

impl Table {
    /// The payer, or [`Payer::Overflow`] when it would be one too many even without the full buckets.
    fn admit(&mut self, payer: Payer, now: i64) -> Payer {
        if self.full_at.len() < BUCKETS_MAX || self.full_at.contains_key(&payer) {
            return payer;
        }
        if (now - self.swept_at).abs() >= 1_000_000 {
            self.swept_at = now;
            self.full_at.retain(|_, full_at| *full_at > now);
        }
        if self.full_at.len() < BUCKETS_MAX { payer } else { Payer::Overflow }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp(1_800_000_000_000);

    fn client() -> Payer {
        Payer::Client("hasp_app_1".to_owned())
    }

    fn spend(limit: &RateLimit, payer: &Payer, now: Timestamp) -> usize {
        (0..10_000).take_while(|_| limit.charge(payer.clone(), now).is_ok()).count()
    }

    // R39, R40, checklist 45.
    #[test]
    fn a_bucket_holds_a_minute_and_refills_evenly() {
        let limit = RateLimit::per_minute(60);

        assert_eq!(spend(&limit, &client(), START), 60);
        assert_eq!(limit.charge(client(), START).unwrap_err().seconds(), 1);
        assert_eq!(spend(&limit, &client(), START.plus(Duration::from_secs(1))), 1);
        assert_eq!(spend(&limit, &client(), START.plus(Duration::from_secs(11))), 10);
        assert_eq!(spend(&limit, &client(), START.plus(Duration::from_secs(600))), 60);
    }

    // Checklist 45.
    #[test]
    fn one_client_does_not_spend_anothers_bucket() {
        let limit = RateLimit::per_minute(2);
        let address = IpAddr::from([192, 0, 2, 1]);

        assert_eq!(spend(&limit, &client(), START), 2);
        assert_eq!(spend(&limit, &Payer::Client("hasp_app_2".to_owned()), START), 2);
        assert_eq!(spend(&limit, &Payer::Unproved("hasp_app_1".to_owned(), address), START), 2);
    }

    // Checklist 45.
    #[test]
    fn another_address_of_the_same_ipv6_network_is_no_other_payer() {
        let limit = RateLimit::per_minute(2);
        let stranger = |text: &str| Payer::Stranger(text.parse().unwrap());

        assert_eq!(spend(&limit, &stranger("2001:db8::1"), START), 2);
        assert_eq!(spend(&limit, &stranger("2001:db8::2"), START), 0);
        assert_eq!(spend(&limit, &stranger("2001:db8:0:1::1"), START), 2);
    }

    #[test]
    fn a_slow_limit_tells_the_whole_wait() {
        let limit = RateLimit::per_minute(1);

        assert_eq!(spend(&limit, &client(), START), 1);
        assert_eq!(limit.charge(client(), START).unwrap_err().seconds(), 60);
    }

    #[test]
    fn a_clock_that_goes_back_a_day_costs_a_minute_at_most() {
        let limit = RateLimit::per_minute(60);
        let yesterday = Timestamp(START.0 - 86_400_000);
        assert_eq!(spend(&limit, &client(), START), 60);

        assert_eq!(limit.charge(client(), yesterday).unwrap_err().seconds(), 1);
        assert_eq!(spend(&limit, &client(), yesterday.plus(Duration::from_secs(60))), 60);
    }

    // Checklist 88.
    #[test]
    fn the_table_stays_bounded() {
        let limit = RateLimit::per_minute(60);
        for number in 0..u32::try_from(BUCKETS_MAX).unwrap() + 1000 {
            let _ = limit.charge(Payer::Stranger(IpAddr::from(number.to_be_bytes())), START);
        }

        assert_eq!(limit.table.lock().unwrap().full_at.len(), BUCKETS_MAX + 1);

        let later = START.plus(Duration::from_secs(120));
        assert!(limit.charge(Payer::Stranger(IpAddr::from([255, 255, 255, 255])), later).is_ok());
        assert_eq!(limit.table.lock().unwrap().full_at.len(), 1);
    }
}
