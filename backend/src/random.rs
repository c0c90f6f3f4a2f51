//! Randomness, from the operating system's generator only; ids and secrets are made of it elsewhere.

use crate::clock::Timestamp;
use hasp_protocol::identifier::ulid_from_parts;

/// The operating system gave no random bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system's random generator does not answer: {0}")]
pub struct RandomError(String);

/// `N` unpredictable bytes.
///
/// # Errors
/// When the generator does not answer; nothing may be issued then.
pub fn bytes<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| RandomError(error.to_string()))?;
    Ok(bytes)
}

/// A new bare ULID made at `now`: 48 bits of milliseconds, 80 random bits.
///
/// # Errors
/// When the generator does not answer.
pub fn ulid(now: Timestamp) -> Result<String, RandomError> {
    // Times before 1970 cannot come from a real clock; they sort first instead of failing.
    let milliseconds = u64::try_from(now.0).unwrap_or(0);
    Ok(ulid_from_parts(milliseconds, bytes()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_made_in_the_same_millisecond_differ() {
        let now = Timestamp(1_764_000_000_000);

        let ids: HashSet<String> = (0..1_000).map(|_| ulid(now).expect("random bytes")).collect();

        assert_eq!(ids.len(), 1_000);
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let earlier = ulid(Timestamp(1_764_000_000_000)).expect("random bytes");
        let later = ulid(Timestamp(1_764_000_000_001)).expect("random bytes");

        assert!(earlier < later, "{earlier} sorts before {later}");
        assert!(hasp_protocol::identifier::is_ulid(&earlier));
    }
}
