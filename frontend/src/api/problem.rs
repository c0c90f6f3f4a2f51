//! Why a call of the control API brought no answer.

use hasp_protocol::api::{ApiError, ApiErrorCode};
use std::fmt;

/// What went wrong with a call, as a page can show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiProblem {
    /// The server refused, and says why.
    Refused(Box<ApiError>),
    /// No answer came: the server is down or the connection broke.
    Unreachable,
    /// An answer came that the API does not document; the status is known.
    Unreadable(u16),
    /// Nobody is signed in; the browser is already on its way to the sign-in page.
    SignedOut,
    /// The person closed the password dialog.
    Cancelled,
}

impl ApiProblem {
    /// The server's code, when it refused.
    pub fn code(&self) -> Option<ApiErrorCode> {
        match self {
            Self::Refused(error) => Some(error.code),
            _ => None,
        }
    }

    /// The parameter at fault: a member's name or a JSON Pointer.
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Refused(error) => error.param.as_deref(),
            _ => None,
        }
    }

    /// One line that says what to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Refused(error) => error.docs_hint.clone(),
            Self::Unreachable => Some("Check that the server runs, then try again.".into()),
            _ => None,
        }
    }

    /// The request id to look for in the server's log.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(error) => Some(&error.request_id),
            _ => None,
        }
    }

    /// Whether there is anything to tell: not when the person cancelled or is leaving for the sign-in page.
    pub fn is_worth_showing(&self) -> bool {
        !matches!(self, Self::SignedOut | Self::Cancelled)
    }
}

impl fmt::Display for ApiProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => formatter.write_str(&error.message),
            Self::Unreachable => formatter.write_str("The server did not answer."),
            Self::Unreadable(status) => {
                write!(formatter, "The server's answer could not be read: status {status}.")
            }
            Self::SignedOut => formatter.write_str("You are signed out."),
            Self::Cancelled => formatter.write_str("Cancelled."),
        }
    }
}

impl std::error::Error for ApiProblem {}
