//! The settings as people write them: flags of `hasp serve`, `HASP_*` variables, keys of the TOML file.
//!
//! One struct for all three, so a setting cannot exist in one form only. Values are checked in [`super`].

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Flags come first, then `HASP_*` environment variables, then the file named by `--config`, then the defaults.
#[derive(Clone, Debug, Default, clap::Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ServeArguments {
    /// TOML file with any of these settings, under the flags' names without dashes in front
    #[arg(long, env = "HASP_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Address and port to listen on; port 0 picks a free one [default: 127.0.0.1:8080]
    #[arg(long, env = "HASP_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,

    /// The issuer, as browsers and clients reach it; https unless loopback [default: http:// and the address of --listen]
    #[arg(long, env = "HASP_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,

    /// Where everything is kept [default: sqlite:hasp.db]
    #[arg(long, env = "HASP_DATABASE", value_name = "sqlite:PATH")]
    pub database: Option<String>,

    /// Token requests a client may make per minute, and at once [default: 60]
    #[arg(long, env = "HASP_TOKEN_REQUESTS_PER_MINUTE", value_name = "N")]
    pub token_requests_per_minute: Option<u32>,

    /// Lifetime of an authorization code, 1-600 [default: 300]
    #[arg(long, env = "HASP_CODE_LIFETIME_SECONDS", value_name = "SECONDS")]
    pub code_lifetime_seconds: Option<u32>,

    /// Address of a reverse proxy whose X-Forwarded-For is believed; may be given several times
    #[arg(long, env = "HASP_TRUSTED_PROXY", value_name = "ADDRESS", value_delimiter = ',')]
    pub trusted_proxy: Option<Vec<String>>,

    /// A loopback origin whose pages may act for a signed-in person, for `trunk serve`
    #[arg(long, env = "HASP_DEV_ORIGIN", value_name = "ORIGIN")]
    pub dev_origin: Option<String>,

    /// Make demonstration organizations, agents and applications; loopback only
    #[arg(long, env = "HASP_DEMO", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub demo: Option<bool>,

    /// Write the demonstration's ids, secrets and sign-in to this file (mode 0600)
    #[arg(long, env = "HASP_DEMO_JSON", value_name = "PATH")]
    pub demo_json: Option<PathBuf>,

    /// The revision named by /.well-known/mcp-server [default: 2025-11-05]
    #[arg(long, env = "HASP_MCP_VERSION", value_name = "DATE")]
    pub mcp_version: Option<String>,

    /// Wrong passwords for one account from one address before answers slow down [default: 5]
    #[arg(long, env = "HASP_SIGN_IN_FREE_ATTEMPTS", value_name = "N")]
    pub sign_in_free_attempts: Option<u32>,

    /// Wrong passwords from one address, whatever the account, before answers slow down [default: 50]
    #[arg(long, env = "HASP_SIGN_IN_ADDRESS_ATTEMPTS", value_name = "N")]
    pub sign_in_address_attempts: Option<u32>,

    /// The first delay after that; it doubles with each further failure [default: 500]
    #[arg(long, env = "HASP_SIGN_IN_DELAY_MILLISECONDS", value_name = "MS")]
    pub sign_in_delay_milliseconds: Option<u32>,

    /// The longest delay, 0-20; accounts are never locked [default: 10]
    #[arg(long, env = "HASP_SIGN_IN_LONGEST_DELAY_SECONDS", value_name = "SECONDS")]
    pub sign_in_longest_delay_seconds: Option<u32>,

    /// A session ends after this long without use, 1-720 [default: 720]
    #[arg(long, env = "HASP_SESSION_IDLE_MINUTES", value_name = "MINUTES")]
    pub session_idle_minutes: Option<u32>,

    /// A session ends after this long in any case, 1-168 [default: 168]
    #[arg(long, env = "HASP_SESSION_ABSOLUTE_HOURS", value_name = "HOURS")]
    pub session_absolute_hours: Option<u32>,

    /// How long a password stays good enough for rotating secrets and revoking applications, 1-720 [default: 15]
    #[arg(long, env = "HASP_REAUTHENTICATION_MINUTES", value_name = "MINUTES")]
    pub reauthentication_minutes: Option<u32>,

    /// How long running requests may take to finish after SIGTERM, 0-300 [default: 10]
    #[arg(long, env = "HASP_SHUTDOWN_SECONDS", value_name = "SECONDS")]
    pub shutdown_seconds: Option<u32>,

    /// text or json, on standard error [default: text]
    #[arg(long, env = "HASP_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<String>,

    /// What to log: off, error, warn, info, debug, trace, or directives such as hasp_server=debug [default: info]
    #[arg(long, env = "HASP_LOG", value_name = "FILTER")]
    pub log: Option<String>,
}

/// Why the file could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Not readable.
    #[error("cannot read the settings file {0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// Not TOML, or a key that does not exist.
    #[error("settings file {0}: {1}")]
    Invalid(PathBuf, Box<toml::de::Error>),
}

impl ServeArguments {
    /// Adds the settings of the file named by `--config`, where no flag and no variable is set.
    ///
    /// # Errors
    /// When the file cannot be read, is not TOML, or has an unknown key.
    pub fn with_file(self) -> Result<Self, FileError> {
        let Some(path) = self.config.clone() else { return Ok(self) };
        let file = ServeArguments::from_file(&path)?;
        Ok(self.or(file))
    }

    fn from_file(path: &Path) -> Result<Self, FileError> {
        let text =
            std::fs::read_to_string(path).map_err(|error| FileError::Unreadable(path.to_owned(), error))?;
        toml::from_str(&text).map_err(|error| FileError::Invalid(path.to_owned(), Box::new(error)))
    }

    /// `self`, completed by `lower`.
    fn or(self, lower: Self) -> Self {
        ServeArguments {
            config: self.config,
            listen: self.listen.or(lower.listen),
            public_url: self.public_url.or(lower.public_url),
            database: self.database.or(lower.database),
            token_requests_per_minute: self.token_requests_per_minute.or(lower.token_requests_per_minute),
            code_lifetime_seconds: self.code_lifetime_seconds.or(lower.code_lifetime_seconds),
            trusted_proxy: self.trusted_proxy.or(lower.trusted_proxy),
            dev_origin: self.dev_origin.or(lower.dev_origin),
            demo: self.demo.or(lower.demo),
            demo_json: self.demo_json.or(lower.demo_json),
            mcp_version: self.mcp_version.or(lower.mcp_version),
            sign_in_free_attempts: self.sign_in_free_attempts.or(lower.sign_in_free_attempts),
            sign_in_address_attempts: self.sign_in_address_attempts.or(lower.sign_in_address_attempts),
            sign_in_delay_milliseconds: self.sign_in_delay_milliseconds.or(lower.sign_in_delay_milliseconds),
            sign_in_longest_delay_seconds: self
                .sign_in_longest_delay_seconds
                .or(lower.sign_in_longest_delay_seconds),
            session_idle_minutes: self.session_idle_minutes.or(lower.session_idle_minutes),
            session_absolute_hours: self.session_absolute_hours.or(lower.session_absolute_hours),
            reauthentication_minutes: self.reauthentication_minutes.or(lower.reauthentication_minutes),
            shutdown_seconds: self.shutdown_seconds.or(lower.shutdown_seconds),
            log_format: self.log_format.or(lower.log_format),
            log: self.log.or(lower.log),
        }
    }
}
