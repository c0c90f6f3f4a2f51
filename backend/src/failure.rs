//! What can go wrong inside: nobody's request is at fault. The wire sees a status, the log sees the cause.

use crate::guard::password::PasswordError;
use crate::random::RandomError;
use crate::storage::StoreError;
use axum::http::StatusCode;

/// Seconds in `Retry-After` when the store does not answer.
pub const STORE_RETRY_SECONDS: u64 = 2;

/// An internal cause.
#[derive(Debug, thiserror::Error)]
pub enum Internal {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The random generator.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The password worker.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// A value of ours that does not fit its own rules.
    #[error("{0}")]
    Inconsistent(String),
}

impl Internal {
    /// 503 when trying again may help, otherwise 500.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        match self {
            Internal::Store(StoreError::Unavailable(_)) | Internal::Random(_) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Writes the cause to the log; called once, where the answer is made.
    pub fn log(&self) {
        tracing::error!(error = %self, "internal failure");
    }
}
