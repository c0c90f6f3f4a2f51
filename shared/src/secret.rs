//! Secrets with a recognisable shape: client secrets, agent tokens, API keys (domain.md 1.1, decisions).
//!
//! `<prefix><body><checksum>`: 32 characters of Crockford's base32 (160 random bits), then the CRC-32 of prefix and
//! body as 7 characters of the same alphabet, so that a scanner recognises a leaked one without asking the server.
//! Not here: where the random bytes come from, and how hashes are stored. At rest there is only the SHA-256.

use crate::{Mode, identifier::is_crockford};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random characters of a secret: 160 bits.
pub const BODY_CHARACTERS: usize = 32;
/// Characters of the checksum: a 35-bit big-endian number.
pub const CHECKSUM_CHARACTERS: usize = 7;

/// What a secret is for, told by its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// `hasp_cs_live_` (R8).
    ClientSecretLive,
    /// `hasp_cs_test_`.
    ClientSecretTest,
    /// `hasp_agent_` (R20).
    AgentTokenLive,
    /// `hasp_agent_test_` (R38).
    AgentTokenTest,
    /// `hasp_key_live_`.
    ApiKeyLive,
    /// `hasp_key_test_`.
    ApiKeyTest,
}

impl SecretKind {
    /// Every kind, longer prefixes first: `hasp_agent_` begins `hasp_agent_test_`.
    pub const ALL: [SecretKind; 6] = [
        SecretKind::AgentTokenTest,
        SecretKind::ClientSecretLive,
        SecretKind::ClientSecretTest,
        SecretKind::ApiKeyLive,
        SecretKind::ApiKeyTest,
        SecretKind::AgentTokenLive,
    ];

    /// The kind of a client secret of this mode.
    #[must_use]
    pub const fn client_secret(mode: Mode) -> Self {
        match mode {
            Mode::Live => Self::ClientSecretLive,
            Mode::Test => Self::ClientSecretTest,
        }
    }

    /// The kind of an agent token of this mode.
    #[must_use]
    pub const fn agent_token(mode: Mode) -> Self {
        match mode {
            Mode::Live => Self::AgentTokenLive,
            Mode::Test => Self::AgentTokenTest,
        }
    }

    /// The kind of an API key of this mode.
    #[must_use]
    pub const fn api_key(mode: Mode) -> Self {
        match mode {
            Mode::Live => Self::ApiKeyLive,
            Mode::Test => Self::ApiKeyTest,
        }
    }

    /// What the secret begins with.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::ClientSecretLive => "hasp_cs_live_",
            Self::ClientSecretTest => "hasp_cs_test_",
            Self::AgentTokenLive => "hasp_agent_",
            Self::AgentTokenTest => "hasp_agent_test_",
            Self::ApiKeyLive => "hasp_key_live_",
            Self::ApiKeyTest => "hasp_key_test_",
        }
    }

    /// Live or test.
    #[must_use]
    pub const fn mode(self) -> Mode {
        match self {
            Self::ClientSecretLive | Self::AgentTokenLive | Self::ApiKeyLive => Mode::Live,
            Self::ClientSecretTest | Self::AgentTokenTest | Self::ApiKeyTest => Mode::Test,
        }
    }
}

/// Why a text is no secret of ours. Says nothing of the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It begins with none of the prefixes.
    #[error("it begins with none of the known prefixes")]
    Prefix,
    /// After the prefix, 39 characters are needed.
    #[error(
        "after the prefix {received} characters arrived instead of 39: it was cut or has something added"
    )]
    Length {
        /// How many arrived.
        received: usize,
    },
    /// A character outside the alphabet.
    #[error("character {position} after the prefix is outside the alphabet")]
    Alphabet {
        /// Its position after the prefix, from 1.
        position: usize,
    },
    /// The checksum differs: the text was mistyped or damaged.
    #[error("its checksum does not fit: it was mistyped or damaged")]
    Checksum,
}

/// A well-formed secret. `Debug` shows its prefix and four characters only.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    kind: SecretKind,
    text: String,
}

impl Secret {
    /// Makes the secret of 20 random bytes.
    #[must_use]
    pub fn from_random(kind: SecretKind, body: [u8; 20]) -> Self {
        let mut text = String::with_capacity(kind.prefix().len() + BODY_CHARACTERS + CHECKSUM_CHARACTERS);
        text.push_str(kind.prefix());
        for group in body.chunks_exact(5) {
            let number = group.iter().fold(0u64, |number, byte| (number << 8) | u64::from(*byte));
            push_base32(&mut text, number, 8);
        }
        let checksum = crc32(text.as_bytes());
        push_base32(&mut text, u64::from(checksum), CHECKSUM_CHARACTERS);
        Self { kind, text }
    }

    /// Reads a secret: longest prefix first, then length, alphabet and checksum.
    ///
    /// # Errors
    /// The first rule it breaks.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let kind = SecretKind::ALL
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
            .ok_or(SecretError::Prefix)?;
        let rest = &text[kind.prefix().len()..];
        let received = rest.chars().count();
        if received != BODY_CHARACTERS + CHECKSUM_CHARACTERS {
            return Err(SecretError::Length { received });
        }
        if let Some(index) = rest.chars().position(|character| !is_crockford(character)) {
            return Err(SecretError::Alphabet { position: index + 1 });
        }
        let (body, checksum) = text.split_at(text.len() - CHECKSUM_CHARACTERS);
        let mut expected = String::with_capacity(CHECKSUM_CHARACTERS);
        push_base32(&mut expected, u64::from(crc32(body.as_bytes())), CHECKSUM_CHARACTERS);
        if expected != checksum {
            return Err(SecretError::Checksum);
        }
        Ok(Self { kind, text: text.to_owned() })
    }

    /// The whole secret, for the one answer that shows it and for hashing.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What it is for.
    #[must_use]
    pub const fn kind(&self) -> SecretKind {
        self.kind
    }

    /// The last four characters, to recognise a client secret by.
    #[must_use]
    pub fn last_four(&self) -> &str {
        &self.text[self.text.len() - 4..]
    }

    /// Prefix and the first four characters of the body, to recognise a token by.
    #[must_use]
    pub fn display_prefix(&self) -> String {
        self.text[..self.kind.prefix().len() + 4].to_owned()
    }

    /// The hash that is stored.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        sha256(self.text.as_bytes())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secret({}…)", self.display_prefix())
    }
}

/// CRC-32 as zlib and PNG compute it (reflected, polynomial 0xEDB88320), four bits at a time.
///
/// The usual table for a byte at a time, or eight, is one to sixteen kilobytes that do not compress, in every console;
/// secrets have fifty characters.
fn crc32(bytes: &[u8]) -> u32 {
    const STEPS: [u32; 16] = {
        let mut steps = [0; 16];
        let mut nibble = 0;
        while nibble < 16 {
            let mut remainder = nibble as u32;
            let mut bit = 0;
            while bit < 4 {
                remainder = if remainder & 1 == 1 { (remainder >> 1) ^ 0xEDB8_8320 } else { remainder >> 1 };
                bit += 1;
            }
            steps[nibble] = remainder;
            nibble += 1;
        }
        steps
    };
    let step = |remainder: u32| (remainder >> 4) ^ STEPS[(remainder & 0xF) as usize];
    !bytes.iter().fold(!0, |remainder, byte| step(step(remainder ^ u32::from(*byte))))
}

/// SHA-256 of some bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// base64url without padding (RFC 4648 §5).
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Compares without telling by its duration where the first difference is; lengths are not secret.
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

fn push_base32(text: &mut String, number: u64, characters: usize) {
    for index in (0..characters).rev() {
        let digit = (number >> (index * 5)) & 31;
        text.push(char::from(ALPHABET[digit as usize]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VECTOR: &str = "hasp_agent_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5";

    // The check value of the catalogue of CRC algorithms for CRC-32/ISO-HDLC.
    #[test]
    fn the_checksum_is_the_one_of_zlib() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn documented_vector_is_a_live_agent_token() {
        let secret = Secret::parse(VECTOR).expect("the vector");

        assert_eq!(secret.kind(), SecretKind::AgentTokenLive);
        assert_eq!(secret.kind().mode(), Mode::Live);
        assert_eq!(secret.display_prefix(), "hasp_agent_0123");
        assert_eq!(secret.last_four(), "HPK5");
    }

    // R8, R20, R38
    #[test]
    fn every_kind_survives_writing_and_reading() {
        for kind in SecretKind::ALL {
            for body in [[0; 20], [0xFF; 20], *b"twenty random bytes!"] {
                let secret = Secret::from_random(kind, body);

                assert_eq!(Secret::parse(secret.expose()).as_ref(), Ok(&secret), "{kind:?}");
                assert_eq!(secret.expose().len(), kind.prefix().len() + 39, "{kind:?}");
            }
        }
    }

    #[test]
    fn longer_prefix_wins_so_that_a_test_token_never_reads_as_live() {
        let test = Secret::from_random(SecretKind::AgentTokenTest, [7; 20]);

        assert_eq!(Secret::parse(test.expose()).expect("a test token").kind(), SecretKind::AgentTokenTest);
    }

    #[test]
    fn broken_secrets_are_refused_by_the_first_rule_they_break() {
        let rows = [
            ("", SecretError::Prefix),
            ("wa_live_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5", SecretError::Prefix),
            ("hasp_agent_0123", SecretError::Length { received: 4 }),
            ("hasp_agent_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK55", SecretError::Length { received: 40 }),
            ("hasp_agent_0123456789abcdefghjkmnpqrstvwxyz0B2HPK5", SecretError::Alphabet { position: 11 }),
            ("hasp_agent_0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK6", SecretError::Checksum),
            ("hasp_agent_1123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5", SecretError::Checksum),
        ];
        for (text, expected) in rows {
            assert_eq!(Secret::parse(text), Err(expected), "{text}");
        }
    }

    // checklist 49, R92
    #[test]
    fn debug_shows_no_more_than_the_display_prefix() {
        let shown = format!("{:?}", Secret::parse(VECTOR).expect("the vector"));

        assert_eq!(shown, "Secret(hasp_agent_0123…)");
    }

    #[test]
    fn hashes_and_encodings_equal_published_vectors() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

        assert_eq!(hex(&sha256(b"")), empty);
        assert_eq!(base64url(&[0xFB, 0xFF, 0xFE]), "-__-");
        assert!(constant_time_eq(b"same", b"same"));
        assert!(!constant_time_eq(b"same", b"sane"));
        assert!(!constant_time_eq(b"same", b"longer"));
    }
}
