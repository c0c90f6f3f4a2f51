//! Proof Key for Code Exchange, S256 only (RFC 7636; R41, R43, R52).
//!
//! Not here: comparing a presented verifier with the stored challenge in constant time, which is
//! [`crate::secret::constant_time_eq`] over the two challenges.

use crate::secret::{base64url, sha256};
use std::ops::RangeInclusive;

/// Characters of a verifier (RFC 7636 §4.1).
pub const VERIFIER_CHARACTERS: RangeInclusive<usize> = 43..=128;
/// Characters of a challenge: base64url of 32 bytes.
pub const CHALLENGE_CHARACTERS: usize = 43;
/// The only method (R49).
pub const METHOD: &str = "S256";

/// Why a text is no code verifier. Never holds the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PkceError {
    /// Too short or too long.
    #[error("a code verifier has 43 to 128 characters, {received} arrived")]
    Length {
        /// How many arrived.
        received: usize,
    },
    /// A character that is not unreserved.
    #[error("character {position} of the code verifier is outside A-Z a-z 0-9 - . _ ~")]
    Character {
        /// Its position, from 1.
        position: usize,
    },
}

/// Gives the S256 challenge of a verifier (RFC 7636 §4.2).
///
/// ```
/// # use hasp_protocol::pkce::challenge_from_verifier;
/// let challenge = challenge_from_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
/// assert_eq!(challenge.as_deref(), Ok("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
/// ```
///
/// # Errors
/// When the text is no verifier.
pub fn challenge_from_verifier(verifier: &str) -> Result<String, PkceError> {
    check_verifier(verifier)?;
    Ok(base64url(&sha256(verifier.as_bytes())))
}

/// Whether the text is an S256 challenge: 43 base64url characters.
#[must_use]
pub fn is_challenge(text: &str) -> bool {
    text.len() == CHALLENGE_CHARACTERS && text.bytes().all(is_base64url)
}

/// Makes a verifier of 32 random bytes (RFC 7636 §4.1: 43 characters).
#[must_use]
pub fn verifier_from_random(random: [u8; 32]) -> String {
    base64url(&random)
}

/// Checks length and characters of a verifier (RFC 7636 §4.1). checklist 35.
///
/// # Errors
/// The first rule it breaks.
pub fn check_verifier(verifier: &str) -> Result<(), PkceError> {
    let received = verifier.chars().count();
    if !VERIFIER_CHARACTERS.contains(&received) {
        return Err(PkceError::Length { received });
    }
    match verifier.chars().position(|character| !is_unreserved(character)) {
        Some(index) => Err(PkceError::Character { position: index + 1 }),
        None => Ok(()),
    }
}

const fn is_unreserved(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '.' | '_' | '~')
}

pub(crate) const fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    // RFC 7636 appendix B
    #[test]
    fn challenge_of_the_published_verifier_is_the_published_one() {
        assert_eq!(challenge_from_verifier(VERIFIER).as_deref(), Ok(CHALLENGE));
        assert!(is_challenge(CHALLENGE));
    }

    // R43, checklist 7
    #[test]
    fn anything_but_43_base64url_characters_is_no_challenge() {
        let padded = format!("{CHALLENGE}=");
        let spoilt = |replacement: &str| format!("{replacement}{}", &CHALLENGE[replacement.len()..]);
        for text in [
            "",
            &CHALLENGE[1..],
            &padded,
            &spoilt("+"),
            &spoilt("/"),
            &spoilt("."),
            &spoilt("~"),
            &spoilt("é"),
        ] {
            assert!(!is_challenge(text), "{text}");
        }
    }

    // checklist 35
    #[test]
    fn verifier_keeps_to_length_and_alphabet() {
        let of = |length: usize| "a".repeat(length);

        assert_eq!(check_verifier(&of(43)), Ok(()));
        assert_eq!(check_verifier(&of(128)), Ok(()));
        assert_eq!(check_verifier(&of(42)), Err(PkceError::Length { received: 42 }));
        assert_eq!(check_verifier(&of(129)), Err(PkceError::Length { received: 129 }));
        assert_eq!(check_verifier(&format!("{}+", of(43))), Err(PkceError::Character { position: 44 }));
        assert_eq!(check_verifier(&format!("{}é", of(42))), Err(PkceError::Character { position: 43 }));
    }

    #[test]
    fn verifier_of_random_bytes_is_valid() {
        for random in [[0; 32], [0xFF; 32], [0xFB; 32]] {
            assert_eq!(check_verifier(&verifier_from_random(random)), Ok(()));
        }
    }
}
