//! The address under which people and programs reach the server: the issuer, and the origin every check compares with.

use std::fmt;
use std::net::IpAddr;

/// An `http` or `https` origin without path, query, fragment or user information.
///
/// **Invariants:** plain `http` only on the loopback interface; the text never ends in a slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: String,
    port: u16,
    is_https: bool,
    is_loopback: bool,
}

/// Why a text cannot be the public URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicUrlError {
    /// Not an absolute URL.
    #[error("`{0}` is not a URL such as https://auth.example.com ({1})")]
    NotAUrl(String, String),
    /// Neither `http` nor `https`.
    #[error("`{0}` must begin with https:// (or http:// on a loopback address)")]
    Scheme(String),
    /// More than an origin.
    #[error("`{0}` must be scheme, host and port only: remove the {1}")]
    MoreThanOrigin(String, &'static str),
    /// Tokens would cross a network in clear.
    #[error("`{0}` is not https: plain http is accepted on 127.0.0.1, [::1] and localhost only")]
    NotHttps(String),
}

impl PublicUrl {
    /// Reads an origin.
    ///
    /// # Errors
    /// When it is not an origin, or plain `http` to another machine.
    pub fn parse(text: &str) -> Result<Self, PublicUrlError> {
        let url = url::Url::parse(text)
            .map_err(|error| PublicUrlError::NotAUrl(text.to_owned(), error.to_string()))?;
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(PublicUrlError::Scheme(text.to_owned())),
        };
        let superfluous = [
            (!url.username().is_empty() || url.password().is_some(), "user information"),
            (url.query().is_some(), "query"),
            (url.fragment().is_some(), "fragment"),
            (url.path() != "/", "path"),
        ];
        if let Some((_, part)) = superfluous.iter().find(|(present, _)| *present) {
            return Err(PublicUrlError::MoreThanOrigin(text.to_owned(), part));
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(PublicUrlError::Scheme(text.to_owned()));
        };
        let is_loopback = is_loopback_host(host);
        if !is_https && !is_loopback {
            return Err(PublicUrlError::NotHttps(text.to_owned()));
        }
        Ok(PublicUrl {
            text: url.origin().ascii_serialization(),
            host: host.to_owned(),
            port,
            is_https,
            is_loopback,
        })
    }

    /// The issuer and origin: `https://auth.example.com`, no trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The URL of `path`, which begins with a slash.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.text)
    }

    /// Lower-case host, with brackets when it is an IPv6 address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, also when it is the scheme's own.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether cookies are `Secure` and HSTS is sent.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.is_https
    }

    /// Whether only this machine reaches it.
    #[must_use]
    pub const fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    /// Whether a `Host` header names this server. The scheme's own port may be left out.
    #[must_use]
    pub fn has_authority(&self, host_header: &str) -> bool {
        let (host, port) = split_authority(host_header);
        host.eq_ignore_ascii_case(&self.host) && port.unwrap_or(self.default_port()) == self.port
    }

    /// Whether a `Host` header is another loopback name for the same port.
    #[must_use]
    pub fn is_loopback_alias(&self, host_header: &str) -> bool {
        let (host, port) = split_authority(host_header);
        self.is_loopback
            && is_loopback_host(&host.to_ascii_lowercase())
            && port.unwrap_or(self.default_port()) == self.port
    }

    const fn default_port(&self) -> u16 {
        if self.is_https { 443 } else { 80 }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Host and port of `host[:port]`; an unreadable port becomes 0, which matches nothing.
fn split_authority(authority: &str) -> (&str, Option<u16>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port.parse().unwrap_or(0))),
        _ => (authority, None),
    }
}

fn is_loopback_host(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_without_its_slash() {
        let url = PublicUrl::parse("https://Auth.Example.com/").unwrap();

        assert_eq!(url.as_str(), "https://auth.example.com");
        assert_eq!(url.join("/v1/oauth/token"), "https://auth.example.com/v1/oauth/token");
    }

    // Checklist 75.
    #[test]
    fn plain_http_is_for_loopback_only() {
        for accepted in ["http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"] {
            assert!(PublicUrl::parse(accepted).is_ok(), "{accepted}");
        }
        for refused in ["http://auth.example.com", "http://10.0.0.1:8080", "http://127.0.0.1.evil.example"] {
            assert!(matches!(PublicUrl::parse(refused), Err(PublicUrlError::NotHttps(_))), "{refused}");
        }
    }

    // Checklist 75.
    #[test]
    fn anything_beyond_an_origin_is_named() {
        for (text, part) in [
            ("https://a.example/x", "path"),
            ("https://a.example/?q", "query"),
            ("https://a.example/#f", "fragment"),
            ("https://u@a.example", "user information"),
        ] {
            assert_eq!(PublicUrl::parse(text), Err(PublicUrlError::MoreThanOrigin(text.to_owned(), part)));
        }
    }

    #[test]
    fn the_host_header_must_name_host_and_port() {
        let url = PublicUrl::parse("http://127.0.0.1:8080").unwrap();

        assert!(url.has_authority("127.0.0.1:8080"));
        for other in ["127.0.0.1", "127.0.0.1:8081", "localhost:8080", "evil.example:8080", "127.0.0.1:x", ""]
        {
            assert!(!url.has_authority(other), "{other}");
        }
        assert!(url.is_loopback_alias("localhost:8080"));
        assert!(!url.is_loopback_alias("localhost:8081"));
        assert!(!url.is_loopback_alias("evil.example:8080"));
    }

    #[test]
    fn the_default_port_may_be_left_out() {
        let url = PublicUrl::parse("https://auth.example.com").unwrap();

        assert!(url.has_authority("auth.example.com") && url.has_authority("AUTH.example.com:443"));
        assert!(!url.has_authority("auth.example.com:80"));
    }
}
