use super::*;
use crate::limits::DESCRIPTION_TEXT_CHARACTERS;
use std::collections::HashSet;

#[test]
fn samples_hold_one_of_every_variant() {
    let samples = Problem::samples();

    let kinds: HashSet<_> = samples.iter().map(std::mem::discriminant).collect();
    assert_eq!(kinds.len(), samples.len(), "a variant stands twice");
    // One arm per variant stands in explain.rs; the compiler counts them there, this counts the samples.
    let arms = include_str!("explain.rs").matches("            Problem::").count();
    assert_eq!(samples.len(), arms);
}

// RFC 6749 §5.2
#[test]
fn every_problem_speaks_in_words_that_any_wire_carries() {
    let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E);
    for problem in Problem::samples() {
        let text = problem.public_text();

        assert!(!text.is_empty() && text.bytes().all(allowed), "{problem:?}: {text}");
        assert!(text.len() <= DESCRIPTION_TEXT_CHARACTERS, "{problem:?}: {text}");
        assert!(problem.hint().ends_with('.'), "{problem:?}: {}", problem.hint());
        assert!(!problem.hint().contains("please"), "{problem:?}");
        assert_eq!(problem.to_json()["error"], problem.code().as_str());
        assert_eq!(problem.to_json().as_object().map(serde_json::Map::len), Some(2));
    }
}

#[test]
fn hostile_values_are_cut_and_kept_within_the_characters() {
    let hostile = format!("\"\\\r\n\u{202E}é{}", "x".repeat(5_000));
    let problems = [
        Problem::ParameterRepeated { parameter: hostile.clone() },
        Problem::ParameterEncoding { parameter: hostile.clone(), reason: hostile.clone() },
        Problem::ResponseTypeUnsupported { received: hostile.clone() },
        Problem::GrantTypeUnsupported { received: hostile.clone() },
        Problem::DetailsDuplicateKey { pointer: hostile.clone(), key: hostile.clone() },
        Problem::DetailsNotJson { message: hostile.clone(), line: 1, column: 1 },
        Problem::DetailsInvalid {
            issues: vec![Issue {
                pointer: hostile.clone(),
                received: hostile.clone(),
                expected: hostile.clone(),
                fix: hostile,
            }],
        },
    ];
    for problem in problems {
        let text = problem.public_text();

        assert!(text.len() <= DESCRIPTION_TEXT_CHARACTERS, "{text}");
        assert!(
            text.bytes().all(|byte| (0x20..0x7F).contains(&byte) && byte != b'"' && byte != b'\\'),
            "{text}"
        );
    }
}

// checklist 3, R42: what is registered is for the owner only
#[test]
fn registered_uri_is_told_to_owners_only() {
    let problem = Problem::RedirectUriUnregistered {
        received: "https://app.example/cb/".into(),
        nearest: Some("https://app.example/secret-path".into()),
        difference: Some("the path differs".into()),
    };

    let public = format!("{} {} {:?}", problem.public_text(), problem.hint(), problem.to_detailed_json());
    assert!(!public.contains("secret-path") && !public.contains("path differs"), "{public}");
    let owner = problem.owner_hint().expect("for the owner");
    assert!(
        owner.contains("https://app.example/secret-path") && owner.contains("the path differs"),
        "{owner}"
    );
}

// checklist 38, 66
#[test]
fn failed_authentication_has_the_status_of_its_channel() {
    let of = |basic| Problem::ClientAuthenticationFailed {
        basic,
        reason: ClientAuthenticationFailure::SecretWrong,
    };

    assert_eq!((of(true).status(), of(false).status()), (401, 400));
    assert_eq!((of(true).introspection_status(), of(false).introspection_status()), (401, 401));
    assert_eq!(of(true).code(), Code::InvalidClient);
    assert_eq!(of(true).public_text(), of(false).public_text());
}

// C26, R40
#[test]
fn overload_is_429_and_the_store_503_with_the_registered_word() {
    let limited = Problem::RateLimited { retry_after_seconds: 7 };

    assert_eq!((limited.status(), limited.code()), (429, Code::TemporarilyUnavailable));
    assert_eq!(Problem::StoreUnavailable.status(), 503);
    assert_eq!(Problem::StoreUnavailable.code(), Code::TemporarilyUnavailable);
}

#[test]
fn detailed_body_names_every_issue() {
    let text = r#"[{"type":"hasp.data.read","entites":["a"]},{"type":"external.tool.invoke"}]"#;
    let problem = crate::AuthorizationDetails::parse(text).expect_err("two issues");

    let body = problem.to_detailed_json();

    assert_eq!(body["error"], "invalid_authorization_details");
    assert_eq!(body["parameter"], "authorization_details");
    assert_eq!(body["pointer"], "/0/entites");
    assert_eq!(body["issues"][0]["fix"], "Rename entites to entities.");
    assert_eq!(body["issues"][1]["pointer"], "/1/tool_id");
    assert!(problem.public_text().ends_with("(1 more issue)"), "{}", problem.public_text());
}

#[test]
fn codes_are_the_registered_words() {
    for code in Code::ALL {
        assert_eq!(Code::parse(code.as_str()), Some(code));
    }
    assert_eq!(Code::parse("nonsense"), None);
}
