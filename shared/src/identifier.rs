//! ULIDs and client ids (domain.md 1.1). Not here: secrets, which stand in [`crate::secret`].
//!
//! Ids are stored and shown bare; `hasp_app_` belongs to client ids alone. Prefixed forms (`agent_<ulid>`) are
//! accepted on input (C18). The alphabet is Crockford's base32 in upper case: `I`, `L`, `O` and `U` are absent.

use std::fmt;

/// Prefix of OAuth client ids (R7).
pub const CLIENT_ID_PREFIX: &str = "hasp_app_";
/// Optional prefix of agent ids on input.
pub const AGENT_ID_PREFIX: &str = "agent_";
/// Optional prefix of data-app ids on input. A data app is never an OAuth application.
pub const DATA_APP_ID_PREFIX: &str = "app_";
/// Optional prefix of user ids on input.
pub const USER_ID_PREFIX: &str = "user_";
/// Characters of a bare ULID.
pub const ULID_CHARACTERS: usize = 26;

/// Why a text is not the identifier it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentifierError {
    /// The prefix that belongs to this kind of id is missing, or another kind's stands there.
    Prefix {
        /// The prefix that was expected.
        expected: &'static str,
    },
    /// A ULID has 26 characters.
    Length {
        /// How many arrived.
        received: usize,
    },
    /// A character outside Crockford's alphabet, or a first character above `7`.
    Character {
        /// The character.
        received: char,
        /// Its position in the ULID, from 1.
        position: usize,
    },
}

impl fmt::Display for IdentifierError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prefix { expected } => write!(formatter, "it should begin with {expected}"),
            Self::Length { received } => {
                write!(formatter, "a ULID has {ULID_CHARACTERS} characters, this one has {received}")
            }
            Self::Character { received, position } if received.is_ascii_lowercase() => {
                write!(
                    formatter,
                    "character {position} of the ULID is {received:?}; ULIDs are written in upper case"
                )
            }
            Self::Character { received, position: 1 } if received.is_ascii_alphanumeric() => {
                write!(formatter, "the first character of a ULID is 0 to 7, not {received:?}")
            }
            Self::Character { received, position } => {
                write!(
                    formatter,
                    "character {position} of the ULID is {received:?}, which its alphabet does not have"
                )
            }
        }
    }
}

impl std::error::Error for IdentifierError {}

/// Makes a ULID from 48 bits of time and 80 random bits; time beyond 48 bits is cut off.
///
/// ```
/// # use hasp_protocol::identifier::ulid_from_parts;
/// assert_eq!(ulid_from_parts(0, [0; 10]), "00000000000000000000000000");
/// ```
#[must_use]
pub fn ulid_from_parts(unix_milliseconds: u64, random: [u8; 10]) -> String {
    let random = random.into_iter().fold(0u128, |number, byte| (number << 8) | u128::from(byte));
    ulid::Ulid::from_parts(unix_milliseconds & 0xFFFF_FFFF_FFFF, random).to_string()
}

/// Reads a bare ULID or one with `prefix` before it, and returns it bare.
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse_ulid(text: &str, prefix: &str) -> Result<String, IdentifierError> {
    let bare = text.strip_prefix(prefix).unwrap_or(text);
    check_ulid(bare)?;
    Ok(bare.to_owned())
}

/// Whether the text is a bare ULID: 26 characters of Crockford's alphabet, the first 0 to 7.
#[must_use]
pub fn is_ulid(text: &str) -> bool {
    check_ulid(text).is_ok()
}

/// Gives the client id of a ULID: `hasp_app_<ulid>` (R7).
#[must_use]
pub fn client_id_from_ulid(ulid: &str) -> String {
    format!("{CLIENT_ID_PREFIX}{ulid}")
}

/// Reads a client id and returns its bare ULID. The prefix is required: no other id may read as a client.
///
/// # Errors
/// What is wrong with it, and where.
pub fn parse_client_id(text: &str) -> Result<&str, IdentifierError> {
    let bare =
        text.strip_prefix(CLIENT_ID_PREFIX).ok_or(IdentifierError::Prefix { expected: CLIENT_ID_PREFIX })?;
    check_ulid(bare)?;
    Ok(bare)
}

fn check_ulid(bare: &str) -> Result<(), IdentifierError> {
    let length = bare.chars().count();
    if length != ULID_CHARACTERS {
        return Err(IdentifierError::Length { received: length });
    }
    let wrong = bare.chars().enumerate().find(|&(index, character)| {
        !is_crockford(character) || (index == 0 && !matches!(character, '0'..='7'))
    });
    match wrong {
        Some((index, received)) => Err(IdentifierError::Character { received, position: index + 1 }),
        None => Ok(()),
    }
}

/// Whether the character belongs to Crockford's base32 alphabet, upper case only.
#[must_use]
pub const fn is_crockford(character: char) -> bool {
    matches!(character, '0'..='9' | 'A'..='H' | 'J' | 'K' | 'M' | 'N' | 'P'..='T' | 'V'..='Z')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

    #[test]
    fn ulid_is_read_bare_and_prefixed_and_returned_bare() {
        for text in [SAMPLE.to_owned(), format!("agent_{SAMPLE}")] {
            assert_eq!(parse_ulid(&text, AGENT_ID_PREFIX).as_deref(), Ok(SAMPLE), "{text}");
        }
    }

    #[test]
    fn ulid_with_anothers_prefix_is_refused() {
        assert!(parse_ulid(&format!("user_{SAMPLE}"), AGENT_ID_PREFIX).is_err());
        assert!(parse_ulid(&format!("agent_agent_{SAMPLE}"), AGENT_ID_PREFIX).is_err());
    }

    #[test]
    fn broken_ulids_are_refused_with_the_place() {
        let rows = [
            ("01ARZ3NDEKTSV4RRFFQ69G5FA", "25"),
            ("81ARZ3NDEKTSV4RRFFQ69G5FAV", "0 to 7"),
            ("01arz3NDEKTSV4RRFFQ69G5FAV", "upper case"),
            ("01JQUSERSV4RRFFQ69G5FAV0AA", "'U'"),
            ("01ARZ3NDEKTSV4RRFFQ69G5FA\u{e9}", "26"),
        ];
        for (text, part) in rows {
            let problem = parse_ulid(text, "").expect_err(text).to_string();

            assert!(problem.contains(part), "{text}: {problem}");
        }
    }

    // R7
    #[test]
    fn client_id_needs_its_prefix() {
        assert_eq!(parse_client_id(&client_id_from_ulid(SAMPLE)), Ok(SAMPLE));
        assert!(parse_client_id(SAMPLE).is_err());
        assert!(parse_client_id(&format!("app_{SAMPLE}")).is_err());
        assert!(parse_client_id(&format!("hasp_app_hasp_app_{SAMPLE}")).is_err());
    }

    #[test]
    fn parts_come_back_from_the_text_in_order() {
        assert_eq!(ulid_from_parts(1_469_922_850_259, [0xFF; 10]), "01ARZ3NDEKZZZZZZZZZZZZZZZZ");
        assert!(ulid_from_parts(1, [0xFF; 10]) < ulid_from_parts(2, [0; 10]));
        assert!(is_ulid(&ulid_from_parts(u64::MAX, [0xFF; 10])));
    }
}
