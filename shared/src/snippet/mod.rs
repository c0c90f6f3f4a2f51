//! Whole runnable programs that walk the flow, in four languages (R15).
//!
//! Each makes PKCE and state, prints `Open: <authorization URL>`, gets the answer, checks `state` and `iss`, exchanges
//! the code, calls `GET /v1/agent` and prints its JSON. The answer comes by listening on the redirect URI when it is
//! an `http` loopback one (JavaScript, Python, PHP), otherwise by pasting the address on standard input. A denial, a
//! foreign state or issuer, and every refusal of the server end with a message on standard error and exit code 1.
//! Secrets are read from `HASP_CLIENT_SECRET` and never written into a program.

mod literal;
mod template;

use crate::{ClientType, redirect_uri::is_loopback};
use serde_json::Value;

/// What a snippet is filled with. Never a secret: programs read it from `HASP_CLIENT_SECRET`.
#[derive(Clone, Debug, PartialEq)]
pub struct SnippetInput {
    /// The issuer.
    pub issuer: String,
    /// `hasp_app_<ulid>`.
    pub client_id: String,
    /// Confidential programs read `HASP_CLIENT_SECRET`.
    pub client_type: ClientType,
    /// A registered redirect URI.
    pub redirect_uri: String,
    /// The agent to be authorized.
    pub agent_id: String,
    /// The array of grants.
    pub authorization_details: Value,
}

/// The language of a snippet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SnippetLanguage {
    /// bash and curl.
    Curl,
    /// Node 20.
    JavaScript,
    /// Python 3 with requests.
    Python,
    /// PHP 8 with curl.
    Php,
}

impl SnippetLanguage {
    /// In the documented order (R15).
    pub const ALL: [Self; 4] = [Self::Curl, Self::JavaScript, Self::Python, Self::Php];

    /// The name on the tab.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::JavaScript => "JavaScript",
            Self::Python => "Python",
            Self::Php => "PHP",
        }
    }

    /// The name to save the program under.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Curl => "hasp.sh",
            Self::JavaScript => "hasp.mjs",
            Self::Python => "hasp.py",
            Self::Php => "hasp.php",
        }
    }

    /// The program that runs it.
    #[must_use]
    pub const fn interpreter(self) -> &'static str {
        match self {
            Self::Curl => "bash",
            Self::JavaScript => "node",
            Self::Python => "python3",
            Self::Php => "php",
        }
    }

    const fn template(self) -> &'static str {
        match self {
            Self::Curl => include_str!("template/curl.sh"),
            Self::JavaScript => include_str!("template/javascript.mjs"),
            Self::Python => include_str!("template/python.py"),
            Self::Php => include_str!("template/php.php"),
        }
    }
}

/// The port to listen on when a loopback redirect URI names none; any port matches then (RFC 8252 §7.3).
const LOOPBACK_PORT: &str = "8976";

/// Writes the program.
#[must_use]
pub fn render(language: SnippetLanguage, input: &SnippetInput) -> String {
    let listener = Listener::of(&input.redirect_uri);
    let is_plain = literal::is_plain(&input.authorization_details);
    let holds = |condition: &str| match condition {
        "confidential" => input.client_type == ClientType::Confidential,
        "listen" => listener.is_some(),
        "paste" => listener.is_none(),
        "ipv6" => listener.as_ref().is_some_and(|listener| listener.host.contains(':')),
        "plain" => is_plain,
        "verbatim" => !is_plain,
        _ => true,
    };
    let details = || match language {
        SnippetLanguage::Curl => literal::text(language, &input.authorization_details.to_string()),
        _ if is_plain => literal::value(language, &input.authorization_details, 0),
        _ => literal::text(language, &input.authorization_details.to_string()),
    };
    let redirect_uri = listener.as_ref().map_or(&input.redirect_uri, |listener| &listener.redirect_uri);
    let value = |name: &str| {
        Some(match (name, &listener) {
            ("issuer", _) => literal::text(language, &input.issuer),
            ("client_id", _) => literal::text(language, &input.client_id),
            ("redirect_uri", _) => literal::text(language, redirect_uri),
            ("agent_id", _) => literal::text(language, &input.agent_id),
            ("authorization_details", _) => details(),
            ("listen_host", Some(listener)) => literal::text(language, &listener.host),
            ("listen_port", Some(listener)) => listener.port.clone(),
            ("listen_path", Some(listener)) => literal::text(language, &listener.path),
            ("listen_socket", Some(listener)) => literal::text(language, &listener.socket()),
            _ => return None,
        })
    };
    template::fill(language.template(), holds, value)
}

/// Where a program listens for the answer.
struct Listener {
    redirect_uri: String,
    host: String,
    port: String,
    path: String,
}

impl Listener {
    /// `None` when the redirect URI is not `http` on the person's own machine.
    fn of(redirect_uri: &str) -> Option<Self> {
        let after_scheme = redirect_uri.strip_prefix("http://").filter(|_| is_loopback(redirect_uri))?;
        let end = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
        let (authority, rest) = after_scheme.split_at(end);
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, port),
            _ => (authority, ""),
        };
        let port = match (host, port) {
            ("localhost", "") => "80",
            (_, "") => LOOPBACK_PORT,
            (_, port) => port,
        };
        let authority = if host == "localhost" { authority.to_owned() } else { format!("{host}:{port}") };
        let path = rest.split('?').next().unwrap_or("");
        Some(Self {
            redirect_uri: format!("http://{authority}{rest}"),
            // Browsers try both loopback addresses of localhost.
            host: if host == "localhost" { "127.0.0.1" } else { host.trim_matches(['[', ']']) }.to_owned(),
            port: port.to_owned(),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
        })
    }

    /// The address as PHP's sockets write it.
    fn socket(&self) -> String {
        if self.host.contains(':') {
            return format!("tcp://[{}]:{}", self.host, self.port);
        }
        format!("tcp://{}:{}", self.host, self.port)
    }
}

#[cfg(test)]
mod tests;
