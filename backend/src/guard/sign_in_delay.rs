//! Slows down wrong passwords; never locks an account.
//!
//! Failures are counted for (account, address) and for the address. Beyond the free ones each further attempt waits,
//! twice as long every time, up to a limit. Attempts that arrive together queue behind each other, so opening many
//! connections gains nothing. A person at another address never waits for an attacker.

use super::request_context::network;
use crate::config::SignInDelays;
use hasp_protocol::secret::sha256;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Counters held at once; the oldest go first.
const COUNTERS_MAX: usize = 20_000;
/// A counter without attempts for this long is forgotten.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3600);

/// Whether an attempt may be checked, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// After this long; zero for nearly everybody.
    After(Duration),
    /// Too many attempts wait already; try again after this long.
    Busy(Duration),
}

/// The counters.
#[derive(Debug)]
pub struct SignInDelay {
    numbers: SignInDelays,
    counters: Mutex<HashMap<Key, Counter>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// Hashed, so that the map's size does not depend on what is typed.
    AccountAt([u8; 32], IpAddr),
    Address(IpAddr),
}

#[derive(Clone, Copy, Debug)]
struct Counter {
    failures: u32,
    /// Admitted, without a verdict yet. They count as failures until they succeed, so that opening many connections
    /// before the first verdict gains nothing.
    undecided: u32,
    /// When the next attempt may be checked.
    open_at: Instant,
    last_attempt: Instant,
}

impl SignInDelay {
    /// Counters that follow these numbers.
    #[must_use]
    pub fn new(numbers: SignInDelays) -> Self {
        SignInDelay { numbers, counters: Mutex::default() }
    }

    /// Reserves the next turn for this account and address.
    #[must_use]
    pub fn admit(&self, account: &str, address: IpAddr, now: Instant) -> Admission {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut counters, now);
        let keys = self.keys(account, address);
        let wait = keys
            .iter()
            .filter_map(|(key, free)| counters.get(key).map(|counter| (counter, free)))
            .filter(|(counter, free)| counter.is_remembered(now) && counter.attempts() >= **free)
            .map(|(counter, _)| counter.open_at.saturating_duration_since(now))
            .max()
            .unwrap_or_default();
        if wait > self.numbers.longest_delay {
            return Admission::Busy(wait);
        }
        for (key, free) in keys {
            let counter = remembered(&mut counters, key, now);
            counter.undecided = counter.undecided.saturating_add(1);
            // Until the verdict is there, the attempts beyond the free ones stand one first delay apart.
            let level = counter.failures.max(counter.attempts().min(free));
            counter.open_at = now + wait + self.delay(level, free);
        }
        Admission::After(wait)
    }

    /// Counts a wrong password.
    pub fn record_failure(&self, account: &str, address: IpAddr, now: Instant) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut counters, now);
        for (key, free) in self.keys(account, address) {
            let counter = remembered(&mut counters, key, now);
            counter.undecided = counter.undecided.saturating_sub(1);
            counter.failures = counter.failures.saturating_add(1);
            counter.open_at = counter.open_at.max(now + self.delay(counter.failures, free));
        }
    }

    /// A right password clears the account's failures here, and takes them off the address.
    pub fn record_success(&self, account: &str, address: IpAddr) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let [(account_key, _), (address_key, _)] = self.keys(account, address);
        let forgiven = counters.remove(&account_key).map_or(0, |counter| counter.failures);
        if let Some(counter) = counters.get_mut(&address_key) {
            counter.undecided = counter.undecided.saturating_sub(1);
            counter.failures = counter.failures.saturating_sub(forgiven);
            if counter.attempts() == 0 {
                counters.remove(&address_key);
            }
        }
    }

    fn keys(&self, account: &str, address: IpAddr) -> [(Key, u32); 2] {
        let address = network(address);
        [
            (Key::AccountAt(sha256(account.as_bytes()), address), self.numbers.free_attempts),
            (Key::Address(address), self.numbers.address_attempts),
        ]
    }

    fn delay(&self, failures: u32, free: u32) -> Duration {
        if failures < free {
            return Duration::ZERO;
        }
        let doublings = (failures - free).min(16);
        (self.numbers.first_delay * 2_u32.pow(doublings)).min(self.numbers.longest_delay)
    }
}

impl Counter {
    const fn attempts(&self) -> u32 {
        self.failures.saturating_add(self.undecided)
    }

    fn is_remembered(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.last_attempt) < FORGOTTEN_AFTER
    }
}

/// The counter of an attempt that is made now; it begins anew when the last one was long ago.
fn remembered(counters: &mut HashMap<Key, Counter>, key: Key, now: Instant) -> &mut Counter {
    let new = Counter { failures: 0, undecided: 0, open_at: now, last_attempt: now };
    let counter = counters.entry(key).or_insert(new);
    if !counter.is_remembered(now) {
        *counter = new;
    }
    counter.last_attempt = now;
    counter
}

fn make_room(counters: &mut HashMap<Key, Counter>, now: Instant) {
    if counters.len() < COUNTERS_MAX {
        return;
    }
    counters.retain(|_, counter| counter.is_remembered(now));
    if counters.len() < COUNTERS_MAX {
        return;
    }
    let mut ages: Vec<Instant> = counters.values().map(|counter| counter.last_attempt).collect();
    let (_, median, _) = ages.select_nth_unstable(COUNTERS_MAX / 2);
    let median = *median;
    counters.retain(|_, counter| counter.last_attempt > median);
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 2));

    fn delays(free: u32, address: u32) -> SignInDelay {
        SignInDelay::new(SignInDelays {
            free_attempts: free,
            address_attempts: address,
            first_delay: Duration::from_secs(1),
            longest_delay: Duration::from_secs(8),
        })
    }

    fn fail(delay: &SignInDelay, account: &str, times: u32, now: Instant) {
        for _ in 0..times {
            delay.record_failure(account, HERE, now);
        }
    }

    #[test]
    fn the_free_attempts_wait_for_nothing_and_the_rest_twice_as_long_each_time() {
        let (delay, now) = (delays(3, 100), Instant::now());
        fail(&delay, "dana", 2, now);
        assert_eq!(delay.admit("dana", HERE, now), Admission::After(Duration::ZERO));

        fail(&delay, "dana", 1, now);
        assert_eq!(delay.admit("dana", HERE, now), Admission::After(Duration::from_secs(1)));
        let now = now + Duration::from_secs(60);
        fail(&delay, "dana", 1, now);
        assert_eq!(delay.admit("dana", HERE, now), Admission::After(Duration::from_secs(2)));
    }

    #[test]
    fn an_attacker_elsewhere_does_not_slow_the_person_down() {
        let (delay, now) = (delays(3, 100), Instant::now());
        fail(&delay, "dana", 50, now);

        assert_eq!(delay.admit("dana", ELSEWHERE, now), Admission::After(Duration::ZERO));
        assert_eq!(delay.admit("other", HERE, now), Admission::After(Duration::ZERO));
    }

    #[test]
    fn many_accounts_from_one_address_wait_too() {
        let (delay, now) = (delays(3, 10), Instant::now());
        for number in 0..10 {
            delay.record_failure(&format!("account-{number}"), HERE, now);
        }

        assert_eq!(delay.admit("account-99", HERE, now), Admission::After(Duration::from_secs(1)));
    }

    #[test]
    fn attempts_that_arrive_together_queue_and_then_are_sent_away() {
        let (delay, now) = (delays(1, 100), Instant::now());
        fail(&delay, "dana", 1, now);

        let waits: Vec<_> = (0..9).map(|_| delay.admit("dana", HERE, now)).collect();

        assert_eq!(waits[0], Admission::After(Duration::from_secs(1)));
        assert_eq!(waits[7], Admission::After(Duration::from_secs(8)));
        assert_eq!(waits[8], Admission::Busy(Duration::from_secs(9)));
    }

    #[test]
    fn attempts_before_the_first_verdict_queue_as_well() {
        let (delay, now) = (delays(3, 100), Instant::now());

        let waits: Vec<_> = (0..12).map(|_| delay.admit("dana", HERE, now)).collect();

        assert_eq!(waits[..3], [Admission::After(Duration::ZERO); 3]);
        assert_eq!(waits[3], Admission::After(Duration::from_secs(1)));
        assert_eq!(waits[10], Admission::After(Duration::from_secs(8)));
        assert_eq!(waits[11], Admission::Busy(Duration::from_secs(9)));
    }

    #[test]
    fn successes_one_after_the_other_never_wait() {
        let (delay, now) = (delays(3, 5), Instant::now());

        for _ in 0..20 {
            assert_eq!(delay.admit("dana", HERE, now), Admission::After(Duration::ZERO));
            delay.record_success("dana", HERE);
        }

        assert!(delay.counters.lock().unwrap().is_empty());
    }

    #[test]
    fn failures_of_an_address_are_forgotten_after_an_hour_without_attempts() {
        let (delay, now) = (delays(3, 10), Instant::now());
        for number in 0..10 {
            delay.record_failure(&format!("account-{number}"), HERE, now);
        }
        let later = now + FORGOTTEN_AFTER;

        delay.record_failure("dana", HERE, later);

        assert_eq!(delay.admit("dana", HERE, later), Admission::After(Duration::ZERO));
    }

    #[test]
    fn the_account_is_never_locked_and_a_success_resets() {
        let (delay, now) = (delays(3, 5), Instant::now());
        fail(&delay, "dana", 1000, now);
        let later = now + Duration::from_secs(9);
        assert_eq!(delay.admit("dana", HERE, later), Admission::After(Duration::ZERO));

        delay.record_success("dana", HERE);

        assert_eq!(delay.admit("dana", HERE, later), Admission::After(Duration::ZERO));
        assert_eq!(delay.admit("dana", HERE, later), Admission::After(Duration::ZERO));
    }

    // Checklist 88.
    #[test]
    fn the_counters_stay_bounded() {
        let (delay, now) = (delays(3, 5), Instant::now());
        for number in 0..u32::try_from(COUNTERS_MAX).unwrap() {
            let address = IpAddr::from(number.to_be_bytes());
            delay.record_failure("dana", address, now + Duration::from_millis(u64::from(number)));
        }

        assert!(delay.counters.lock().unwrap().len() <= COUNTERS_MAX + 2);
    }
}
