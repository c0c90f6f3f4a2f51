//! Which redirect URIs an application may register (decisions; RFC 9700 §2.6; RFC 8252 §7; checklist 5).
//!
//! `https`; `http` on the literals `127.0.0.1` and `[::1]` and on `localhost`; private-use schemes that contain a dot.
//! Whatever a browser would rewrite on its way, or a person would take for a pattern, is refused with its reason.

use super::{Parts, is_port, is_web};
use crate::limits::{REDIRECT_URI_BYTES, REDIRECT_URIS_MAX};
use std::{fmt, net::Ipv6Addr};

/// Query parameters that the authorization response adds; a registered one of the same name would stand twice.
const RESPONSE_PARAMETERS: [&str; 5] = ["code", "state", "iss", "error", "error_description"];

/// Why a redirect URI may not be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectUriProblem {
    /// Nothing was entered.
    Empty,
    /// Longer than 2048 bytes.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A character that no URI has.
    Character {
        /// The character.
        received: char,
        /// Its position, from 1.
        position: usize,
    },
    /// A `%` that begins no byte.
    Encoding {
        /// Its position, from 1.
        position: usize,
    },
    /// No scheme, such as `app.example/callback`.
    Scheme,
    /// A scheme in upper case; browsers write it in lower case.
    SchemeCase,
    /// A fragment (RFC 6749 §3.1.2).
    Fragment,
    /// A `*`; redirect URIs are no patterns.
    Wildcard,
    /// A name or password before the host.
    UserInfo,
    /// `http` to another machine.
    PlainHttp {
        /// The host.
        host: String,
    },
    /// Another spelling of a loopback address.
    LoopbackSpelling {
        /// The host.
        host: String,
    },
    /// No host, or none that a browser would keep as it is.
    Host {
        /// The host.
        host: String,
    },
    /// No port from 1 to 65535.
    Port {
        /// What stands there.
        port: String,
    },
    /// A private-use scheme without a dot.
    PrivateScheme {
        /// The scheme.
        scheme: String,
    },
    /// A private-use scheme with nothing after it.
    PrivatePath,
    /// `.` or `..` as a path segment, also percent-encoded; browsers resolve it.
    DotSegment,
    /// A query parameter that the answer adds.
    ResponseParameter {
        /// Its name.
        name: String,
    },
    /// The same URI twice in the list.
    Duplicate,
    /// None, or more than ten.
    Count {
        /// How many.
        received: usize,
    },
}

impl fmt::Display for RedirectUriProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("the redirect URI is empty"),
            Self::TooLong { bytes } => {
                write!(formatter, "it has {bytes} bytes, {REDIRECT_URI_BYTES} is the limit")
            }
            Self::Character { received, position } => {
                write!(formatter, "character {position}, {received:?}, cannot stand in a URI")
            }
            Self::Encoding { position } => {
                write!(formatter, "the % at position {position} begins no encoded byte")
            }
            Self::Scheme => formatter.write_str("it has no scheme"),
            Self::SchemeCase => formatter.write_str("its scheme is in upper case"),
            Self::Fragment => formatter.write_str("it has a fragment (#)"),
            Self::Wildcard => formatter.write_str("it has a wildcard (*)"),
            Self::UserInfo => formatter.write_str("it has a name or password before the host (@)"),
            Self::PlainHttp { host } => write!(formatter, "it is http to another machine: {host}"),
            Self::LoopbackSpelling { host } => {
                write!(formatter, "{host} is another spelling of a loopback address")
            }
            Self::Host { host } if host.is_empty() => formatter.write_str("it has no host"),
            Self::Host { host } => write!(formatter, "a browser would not keep this host as it is: {host}"),
            Self::Port { port } => write!(formatter, "{port:?} is no port"),
            Self::PrivateScheme { scheme } => write!(formatter, "the private-use scheme {scheme} has no dot"),
            Self::PrivatePath => formatter.write_str("nothing follows the scheme"),
            Self::DotSegment => formatter.write_str("its path has a . or .. segment, which browsers resolve"),
            Self::ResponseParameter { name } => {
                write!(formatter, "its query has the parameter {name}, which the answer adds")
            }
            Self::Duplicate => formatter.write_str("it is registered already"),
            Self::Count { received: 0 } => formatter.write_str("at least one redirect URI is needed"),
            Self::Count { received } => {
                write!(formatter, "{received} redirect URIs, {REDIRECT_URIS_MAX} is the limit")
            }
        }
    }
}

impl std::error::Error for RedirectUriProblem {}

impl RedirectUriProblem {
    /// One line that says what to do.
    #[must_use]
    pub fn fix(&self) -> String {
        match self {
            Self::Empty | Self::Scheme => {
                "Enter the whole callback URL, such as https://app.example/callback.".to_owned()
            }
            Self::TooLong { .. } => "Keep data in the state parameter, or in your own session.".to_owned(),
            Self::Character { received: '\\', .. } => "Write / instead of \\.".to_owned(),
            Self::Character { received, .. } if !received.is_ascii() => {
                "Write the host in punycode (xn--…) and percent-encode the path.".to_owned()
            }
            Self::Character { .. } => "Percent-encode it, or remove it.".to_owned(),
            Self::Encoding { .. } => "Write a literal % as %25.".to_owned(),
            Self::SchemeCase => "Write the scheme in lower case.".to_owned(),
            Self::Fragment => "Remove the # and what follows; use state to carry data.".to_owned(),
            Self::Wildcard => "Register each callback URL by itself.".to_owned(),
            Self::UserInfo => "Remove what stands before the @, and the @.".to_owned(),
            Self::PlainHttp { .. } => {
                "Use https; http is only for 127.0.0.1, [::1] and localhost.".to_owned()
            }
            Self::LoopbackSpelling { .. } => "Write 127.0.0.1, [::1] or localhost.".to_owned(),
            Self::Host { host } if host.is_empty() => "Write a host after //.".to_owned(),
            Self::Host { .. } => "Write the host as the browser's address bar shows it.".to_owned(),
            Self::Port { .. } => {
                "Use a number from 1 to 65535 without leading zeros, or no colon.".to_owned()
            }
            Self::PrivateScheme { .. } => {
                "Use the reverse of a domain you own, such as com.example.app:/callback.".to_owned()
            }
            Self::PrivatePath => "Add a path, such as com.example.app:/callback.".to_owned(),
            Self::DotSegment => "Write the path as it is after resolving.".to_owned(),
            Self::ResponseParameter { name } => format!("Rename or remove the parameter {name}."),
            Self::Duplicate => "Remove one of the two.".to_owned(),
            Self::Count { .. } => format!("Register 1 to {REDIRECT_URIS_MAX} redirect URIs."),
        }
    }
}

/// Checks the redirect URIs of one application: each by itself, their number, and that none stands twice.
///
/// # Errors
/// The position of the first that may not be registered, from 0, and why.
pub fn check_registrations(uris: &[String]) -> Result<(), (usize, RedirectUriProblem)> {
    if uris.is_empty() || uris.len() > REDIRECT_URIS_MAX {
        let index = uris.len().min(REDIRECT_URIS_MAX);
        return Err((index, RedirectUriProblem::Count { received: uris.len() }));
    }
    for (index, uri) in uris.iter().enumerate() {
        check_registration(uri).map_err(|problem| (index, problem))?;
        if uris[..index].contains(uri) {
            return Err((index, RedirectUriProblem::Duplicate));
        }
    }
    Ok(())
}

/// Checks whether an application may register this redirect URI (checklist 5).
///
/// # Errors
/// The first rule it breaks.
pub fn check_registration(uri: &str) -> Result<(), RedirectUriProblem> {
    check_characters(uri)?;
    let parts = Parts::parse(uri).ok_or(RedirectUriProblem::Scheme)?;
    if parts.scheme.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(RedirectUriProblem::SchemeCase);
    }
    if is_web(parts.scheme) {
        check_authority(&parts)?;
    } else {
        check_private_use(&parts)?;
    }
    let (path, query) = parts.rest.split_once('?').unwrap_or((parts.rest, ""));
    if path.split('/').any(is_dot_segment) {
        return Err(RedirectUriProblem::DotSegment);
    }
    check_query(query)
}

fn check_characters(uri: &str) -> Result<(), RedirectUriProblem> {
    if uri.is_empty() {
        return Err(RedirectUriProblem::Empty);
    }
    if uri.len() > REDIRECT_URI_BYTES {
        return Err(RedirectUriProblem::TooLong { bytes: uri.len() });
    }
    if uri.contains('#') {
        return Err(RedirectUriProblem::Fragment);
    }
    if uri.contains('*') {
        return Err(RedirectUriProblem::Wildcard);
    }
    if let Some((index, received)) = uri.chars().enumerate().find(|(_, character)| !is_uri(*character)) {
        return Err(RedirectUriProblem::Character { received, position: index + 1 });
    }
    let bytes = uri.as_bytes();
    let encodes = |index: usize| {
        bytes.get(index + 1..index + 3).is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit))
    };
    match (0..bytes.len()).find(|&index| bytes[index] == b'%' && !encodes(index)) {
        Some(index) => Err(RedirectUriProblem::Encoding { position: index + 1 }),
        None => Ok(()),
    }
}

/// The characters of RFC 3986 §2, and `%`.
fn is_uri(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(character)
}

fn check_authority(parts: &Parts<'_>) -> Result<(), RedirectUriProblem> {
    let authority = parts.authority.unwrap_or("");
    if authority.contains('@') {
        return Err(RedirectUriProblem::UserInfo);
    }
    let (host, port) = parts.host_and_port();
    if !is_host(host) {
        return Err(RedirectUriProblem::Host { host: host.to_owned() });
    }
    if let Some(port) = port.filter(|port| !is_port(port)) {
        return Err(RedirectUriProblem::Port { port: port.to_owned() });
    }
    match host {
        _ if parts.scheme == "https" => Ok(()),
        "127.0.0.1" | "[::1]" | "localhost" => Ok(()),
        _ if means_loopback(host) => Err(RedirectUriProblem::LoopbackSpelling { host: host.to_owned() }),
        _ => Err(RedirectUriProblem::PlainHttp { host: host.to_owned() }),
    }
}

/// Whether the host is one that browsers keep: labels of letters, digits and hyphens, or an IPv6 literal. A last
/// label of digits makes browsers read the host as an IPv4 address, so it must be a plain one.
pub(crate) fn is_host(host: &str) -> bool {
    if let Some(literal) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return literal.parse::<Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit('.').next().unwrap_or("");
    let is_number =
        last.bytes().all(|byte| byte.is_ascii_digit()) || last.to_ascii_lowercase().starts_with("0x");
    name.len() <= 253
        && name.split('.').all(is_label)
        && (!is_number || host.parse::<std::net::Ipv4Addr>().is_ok())
}

fn means_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || name.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

fn check_private_use(parts: &Parts<'_>) -> Result<(), RedirectUriProblem> {
    if !parts.scheme.contains('.') {
        return Err(RedirectUriProblem::PrivateScheme { scheme: parts.scheme.to_owned() });
    }
    if parts.authority.is_some_and(|authority| authority.contains('@')) {
        return Err(RedirectUriProblem::UserInfo);
    }
    if let Some(port) = parts.host_and_port().1.filter(|port| !is_port(port)) {
        return Err(RedirectUriProblem::Port { port: port.to_owned() });
    }
    if parts.authority.unwrap_or("").is_empty() && parts.rest.is_empty() {
        return Err(RedirectUriProblem::PrivatePath);
    }
    Ok(())
}

fn is_dot_segment(segment: &str) -> bool {
    let plain = segment.to_ascii_lowercase().replace("%2e", ".");
    plain == "." || plain == ".."
}

fn check_query(query: &str) -> Result<(), RedirectUriProblem> {
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or(pair));
    let decoded = names.filter_map(|name| crate::parameters::decode(name).ok());
    match decoded.into_iter().find(|name| RESPONSE_PARAMETERS.contains(&name.as_str())) {
        Some(name) => Err(RedirectUriProblem::ResponseParameter { name }),
        None => Ok(()),
    }
}
