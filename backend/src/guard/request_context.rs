//! The request's id and the address it came from, fixed before anything else looks at it.

use crate::clock::Timestamp;
use crate::state::AppState;
use crate::storage::Change;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tracing::Instrument;

/// Carries the id in every answer.
pub const REQUEST_ID_HEADER: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The socket's other end, put into the request by the server.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Which request this is and where it came from.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// `req_<ulid>`.
    pub request_id: String,
    /// The person's address.
    pub address: IpAddr,
}

impl RequestContext {
    /// The caller's half of an audit row.
    #[must_use]
    pub fn change(&self, now: Timestamp, user_id: Option<&str>, actor: &str) -> Change {
        Change {
            now,
            user_id: user_id.map(str::to_owned),
            ip_address: Some(self.address.to_string()),
            request_id: self.request_id.clone(),
            actor: actor.to_owned(),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<RequestContext>().cloned().unwrap_or_else(|| RequestContext {
            request_id: "req_unknown".to_owned(),
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        }))
    }
}

/// Outermost layer: gives the request its id, and logs method, route, status and time. Never a query string.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let now = state.clock.now();
    let request_id = match crate::random::ulid(now) {
        Ok(ulid) => format!("req_{ulid}"),
        Err(error) => {
            tracing::error!(%error, "no randomness for a request id");
            format!("req_{:026}", now.0)
        }
    };
    let peer =
        request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let address = client_address(peer, request.headers(), &state.settings.trusted_proxies);
    request.extensions_mut().insert(RequestContext { request_id: request_id.clone(), address });

    let method = request.method().clone();
    // The template, not the path: ids say little and unknown paths may hold anything.
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", id = %request_id, %method, route);
    let started = std::time::Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    span.in_scope(|| {
        tracing::info!(
            status = response.status().as_u16(),
            milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
    });
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(REQUEST_ID_HEADER, value);
    }
    response
}

/// The peer, or, when that is a trusted proxy, the last address in `X-Forwarded-For` that is not (checklist 83).
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contains(&peer) {
        return peer;
    }
    let forwarded: Vec<IpAddr> = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map_while(|text| text.trim().parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
        .collect();
    forwarded.into_iter().rev().find(|address| !trusted.contains(address)).unwrap_or(peer)
}

/// Who is counted when requests of an address are: an IPv6 customer holds at least a /64 and can send each request from
/// another address of it.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: [u8; 4], forwarded: &[&str], trusted: &[[u8; 4]]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        let trusted: Vec<IpAddr> = trusted.iter().copied().map(IpAddr::from).collect();
        client_address(IpAddr::from(peer), &headers, &trusted).to_string()
    }

    // Checklist 83.
    #[test]
    fn a_forwarded_address_counts_only_from_a_trusted_proxy() {
        let proxy = [10, 0, 0, 1];

        assert_eq!(address([192, 0, 2, 7], &["203.0.113.9"], &[]), "192.0.2.7");
        assert_eq!(address([192, 0, 2, 7], &["203.0.113.9"], &[proxy]), "192.0.2.7");
        assert_eq!(address(proxy, &["203.0.113.9"], &[proxy]), "203.0.113.9");
        assert_eq!(address(proxy, &[], &[proxy]), "10.0.0.1");
    }

    // Checklist 45.
    #[test]
    fn the_addresses_of_one_ipv6_network_count_as_one() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();

        assert_eq!(network("2001:db8:1:2:aaaa::1"), network("2001:db8:1:2::ffff"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_ne!(network("192.0.2.7"), network("192.0.2.8"));
    }

    // Checklist 83.
    #[test]
    fn what_the_client_put_in_front_is_not_believed() {
        let (proxy, inner) = ([10, 0, 0, 1], [10, 0, 0, 2]);

        assert_eq!(address(proxy, &["1.1.1.1, 203.0.113.9"], &[proxy]), "203.0.113.9");
        assert_eq!(address(proxy, &["1.1.1.1, 203.0.113.9", "10.0.0.2"], &[proxy, inner]), "203.0.113.9");
        assert_eq!(address(proxy, &["nonsense"], &[proxy]), "10.0.0.1");
    }
}
