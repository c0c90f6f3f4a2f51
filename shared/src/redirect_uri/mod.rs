//! Redirect URIs: exact matching, with one exception for loopback ports (RFC 6749 §3.1.2; RFC 8252 §7; RFC 9700 §2.1).
//!
//! URIs are compared as bytes and never normalised, so that what is compared is what the browser gets. Not here:
//! which ones may be registered ([`registration`]), and building the answer ([`crate::authorization_response`]).

pub mod registration;
mod similarity;

pub use registration::{RedirectUriProblem, check_registration, check_registrations};
pub use similarity::{Similar, most_similar};

/// The loopback literals whose port may differ (RFC 8252 §7.3). `localhost` is not one of them (checklist 4).
const LOOPBACK_LITERALS: [&str; 2] = ["127.0.0.1", "[::1]"];

/// Whether a requested redirect URI is the registered one (R42; checklist 3, 4).
///
/// Byte for byte; only the port may differ, and only when the registered URI is `http` on a loopback literal.
///
/// ```
/// # use hasp_protocol::redirect_uri::matches;
/// assert!(matches("http://127.0.0.1:8976/callback", "http://127.0.0.1:51004/callback"));
/// assert!(!matches("https://app.example/callback", "https://app.example/callback/"));
/// ```
#[must_use]
pub fn matches(registered: &str, requested: &str) -> bool {
    if registered == requested {
        return true;
    }
    match (Loopback::parse(registered), Loopback::parse(requested)) {
        (Some(registered), Some(requested)) => {
            registered.host == requested.host && registered.rest == requested.rest
        }
        _ => false,
    }
}

/// The registered redirect URI that the requested one is.
#[must_use]
pub fn find_match<'a>(registered: &'a [String], requested: &str) -> Option<&'a str> {
    registered.iter().map(String::as_str).find(|uri| matches(uri, requested))
}

/// Whether the URI leads to the person's own machine: `http` on a loopback literal or on `localhost` (checklist 22).
#[must_use]
pub fn is_loopback(uri: &str) -> bool {
    Loopback::parse(uri).is_some() || Parts::parse(uri).is_some_and(|parts| parts.is_http_localhost())
}

/// The source expression that lets a form's answer redirect to the URI under CSP `form-action`.
///
/// An origin for http and https, the scheme for private-use schemes. CSP's grammar has no IPv6 addresses, no `_` and no
/// final dot in hosts; such a URI, `http://[::1]` for one, gives its scheme.
#[must_use]
pub fn form_action_source(redirect_uri: &str) -> String {
    let Some(parts) = Parts::parse(redirect_uri) else { return "'none'".to_owned() };
    let scheme = parts.scheme.to_ascii_lowercase();
    match parts.authority {
        Some(authority) if is_web(&scheme) && is_plain_authority(authority) => {
            format!("{scheme}://{}", authority.to_ascii_lowercase())
        }
        _ => format!("{scheme}:"),
    }
}

/// What the consent page calls the place the person is sent to: host and port, or the scheme of a private-use URI.
#[must_use]
pub fn display_host(uri: &str) -> String {
    match Parts::parse(uri) {
        Some(Parts { scheme, authority: Some(authority), .. }) if is_web(&scheme.to_ascii_lowercase()) => {
            authority.to_ascii_lowercase()
        }
        Some(Parts { scheme, .. }) => format!("{scheme}:"),
        None => uri.to_owned(),
    }
}

fn is_web(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// Whether CSP's grammar has the authority: labels of letters, digits and hyphens, and a port.
fn is_plain_authority(authority: &str) -> bool {
    let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
    let is_plain = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.split('.').all(is_plain) && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// An `http` URI on a loopback literal, without its port.
struct Loopback<'a> {
    host: &'a str,
    rest: &'a str,
}

impl<'a> Loopback<'a> {
    fn parse(uri: &'a str) -> Option<Self> {
        let after_scheme = uri.strip_prefix("http://")?;
        let host = LOOPBACK_LITERALS.into_iter().find(|host| after_scheme.starts_with(host))?;
        let after_host = &after_scheme[host.len()..];
        let rest = match after_host.strip_prefix(':') {
            Some(after_colon) => {
                let end = after_colon.find(|character: char| !character.is_ascii_digit());
                let (port, rest) = after_colon.split_at(end.unwrap_or(after_colon.len()));
                is_port(port).then_some(rest)?
            }
            None => after_host,
        };
        (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(Self { host, rest })
    }
}

/// 1 to 65535, without leading zeros.
fn is_port(digits: &str) -> bool {
    !digits.starts_with('0') && digits.parse::<u16>().is_ok()
}

/// A URI cut into scheme, authority and the rest, as bytes.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) authority: Option<&'a str>,
    pub(crate) rest: &'a str,
}

impl<'a> Parts<'a> {
    /// `None` when there is no scheme (RFC 3986 §3.1).
    pub(crate) fn parse(uri: &'a str) -> Option<Self> {
        let (scheme, after) = uri.split_once(':')?;
        let mut letters = scheme.bytes();
        let is_scheme = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        if !is_scheme {
            return None;
        }
        Some(match after.strip_prefix("//") {
            Some(hierarchy) => {
                let end = hierarchy.find(['/', '?', '#']).unwrap_or(hierarchy.len());
                let (authority, rest) = hierarchy.split_at(end);
                Self { scheme, authority: Some(authority), rest }
            }
            None => Self { scheme, authority: None, rest: after },
        })
    }

    /// Host and port of the authority; userinfo must have been excluded. The port is without its colon.
    pub(crate) fn host_and_port(&self) -> (&'a str, Option<&'a str>) {
        let authority = self.authority.unwrap_or("");
        let host_end = match authority.find(']') {
            Some(bracket) => bracket + 1,
            None => authority.find(':').unwrap_or(authority.len()),
        };
        let (host, port) = authority.split_at(host_end);
        (host, port.strip_prefix(':').or((!port.is_empty()).then_some(port)))
    }

    fn is_http_localhost(&self) -> bool {
        let after_host = self.authority.and_then(|authority| authority.strip_prefix("localhost"));
        let is_host = |after: &str| after.is_empty() || after.strip_prefix(':').is_some_and(is_port);
        self.scheme == "http" && after_host.is_some_and(is_host)
    }
}

#[cfg(test)]
mod tests;
