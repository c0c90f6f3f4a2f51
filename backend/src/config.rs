//! The settings as the server uses them, checked once at start.
//!
//! How people write them (flags, variables, file) stands in [`arguments`].

pub mod arguments;
pub mod public_url;

use arguments::{FileError, ServeArguments};
pub use public_url::{PublicUrl, PublicUrlError};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

const MCP_VERSION: &str = "2025-11-05";

/// Everything `hasp serve` can be told. Tests start from [`Settings::new`] and change fields.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Port 0 picks a free one.
    pub listen: SocketAddr,
    /// `None`: `http://` and the address listened on, which then must be loopback.
    pub public_url: Option<PublicUrl>,
    /// Where everything is kept.
    pub database: Database,
    /// Also the number of requests a client may make at once.
    pub token_requests_per_minute: u32,
    /// At most 600 s.
    pub code_lifetime: Duration,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// A second origin for local development of the console.
    pub dev_origin: Option<PublicUrl>,
    /// Make demonstration data.
    pub demo: bool,
    /// Where to write what the demonstration made.
    pub demo_json: Option<PathBuf>,
    /// Named by `/.well-known/mcp-server`.
    pub mcp_version: String,
    /// How failed sign-ins slow down.
    pub sign_in: SignInDelays,
    /// How long sessions live.
    pub sessions: SessionLifetimes,
    /// How long running requests may take to finish after a signal.
    pub shutdown_grace: Duration,
    /// Text or JSON.
    pub log_format: LogFormat,
    /// `tracing` filter directives.
    pub log: String,
}

/// The engine and where it keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file of the embedded engine.
    Sqlite(PathBuf),
}

/// When failed sign-ins begin to wait, and how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignInDelays {
    /// Failures of one account from one address that cost nothing.
    pub free_attempts: u32,
    /// Failures of one address that cost nothing.
    pub address_attempts: u32,
    /// Doubles with each further failure.
    pub first_delay: Duration,
    /// Never longer than this.
    pub longest_delay: Duration,
}

impl Default for SignInDelays {
    fn default() -> Self {
        SignInDelays {
            free_attempts: 5,
            address_attempts: 50,
            first_delay: Duration::from_millis(500),
            longest_delay: Duration::from_secs(10),
        }
    }
}

/// When a session ends, and when a password must be given again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLifetimes {
    /// Without use.
    pub idle: Duration,
    /// In any case.
    pub absolute: Duration,
    /// For rotating secrets, revoking applications and issuing credentials.
    pub reauthentication: Duration,
}

impl Default for SessionLifetimes {
    fn default() -> Self {
        SessionLifetimes {
            idle: Duration::from_secs(12 * 3600),
            absolute: Duration::from_secs(7 * 24 * 3600),
            reauthentication: Duration::from_secs(15 * 60),
        }
    }
}

/// The shape of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object per line.
    Json,
}

/// Which setting is wrong, and how it should be.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// One value.
    #[error("--{name}: {reason}")]
    Value { name: &'static str, reason: String },
}

impl Settings {
    /// The defaults, on a free loopback port, with this database.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Settings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            database,
            token_requests_per_minute: 60,
            code_lifetime: Duration::from_secs(300),
            trusted_proxies: Vec::new(),
            dev_origin: None,
            demo: false,
            demo_json: None,
            mcp_version: MCP_VERSION.to_owned(),
            sign_in: SignInDelays::default(),
            sessions: SessionLifetimes::default(),
            shutdown_grace: Duration::from_secs(10),
            log_format: LogFormat::Text,
            log: "info".to_owned(),
        }
    }

    /// Checks every value.
    ///
    /// # Errors
    /// Names the first setting that is wrong.
    pub fn from_arguments(arguments: ServeArguments) -> Result<Self, SettingsError> {
        let given = arguments.with_file()?;
        let database = given.database.as_deref().unwrap_or("sqlite:hasp.db");
        let standard = Settings::new(Database::parse(database)?);
        let listen = given.listen.as_deref().unwrap_or("127.0.0.1:8080");
        let settings = Settings {
            listen: listen.parse().map_err(|_| {
                wrong("listen", format!("`{listen}` is not an address and port such as 127.0.0.1:8080"))
            })?,
            sign_in: sign_in_delays(&given)?,
            sessions: session_lifetimes(&given)?,
            public_url: origin("public-url", given.public_url)?,
            token_requests_per_minute: within(
                "token-requests-per-minute",
                given.token_requests_per_minute,
                60,
                1..=1_000_000,
            )?,
            code_lifetime: seconds("code-lifetime-seconds", given.code_lifetime_seconds, 300, 1..=600)?,
            trusted_proxies: proxies(given.trusted_proxy.unwrap_or_default())?,
            dev_origin: dev_origin(given.dev_origin)?,
            demo: given.demo.unwrap_or(false),
            demo_json: given.demo_json,
            mcp_version: given.mcp_version.unwrap_or(standard.mcp_version),
            shutdown_grace: seconds("shutdown-seconds", given.shutdown_seconds, 10, 0..=300)?,
            log_format: log_format(given.log_format.as_deref())?,
            log: given.log.unwrap_or(standard.log),
            database: standard.database,
        };
        settings.check_together()?;
        Ok(settings)
    }

    /// The issuer once the socket is bound to `local`.
    ///
    /// # Errors
    /// When no public URL is set and the address is not loopback.
    pub fn public_url_for(&self, local: SocketAddr) -> Result<PublicUrl, SettingsError> {
        match &self.public_url {
            Some(url) => Ok(url.clone()),
            None => PublicUrl::parse(&format!("http://{local}")).map_err(|error| {
                wrong(
                    "public-url",
                    format!("must be set when the server does not listen on loopback: {error}"),
                )
            }),
        }
    }

    /// Rules between settings; also applied by the server to values that did not come from arguments.
    ///
    /// # Errors
    /// Names the setting to change.
    pub fn check_together(&self) -> Result<(), SettingsError> {
        let public = self.public_url_for(self.listen)?;
        if self.demo && !(public.is_loopback() && self.listen.ip().is_loopback()) {
            return Err(wrong(
                "demo",
                "has a known password, so it runs on a loopback address and public URL only".to_owned(),
            ));
        }
        if self.demo_json.is_some() && !self.demo {
            return Err(wrong("demo-json", "needs --demo".to_owned()));
        }
        Ok(())
    }
}

impl Database {
    /// Reads `sqlite:PATH`.
    ///
    /// # Errors
    /// When it names another engine or no path.
    pub fn parse(text: &str) -> Result<Self, SettingsError> {
        match text.strip_prefix("sqlite:") {
            Some(path) if !path.is_empty() => Ok(Database::Sqlite(PathBuf::from(path))),
            _ => {
                Err(wrong("database", format!("`{text}` must be sqlite: and a path, such as sqlite:hasp.db")))
            }
        }
    }
}

fn sign_in_delays(given: &ServeArguments) -> Result<SignInDelays, SettingsError> {
    let first_delay =
        within("sign-in-delay-milliseconds", given.sign_in_delay_milliseconds, 500, 0..=20_000)?;
    let longest = given.sign_in_longest_delay_seconds;
    Ok(SignInDelays {
        free_attempts: within("sign-in-free-attempts", given.sign_in_free_attempts, 5, 0..=1_000)?,
        address_attempts: within(
            "sign-in-address-attempts",
            given.sign_in_address_attempts,
            50,
            0..=100_000,
        )?,
        first_delay: Duration::from_millis(u64::from(first_delay)),
        longest_delay: seconds("sign-in-longest-delay-seconds", longest, 10, 0..=20)?,
    })
}

fn session_lifetimes(given: &ServeArguments) -> Result<SessionLifetimes, SettingsError> {
    let reauthentication = given.reauthentication_minutes;
    Ok(SessionLifetimes {
        idle: seconds("session-idle-minutes", given.session_idle_minutes, 720, 1..=720)? * 60,
        absolute: seconds("session-absolute-hours", given.session_absolute_hours, 168, 1..=168)? * 3600,
        reauthentication: seconds("reauthentication-minutes", reauthentication, 15, 1..=720)? * 60,
    })
}

fn wrong(name: &'static str, reason: String) -> SettingsError {
    SettingsError::Value { name, reason }
}

fn within(
    name: &'static str,
    given: Option<u32>,
    default: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<u32, SettingsError> {
    let value = given.unwrap_or(default);
    if range.contains(&value) {
        Ok(value)
    } else {
        Err(wrong(name, format!("{value} is not between {} and {}", range.start(), range.end())))
    }
}

fn seconds(
    name: &'static str,
    given: Option<u32>,
    default: u32,
    range: std::ops::RangeInclusive<u32>,
) -> Result<Duration, SettingsError> {
    within(name, given, default, range).map(|value| Duration::from_secs(u64::from(value)))
}

fn origin(name: &'static str, given: Option<String>) -> Result<Option<PublicUrl>, SettingsError> {
    given.map(|text| PublicUrl::parse(&text).map_err(|error| wrong(name, error.to_string()))).transpose()
}

fn dev_origin(given: Option<String>) -> Result<Option<PublicUrl>, SettingsError> {
    match origin("dev-origin", given)? {
        Some(url) if !url.is_loopback() => {
            Err(wrong("dev-origin", format!("`{url}` is not a loopback address")))
        }
        other => Ok(other),
    }
}

fn proxies(given: Vec<String>) -> Result<Vec<IpAddr>, SettingsError> {
    let parse = |text: String| {
        text.trim().parse().map_err(|_| wrong("trusted-proxy", format!("`{text}` is not an IP address")))
    };
    given.into_iter().map(parse).collect()
}

fn log_format(given: Option<&str>) -> Result<LogFormat, SettingsError> {
    match given.unwrap_or("text") {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(wrong("log-format", format!("`{other}` is neither text nor json"))),
    }
}

#[cfg(test)]
mod tests;
