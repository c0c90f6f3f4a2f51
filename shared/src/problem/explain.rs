//! Which variant says what: one exhaustive list, so that no problem stays without words.

use super::{Explanation, Problem, details, request, token};

impl Problem {
    pub(super) fn explain(&self) -> Explanation<'_> {
        match self {
            Problem::ParameterMissing { parameter } => request::parameter_missing(parameter),
            Problem::ParameterRepeated { parameter } => request::parameter_repeated(parameter),
            Problem::ParameterEncoding { parameter, reason } => {
                request::parameter_encoding(parameter, reason)
            }
            Problem::ClientIdMalformed { received } => request::client_id_malformed(received),
            Problem::ClientUnknown { received } => request::client_unknown(received),
            Problem::ClientRevoked { client_id } => request::client_revoked(client_id),
            Problem::RedirectUriUnregistered { received, .. } => request::redirect_uri_unregistered(received),
            Problem::ResponseTypeUnsupported { received } => request::response_type_unsupported(received),
            Problem::CodeChallengeMalformed { received } => request::code_challenge_malformed(received),
            Problem::CodeChallengeMethodUnsupported { received } => {
                request::method_unsupported(received.as_deref())
            }
            Problem::AgentIdMalformed { received } => request::agent_id_malformed(received),
            Problem::AgentUnavailable => request::agent_unavailable(),
            Problem::AccessDenied => request::access_denied(),
            Problem::ConsentRequestExpired => request::consent_request_expired(),
            Problem::DetailsTooLarge { bytes } => details::too_large(*bytes),
            Problem::DetailsTooDeep { pointer } => details::too_deep(pointer),
            Problem::DetailsDuplicateKey { pointer, key } => details::duplicate_key(pointer, key),
            Problem::DetailsNotJson { message, line, column } => details::not_json(message, *line, *column),
            Problem::DetailsNotArray { received } => details::not_array(received),
            Problem::DetailsEmpty => details::empty(),
            Problem::DetailsInvalid { issues } => details::invalid(issues),
            Problem::DetailsTypeNotAllowed { index, grant_type, by } => {
                details::type_not_allowed(*index, *grant_type, *by)
            }
            Problem::DetailsSelfDelegation { index } => details::self_delegation(*index),
            Problem::GrantTypeUnsupported { received } => token::grant_type_unsupported(received),
            Problem::CodeUnknown => token::code_unknown(),
            Problem::CodeExpired => token::code_expired(),
            Problem::CodeUsed => token::code_used(),
            Problem::CodeExhausted => token::code_exhausted(),
            Problem::CodeRedirectUriMismatch => token::code_redirect_uri_mismatch(),
            Problem::CodeVerifierMissing => token::code_verifier_missing(),
            Problem::CodeVerifierMalformed { reason } => token::code_verifier_malformed(reason),
            Problem::CodeVerifierMismatch => token::code_verifier_mismatch(),
            Problem::AuthorityWithdrawn => token::authority_withdrawn(),
            Problem::NarrowingUnsupported => token::narrowing_unsupported(),
            Problem::ClientAuthenticationFailed { .. } => token::client_authentication_failed(),
            Problem::ClientAuthenticationTwice => token::client_authentication_twice(),
            Problem::ClientIdMismatch => token::client_id_mismatch(),
            Problem::ContentTypeNotForm { received } => token::content_type_not_form(received.as_deref()),
            Problem::ParameterInQuery { parameter } => token::parameter_in_query(parameter),
            Problem::MethodNotAllowed { allowed } => token::method_not_allowed(allowed),
            Problem::BodyTooLarge => token::body_too_large(),
            Problem::RateLimited { retry_after_seconds } => token::rate_limited(*retry_after_seconds),
            Problem::StoreUnavailable => token::store_unavailable(),
            Problem::ServerError => token::server_error(),
            Problem::BearerMissing => token::bearer_missing(),
            Problem::BearerMalformed => token::bearer_malformed(),
            Problem::TokenInvalid => token::token_invalid(),
        }
    }
}
