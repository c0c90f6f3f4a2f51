//! The rules of single fields, each refusal naming what arrived and what fits.

use super::failure::ApiFailure;
use hasp_protocol::limits::{self, CAPABILITIES_MAX, CAPABILITY_CHARACTERS, URL_BYTES};
use std::ops::RangeInclusive;

/// A name without surrounding space, in one line.
///
/// # Errors
/// When it is too short, too long, or holds control characters.
pub fn name(param: &str, text: &str, characters: RangeInclusive<usize>) -> Result<String, ApiFailure> {
    let name = text.trim();
    let count = name.chars().count();
    if !characters.contains(&count) {
        let (least, most) = (characters.start(), characters.end());
        return Err(ApiFailure::invalid(
            param,
            format!("The name has {count} characters; {least} to {most} are needed."),
        ));
    }
    if name.chars().any(char::is_control) {
        return Err(ApiFailure::invalid(param, "The name holds control characters."));
    }
    Ok(name.to_owned())
}

/// A text of at most `characters`; `None` when blank.
///
/// # Errors
/// When it is longer.
pub fn text(param: &str, text: &str, characters: usize) -> Result<Option<String>, ApiFailure> {
    let text = text.trim();
    let count = text.chars().count();
    if count > characters {
        return Err(ApiFailure::invalid(
            param,
            format!("The text has {count} characters; at most {characters} fit."),
        ));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// 1-10 callback URLs, each once.
///
/// # Errors
/// Names the entry and the rule it breaks.
pub fn redirect_uris(uris: &[String]) -> Result<(), ApiFailure> {
    if uris.is_empty() || uris.len() > limits::REDIRECT_URIS_MAX {
        return Err(ApiFailure::invalid(
            "/redirect_uris",
            format!("{} redirect URIs; 1 to {} are needed.", uris.len(), limits::REDIRECT_URIS_MAX),
        ));
    }
    for (index, uri) in uris.iter().enumerate() {
        let param = format!("/redirect_uris/{index}");
        if uris[..index].contains(uri) {
            return Err(ApiFailure::invalid(param, "The same redirect URI stands here twice."));
        }
        hasp_protocol::redirect_uri::check_registration(uri).map_err(|problem| {
            let message = format!("This cannot be a redirect URI: {problem}.");
            ApiFailure::invalid(param, message).hint(problem.fix())
        })?;
    }
    Ok(())
}

/// An absolute URL with one of `schemes`; `None` when blank.
///
/// # Errors
/// When it is no such URL or too long.
pub fn web_url(param: &str, text: &str, schemes: &[&str]) -> Result<Option<String>, ApiFailure> {
    if text.is_empty() {
        return Ok(None);
    }
    let expected = format!("{} URL of at most {URL_BYTES} bytes", schemes.join(" or "));
    let url = url::Url::parse(text).ok().filter(|url| schemes.contains(&url.scheme()) && url.has_host());
    match url {
        Some(url) if text.len() <= URL_BYTES && url.username().is_empty() && url.password().is_none() => {
            Ok(Some(text.to_owned()))
        }
        _ => Err(ApiFailure::invalid(param, format!("This is no {expected} without user information."))),
    }
}

/// Up to 12 tags of up to 32 characters.
///
/// # Errors
/// Names the entry and the rule it breaks.
pub fn capabilities(tags: &[String]) -> Result<(), ApiFailure> {
    if tags.len() > CAPABILITIES_MAX {
        return Err(ApiFailure::invalid(
            "/capabilities",
            format!("{} capabilities; at most {CAPABILITIES_MAX} fit.", tags.len()),
        ));
    }
    let is_bad = |tag: &String| {
        let count = tag.chars().count();
        count == 0 || count > CAPABILITY_CHARACTERS || tag.chars().any(char::is_control)
    };
    match tags.iter().position(is_bad) {
        None => Ok(()),
        Some(index) => Err(ApiFailure::invalid(
            format!("/capabilities/{index}"),
            format!("A capability is 1 to {CAPABILITY_CHARACTERS} characters."),
        )),
    }
}

/// A number inside a range.
///
/// # Errors
/// When it lies outside.
pub fn number(param: &str, value: u32, range: RangeInclusive<u32>) -> Result<u32, ApiFailure> {
    if range.contains(&value) {
        return Ok(value);
    }
    Err(ApiFailure::invalid(param, format!("{value} is not between {} and {}.", range.start(), range.end())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hasp_protocol::limits::DISPLAY_NAME_CHARACTERS as NAME_CHARACTERS;

    #[test]
    fn names_are_counted_in_characters_without_surrounding_space() {
        assert_eq!(name("/display_name", "  Ünïcödé ", NAME_CHARACTERS).unwrap(), "Ünïcödé");
        assert!(name("/display_name", &"é".repeat(64), NAME_CHARACTERS).is_ok());
        let failure = name("/display_name", &"é".repeat(65), NAME_CHARACTERS).unwrap_err().into_facts();
        assert_eq!(failure.message, "The name has 65 characters; 2 to 64 are needed.");
        assert!(name("/display_name", " a ", NAME_CHARACTERS).is_err());
        assert!(name("/display_name", "a\u{7}b", NAME_CHARACTERS).is_err());
    }

    // R65, R70.
    #[test]
    fn urls_are_of_the_scheme_that_is_asked_for() {
        assert_eq!(web_url("/icon_url", "", &["https"]).unwrap(), None);
        assert!(web_url("/icon_url", "https://a.example/i.png", &["https"]).unwrap().is_some());
        for refused in [
            "http://a.example/i.png",
            "javascript:alert(1)",
            "data:image/png,x",
            "//a.example",
            "https://u:p@a.example",
        ] {
            assert!(web_url("/icon_url", refused, &["https"]).is_err(), "{refused}");
        }
    }

    // R6.
    #[test]
    fn redirect_uris_are_counted_and_told_apart() {
        let one = "https://a.example/callback".to_owned();

        assert!(redirect_uris(std::slice::from_ref(&one)).is_ok());
        assert!(redirect_uris(&[]).is_err());
        assert_eq!(
            redirect_uris(&[one.clone(), one]).unwrap_err().into_facts().param.unwrap(),
            "/redirect_uris/1"
        );
        let eleven: Vec<String> = (0..11).map(|number| format!("https://a.example/{number}")).collect();
        assert!(redirect_uris(&eleven).is_err());
    }
}
