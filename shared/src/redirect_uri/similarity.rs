//! Which registered redirect URI a wrong one was probably meant to be. For the application's owner only: strangers
//! must not learn what is registered.

use super::Parts;
use crate::text::edit_distance;

/// The most similar registered URI, and how the requested one differs from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Similar {
    /// As registered.
    pub registered: String,
    /// Such as `the request has a trailing slash`.
    pub difference: String,
}

/// Finds the registered URI with the fewest edits to the requested one.
#[must_use]
pub fn most_similar(registered: &[String], requested: &str) -> Option<Similar> {
    let head: String = requested.chars().take(crate::limits::REDIRECT_URI_BYTES).collect();
    let nearest = registered.iter().min_by_key(|uri| edit_distance(&head, uri))?;
    Some(Similar { registered: nearest.clone(), difference: difference(nearest, requested).to_owned() })
}

fn difference(registered: &str, requested: &str) -> &'static str {
    if requested.strip_suffix('/') == Some(registered) {
        return "the request has a trailing slash";
    }
    if registered.strip_suffix('/') == Some(requested) {
        return "the request lacks the trailing slash";
    }
    if crate::parameters::decode(requested).is_ok_and(|decoded| decoded == registered) {
        return "the request was percent-encoded twice";
    }
    if requested.eq_ignore_ascii_case(registered) {
        return "upper and lower case differ";
    }
    if requested.trim() == registered {
        return "the request has spaces around it";
    }
    let (Some(left), Some(right)) = (Parts::parse(registered), Parts::parse(requested)) else {
        return "the request is no absolute URI";
    };
    if left.scheme != right.scheme {
        return "the scheme differs";
    }
    if left.authority != right.authority {
        let ((left_host, _), (right_host, _)) = (left.host_and_port(), right.host_and_port());
        return if left_host == right_host { "the port differs" } else { "the host differs" };
    }
    if requested.contains('#') {
        return "the request has a fragment";
    }
    let path = |rest: &str| rest.split('?').next().unwrap_or("").to_owned();
    if path(left.rest) == path(right.rest) { "the query differs" } else { "the path differs" }
}
