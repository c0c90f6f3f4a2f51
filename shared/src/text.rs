//! Text that came from outside, made safe for where it is shown: HTML, one-line labels, `error_description`.

use crate::secret::SecretKind;
use std::fmt::Write as _;

/// Escapes text for HTML content and for attribute values in double or single quotes.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Removes control, bidi and invisible characters, and keeps at most `cap` characters, ending in `…` when cut.
///
/// checklist 23.
#[must_use]
pub fn neutralise(text: &str, cap: usize) -> String {
    let mut kept: String =
        text.chars().filter(|&character| !is_deceptive(character)).take(cap.saturating_add(1)).collect();
    if kept.chars().count() > cap {
        kept = kept.chars().take(cap.saturating_sub(1)).collect();
        kept.push('…');
    }
    kept
}

/// Shows control, bidi and invisible characters by their code point, such as `‹U+202E›`, so that values which differ
/// also look different.
#[must_use]
pub fn reveal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_deceptive(character) {
            // Writing to a String cannot fail.
            let _ = write!(shown, "‹U+{:04X}›", u32::from(character));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character changes how others are shown, or shows nothing: controls, bidi controls, line and paragraph
/// separators, zero-width and tag characters. Joiners that scripts and emoji need (U+200C, U+200D) are kept.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
}

/// Restricts text to the characters of `error_description` and cuts it to `cap` characters, ending in `...` when cut.
///
/// **Spec** RFC 6749 §4.1.2.1 and §5.2: `%x20-21 / %x23-5B / %x5D-7E`, so neither `"` nor `\`.
#[must_use]
pub fn to_description(text: &str, cap: usize) -> String {
    let mut safe: String = text
        .chars()
        .map(|character| match character {
            '"' | '‘' | '’' | '“' | '”' => '\'',
            '\\' => '/',
            ' '..='~' => character,
            '–' | '—' => '-',
            _ => '?',
        })
        .collect();
    if safe.len() > cap {
        safe.truncate(cap.saturating_sub(3));
        safe.push_str("...");
    }
    safe
}

/// Shows what arrived: secrets left out, deceptive characters revealed, at most 80 characters.
#[must_use]
pub(crate) fn excerpt(text: &str) -> String {
    const CAP: usize = 80;
    let text = &hide_secrets(text);
    let head: String = text.chars().take(CAP + 1).collect();
    if head.chars().count() <= CAP {
        return reveal(&head);
    }
    let cut: String = head.chars().take(CAP - 1).collect();
    format!("{}…", reveal(&cut))
}

/// Keeps the prefix of every secret in the text, and `…` instead of the rest: a secret in the place of a client id must
/// not stand on an error page (checklist 49).
fn hide_secrets(text: &str) -> String {
    /// Shorter runs are words that happen to follow a prefix; a cut-off secret is still one.
    const SUSPICIOUS: usize = 20;
    let mut hidden = text.to_owned();
    for prefix in SecretKind::ALL.map(SecretKind::prefix) {
        let mut from = 0;
        while let Some(found) = hidden[from..].find(prefix) {
            from += found + prefix.len();
            let length = hidden[from..].bytes().take_while(u8::is_ascii_alphanumeric).count();
            if length >= SUSPICIOUS {
                hidden.replace_range(from..from + length, "…");
            }
        }
    }
    hidden
}

/// How many single-character edits turn one text into the other.
pub(crate) fn edit_distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, left_character) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, right_character) in right.iter().enumerate() {
            let substituted = diagonal + usize::from(left_character != *right_character);
            diagonal = row[column + 1];
            row[column + 1] = substituted.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

/// The candidate a person most likely meant, if one is close enough.
pub(crate) fn did_you_mean<'a>(
    received: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if received.is_empty() || received.len() > 64 {
        return None;
    }
    let lower = received.to_ascii_lowercase();
    let tolerance = (lower.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(&lower, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    // checklist 49
    #[test]
    fn an_excerpt_holds_no_secret() {
        let body = "0123456789ABCDEFGHJKMNPQRSTVWXYZ0B2HPK5";
        for prefix in SecretKind::ALL.map(SecretKind::prefix) {
            assert_eq!(excerpt(&format!("a={prefix}{body}&é")), format!("a={prefix}…&é"));
            assert_eq!(excerpt(&format!("{prefix}{}", &body[..25])), format!("{prefix}…"));
        }
        assert_eq!(excerpt("hasp_agent_name"), "hasp_agent_name");
    }

    // checklist 23
    #[test]
    fn markup_is_escaped_in_every_context_it_is_used_in() {
        assert_eq!(escape(r#"<b a='1' c="2">&"#), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
    }

    // checklist 23
    #[test]
    fn deceptive_characters_are_removed_and_long_text_is_cut() {
        let rows = [
            ("evil\u{202E}gpj.exe", 64, "evilgpj.exe"),
            ("a\u{0}b\nc\u{7F}d\u{85}e", 64, "abcde"),
            ("\u{200B}\u{FEFF}\u{2066}x\u{2069}", 64, "x"),
            ("family \u{1F468}\u{200D}\u{1F469}", 64, "family \u{1F468}\u{200D}\u{1F469}"),
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("", 6, ""),
        ];
        for (text, cap, expected) in rows {
            assert_eq!(neutralise(text, cap), expected, "{text:?}");
        }
    }

    #[test]
    fn revealed_text_differs_where_the_values_differ() {
        assert_eq!(reveal("a\u{202E}b\n"), "a‹U+202E›b‹U+000A›");
        assert_ne!(reveal("ab"), reveal("a\u{200B}b"));
    }

    #[test]
    fn description_keeps_to_the_characters_of_the_rfc() {
        let all: String = ('\u{0}'..'\u{3000}').collect();
        let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);

        assert!(to_description(&all, usize::MAX).bytes().all(allowed));
        assert_eq!(to_description("abcdef", 5), "ab...");
        assert_eq!(to_description(r#"a "b" \c é"#, 50), "a 'b' /c ?");
    }

    #[test]
    fn misspelt_words_find_the_meant_one() {
        let fields = ["app_id", "entities", "filters"];

        assert_eq!(did_you_mean("entites", fields), Some("entities"));
        assert_eq!(did_you_mean("filter", fields), Some("filters"));
        assert_eq!(did_you_mean("AppId", fields), Some("app_id"));
        assert_eq!(did_you_mean("tool_id", fields), None);
        assert_eq!(did_you_mean("", fields), None);
    }
}
