//! Logs on standard error, as text or JSON. Secrets never reach them: routes are logged as templates, queries not at all,
//! and a panic is logged by place, without its message.

use crate::config::{LogFormat, Settings};
use tracing_subscriber::EnvFilter;

/// Why logging could not begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error("--log: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody else logs already.
    #[error("logging cannot begin: {0}")]
    Taken(String),
}

/// Begins logging for the whole process.
///
/// # Errors
/// When the filter is malformed or logging has begun before.
pub fn begin(settings: &Settings) -> Result<(), TelemetryError> {
    let filter = EnvFilter::try_new(&settings.log)?;
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let begun = match settings.log_format {
        LogFormat::Text => logs.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| TelemetryError::Taken(error.to_string()))?;
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(|| "unknown".to_owned(), ToString::to_string);
        tracing::error!(place, "panic");
    }));
    Ok(())
}

/// A parameter's name or pointer, when it cannot be a secret: ours have capitals and more than 32 characters.
#[must_use]
pub fn harmless(name: Option<&str>) -> Option<&str> {
    name.filter(|name| name.len() <= 64 && !name.bytes().any(|byte| byte.is_ascii_uppercase()))
}
