//! Reads request bodies: at most 64 KiB, UTF-8.

use axum::body::Body;
use axum::http::{HeaderMap, header};
use hasp_protocol::limits::BODY_BYTES;
use http_body_util::BodyExt;

/// Of a body that is too large, this much is still taken in, so that the sender reads our answer instead of a reset.
const DRAINED_BYTES_MAX: usize = 1024 * 1024;

/// Why there is no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyError {
    /// More than 64 KiB.
    TooLarge,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// The sender went away or broke the framing.
    Broken,
}

/// The whole body.
///
/// # Errors
/// When it is too large, not UTF-8, or ends early.
pub async fn read(mut body: Body) -> Result<String, BodyError> {
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        seen += data.len();
        if seen > DRAINED_BYTES_MAX {
            break;
        }
        if seen <= BODY_BYTES {
            bytes.extend_from_slice(&data);
        }
    }
    if seen > BODY_BYTES {
        return Err(BodyError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| BodyError::NotUtf8)
}

/// Whether the `Content-Type` is `essence`, whatever its parameters.
#[must_use]
pub fn is_content_type(headers: &HeaderMap, essence: &str) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| value.trim().eq_ignore_ascii_case(essence))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Checklist 88.
    #[tokio::test]
    async fn the_limit_is_exact() {
        let most = "a".repeat(BODY_BYTES);

        assert_eq!(read(Body::from(most.clone())).await.map(|text| text.len()), Ok(BODY_BYTES));
        assert_eq!(read(Body::from(most + "a")).await, Err(BodyError::TooLarge));
        assert_eq!(read(Body::from("a".repeat(DRAINED_BYTES_MAX * 2))).await, Err(BodyError::TooLarge));
        assert_eq!(read(Body::from(vec![0xff])).await, Err(BodyError::NotUtf8));
    }
}
