//! The rules of forms that are not OAuth's: lengths and shapes of names and URLs (domain.md 1.2).
//!
//! Each gives `None` for a good value, else the sentence that stands at the field. The server checks them again.

use hasp_protocol::limits;

/// An application's display name: 2-64 characters.
pub fn display_name(name: &str) -> Option<String> {
    length(name, 2, 64, "The display name")
}

/// An agent's name: 2-64 characters.
pub fn agent_name(name: &str) -> Option<String> {
    length(name, 2, 64, "The name")
}

/// A homepage: empty, or http(s).
pub fn homepage_url(url: &str) -> Option<String> {
    let url = url.trim();
    let fits = url.is_empty() || has_host(url, "https://") || has_host(url, "http://");
    (!fits).then(|| "Enter a URL that begins with https:// or http://, or leave it empty.".to_owned())
}

/// An icon: empty, or https (R70).
pub fn icon_url(url: &str) -> Option<String> {
    let url = url.trim();
    let fits = url.is_empty() || has_host(url, "https://");
    (!fits).then(|| "Enter a URL that begins with https://, or leave it empty.".to_owned())
}

/// An agent's default expiry in hours: 1-720.
pub fn expiry_hours(text: &str) -> Option<String> {
    let fits = text.trim().parse::<u32>().is_ok_and(|hours| limits::EXPIRY_HOURS.contains(&hours));
    (!fits).then(|| "Enter whole hours from 1 to 720.".to_owned())
}

/// An agent's capabilities: up to 12 of up to 32 characters.
pub fn capabilities(tags: &[String]) -> Option<String> {
    if tags.len() > 12 {
        return Some(format!("At most 12 capabilities; there are {}.", tags.len()));
    }
    let long = tags.iter().find(|tag| tag.chars().count() > 32)?;
    Some(format!("At most 32 characters per capability: {long}"))
}

fn length(text: &str, least: usize, most: usize, what: &str) -> Option<String> {
    let count = text.trim().chars().count();
    let fits = (least..=most).contains(&count);
    (!fits).then(|| format!("{what} needs {least} to {most} characters; it has {count}."))
}

fn has_host(url: &str, scheme: &str) -> bool {
    url.strip_prefix(scheme)
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn names_are_counted_in_characters_without_outer_spaces() {
        assert_eq!(display_name(" Ünï "), None);
        assert_eq!(display_name(" a "), Some("The display name needs 2 to 64 characters; it has 1.".into()));
        assert!(display_name(&"x".repeat(65)).is_some());
    }

    // R70: the icon must be https.
    #[wasm_bindgen_test]
    fn icons_must_be_https_and_homepages_may_be_http() {
        assert_eq!(homepage_url("http://example.com"), None);
        assert_eq!(icon_url(""), None);
        assert!(icon_url("http://example.com/icon.png").is_some());
        assert!(homepage_url("https:///nohost").is_some());
        assert!(homepage_url("javascript:alert(1)").is_some());
    }

    #[wasm_bindgen_test]
    fn expiry_is_whole_hours_up_to_thirty_days() {
        assert_eq!(expiry_hours("720"), None);
        for refused in ["0", "721", "1.5", "", "many"] {
            assert!(expiry_hours(refused).is_some(), "{refused}");
        }
    }
}
