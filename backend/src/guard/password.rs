//! Passwords of people: argon2id, a few at a time, off the async threads.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Memory in KiB, passes and lanes: the OWASP recommendation for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Checks at once: each needs 19 MiB and a core.
const AT_ONCE: usize = 2;
/// Longer ones cost time and add nothing.
pub const PASSWORD_BYTES_MAX: usize = 1024;
/// For a new password, in characters.
pub const PASSWORD_CHARACTERS_MIN: usize = 10;

/// Why no verdict could be given.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// The hash could not be made.
    #[error("hashing a password failed: {0}")]
    Hash(String),
    /// The worker ended.
    #[error("the password worker ended: {0}")]
    Worker(String),
}

/// Hashes and checks passwords, two at a time.
#[derive(Clone, Debug)]
pub struct Passwords {
    permits: Arc<Semaphore>,
    /// Compared with when the account is unknown, so that the answer takes as long.
    dummy: Arc<str>,
}

impl Passwords {
    /// Prepares the dummy hash.
    ///
    /// # Errors
    /// When hashing fails.
    pub fn new(salt: [u8; 16]) -> Result<Self, PasswordError> {
        let dummy = hash_password("no account has this password", salt)?;
        Ok(Passwords { permits: Arc::new(Semaphore::new(AT_ONCE)), dummy: dummy.into() })
    }

    /// Whether `password` is the one of `stored` (a PHC string); as slow, and `false`, when there is no account.
    ///
    /// # Errors
    /// When the worker ended.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, PasswordError> {
        let _permit =
            self.permits.acquire().await.map_err(|error| PasswordError::Worker(error.to_string()))?;
        let is_known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy.to_string());
        let matches = tokio::task::spawn_blocking(move || is_password(&password, &stored))
            .await
            .map_err(|error| PasswordError::Worker(error.to_string()))?;
        Ok(matches && is_known)
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// When hashing fails or the worker ended.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String, PasswordError> {
        let _permit =
            self.permits.acquire().await.map_err(|error| PasswordError::Worker(error.to_string()))?;
        tokio::task::spawn_blocking(move || hash_password(&password, salt))
            .await
            .map_err(|error| PasswordError::Worker(error.to_string()))?
    }
}

/// The PHC string of a password, for storing. Blocks for tens of milliseconds.
///
/// # Errors
/// When the password is longer than argon2 takes.
pub fn hash_password(password: &str, salt: [u8; 16]) -> Result<String, PasswordError> {
    argon2id()
        .and_then(|argon2| argon2.hash_password_with_salt(password.as_bytes(), &salt))
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError::Hash(error.to_string()))
}

/// What is wrong with a new password, if anything.
#[must_use]
pub fn weakness(password: &str) -> Option<String> {
    let characters = password.chars().count();
    if characters < PASSWORD_CHARACTERS_MIN {
        return Some(format!("needs at least {PASSWORD_CHARACTERS_MIN} characters, has {characters}"));
    }
    (password.len() > PASSWORD_BYTES_MAX)
        .then(|| format!("may have at most {PASSWORD_BYTES_MAX} bytes, has {}", password.len()))
}

fn is_password(password: &str, stored: &str) -> bool {
    password.len() <= PASSWORD_BYTES_MAX
        && PasswordHash::new(stored)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn argon2id() -> argon2::password_hash::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|_| argon2::password_hash::Error::ParamsInvalid)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let passwords = Passwords::new([7; 16]).unwrap();
        let stored = passwords.hash("correct horse".to_owned(), [1; 16]).await.unwrap();

        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(passwords.verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!passwords.verify("wrong horse".to_owned(), Some(stored)).await.unwrap());
        assert!(!passwords.verify("correct horse".to_owned(), Some("nonsense".to_owned())).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_account_is_refused_whatever_is_typed() {
        let passwords = Passwords::new([7; 16]).unwrap();

        assert!(!passwords.verify("no account has this password".to_owned(), None).await.unwrap());
    }

    #[test]
    fn a_short_password_is_told_its_length() {
        assert_eq!(weakness("short").unwrap(), "needs at least 10 characters, has 5");
        assert_eq!(weakness("long enough"), None);
    }
}
