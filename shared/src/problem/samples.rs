//! One sample of every problem, for generated documentation and for tests.

use super::{ClientAuthenticationFailure, Policy, Problem};
use crate::{GrantType, authorization_details::Issue};

impl Problem {
    /// One sample of every variant, in the order of their definition.
    #[must_use]
    pub fn samples() -> Vec<Problem> {
        let mut samples = request_samples();
        samples.extend(details_samples());
        samples.extend(token_samples());
        samples
    }
}

fn request_samples() -> Vec<Problem> {
    vec![
        Problem::ParameterMissing { parameter: "code_challenge" },
        Problem::ParameterRepeated { parameter: "state".into() },
        Problem::ParameterEncoding {
            parameter: "redirect_uri".into(),
            reason: "%ZZ is no percent-encoded byte".into(),
        },
        Problem::ClientIdMalformed { received: "my-app".into() },
        Problem::ClientUnknown { received: "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV".into() },
        Problem::ClientRevoked { client_id: "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV".into() },
        Problem::RedirectUriUnregistered {
            received: "https://app.example/callback/".into(),
            nearest: Some("https://app.example/callback".into()),
            difference: Some("the request has a trailing slash".into()),
        },
        Problem::ResponseTypeUnsupported { received: "token".into() },
        Problem::CodeChallengeMalformed { received: "abc=".into() },
        Problem::CodeChallengeMethodUnsupported { received: Some("plain".into()) },
        Problem::AgentIdMalformed { received: "my-agent".into() },
        Problem::AgentUnavailable,
        Problem::AccessDenied,
        Problem::ConsentRequestExpired,
    ]
}

fn details_samples() -> Vec<Problem> {
    vec![
        Problem::DetailsTooLarge { bytes: 20_000 },
        Problem::DetailsTooDeep { pointer: "/0/constraints/a".into() },
        Problem::DetailsDuplicateKey { pointer: "/0/type".into(), key: "type".into() },
        Problem::DetailsNotJson { message: "expected value".into(), line: 1, column: 1 },
        Problem::DetailsNotArray { received: "an object".into() },
        Problem::DetailsEmpty,
        Problem::DetailsInvalid {
            issues: vec![Issue {
                pointer: "/0/entites".into(),
                received: "a field that hasp.data.read does not have".into(),
                expected: "app_id, entities, filters".into(),
                fix: "Write entities.".into(),
            }],
        },
        Problem::DetailsTypeNotAllowed { index: 0, grant_type: GrantType::DataWrite, by: Policy::Agent },
        Problem::DetailsSelfDelegation { index: 0 },
    ]
}

fn token_samples() -> Vec<Problem> {
    vec![
        Problem::GrantTypeUnsupported { received: "client_credentials".into() },
        Problem::CodeUnknown,
        Problem::CodeExpired,
        Problem::CodeUsed,
        Problem::CodeExhausted,
        Problem::CodeRedirectUriMismatch,
        Problem::CodeVerifierMissing,
        Problem::CodeVerifierMalformed {
            reason: "a code verifier has 43 to 128 characters, 10 arrived".into(),
        },
        Problem::CodeVerifierMismatch,
        Problem::AuthorityWithdrawn,
        Problem::NarrowingUnsupported,
        Problem::ClientAuthenticationFailed { basic: true, reason: ClientAuthenticationFailure::SecretWrong },
        Problem::ClientAuthenticationTwice,
        Problem::ClientIdMismatch,
        Problem::ContentTypeNotForm { received: Some("application/json".into()) },
        Problem::ParameterInQuery { parameter: "client_secret".into() },
        Problem::MethodNotAllowed { allowed: "POST" },
        Problem::BodyTooLarge,
        Problem::RateLimited { retry_after_seconds: 1 },
        Problem::StoreUnavailable,
        Problem::ServerError,
        Problem::BearerMissing,
        Problem::BearerMalformed,
        Problem::TokenInvalid,
    ]
}
