use super::*;
use crate::{Code, authorization_url::AuthorizationUrl, parameters::encode_pairs};

const CLIENT_ID: &str = "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV";
const AGENT_ID: &str = "01BX5ZZKBKACTAV9WEVGEMMVRZ";
const REDIRECT_URI: &str = "https://app.example/callback";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const READ: &str = r#"[{"type":"hasp.data.read"}]"#;

const VALID: [(&str, &str); 8] = [
    ("response_type", "code"),
    ("client_id", CLIENT_ID),
    ("redirect_uri", REDIRECT_URI),
    ("agent_id", AGENT_ID),
    ("state", "s+t a/t=e"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
    ("authorization_details", READ),
];

/// The valid request with one parameter changed, or left out for `None`.
fn changed(name: &str, value: Option<&str>) -> Parameters {
    let pairs = VALID.into_iter().filter_map(|(each, valid)| match value {
        _ if each != name => Some((each, valid)),
        Some(value) => Some((each, value)),
        None => None,
    });
    Parameters::parse(&encode_pairs(pairs))
}

fn decide_with(parameters: &Parameters) -> Decision {
    let redirect_uris = [REDIRECT_URI.to_owned(), "http://127.0.0.1/cb".to_owned()];
    let client = ClientRegistration {
        client_id: CLIENT_ID,
        redirect_uris: &redirect_uris,
        is_active: true,
        allowed_types: None,
    };
    decide(parameters, &client)
}

/// The problem that goes to the client, with the state beside it.
fn at_client(decision: Decision) -> (Problem, Option<String>) {
    match decision {
        Decision::Redirect { problem, state, to } => {
            assert_eq!(to.uri(), REDIRECT_URI);
            (problem, state)
        }
        other => panic!("no redirect: {other:?}"),
    }
}

// R10
#[test]
fn documented_request_is_valid() {
    let Decision::Valid(request, redirect) = decide_with(&Parameters::parse(&encode_pairs(VALID))) else {
        panic!("refused")
    };

    assert_eq!(request.client_id, CLIENT_ID);
    assert_eq!(request.redirect_uri, REDIRECT_URI);
    assert_eq!(request.agent_id, AGENT_ID);
    assert_eq!(request.state.as_deref(), Some("s+t a/t=e"));
    assert_eq!(request.code_challenge, CHALLENGE);
    assert_eq!(request.authorization_details.value().to_string(), READ);
    assert_eq!((redirect.uri(), redirect.registered()), (REDIRECT_URI, REDIRECT_URI));
}

#[test]
fn agent_id_may_carry_its_prefix_and_state_may_be_absent() {
    let prefixed = changed("agent_id", Some(&format!("agent_{AGENT_ID}")));
    let Decision::Valid(request, _) = decide_with(&prefixed) else { panic!("refused") };
    assert_eq!(request.agent_id, AGENT_ID);

    let Decision::Valid(request, _) = decide_with(&changed("state", None)) else { panic!("refused") };
    assert_eq!(request.state, None);
}

// checklist 4
#[test]
fn another_loopback_port_is_matched_and_used() {
    let parameters = changed("redirect_uri", Some("http://127.0.0.1:51004/cb"));

    let Decision::Valid(request, redirect) = decide_with(&parameters) else { panic!("refused") };

    assert_eq!(request.redirect_uri, "http://127.0.0.1:51004/cb");
    assert_eq!((redirect.uri(), redirect.registered()), ("http://127.0.0.1:51004/cb", "http://127.0.0.1/cb"));
}

// checklist 1, 2; R42, R44
#[test]
fn without_a_trusted_redirect_uri_there_is_only_a_page() {
    let repeated =
        |name: &str, value: &str| Parameters::parse(&format!("{}&{name}={value}", encode_pairs(VALID)));
    type Row = (&'static str, Parameters, fn(&Problem) -> bool);
    let rows: [Row; 9] = [
        ("no client", changed("client_id", None), |p| {
            matches!(p, Problem::ParameterMissing { parameter: "client_id" })
        }),
        ("empty client", changed("client_id", Some("")), |p| matches!(p, Problem::ParameterMissing { .. })),
        ("nonsense client", changed("client_id", Some("x")), |p| {
            matches!(p, Problem::ClientIdMalformed { .. })
        }),
        ("other client", changed("client_id", Some("hasp_app_01BX5ZZKBKACTAV9WEVGEMMVRZ")), |p| {
            matches!(p, Problem::ClientUnknown { .. })
        }),
        ("two clients", repeated("client_id", CLIENT_ID), |p| matches!(p, Problem::ParameterRepeated { .. })),
        ("no redirect", changed("redirect_uri", None), |p| matches!(p, Problem::ParameterMissing { .. })),
        (
            "other redirect",
            changed("redirect_uri", Some("https://app.example/callback/")),
            |p| matches!(p, Problem::RedirectUriUnregistered { nearest: Some(nearest), .. } if nearest == REDIRECT_URI),
        ),
        ("two redirects", repeated("redirect_uri", "https%3A%2F%2Fevil.example"), |p| {
            matches!(p, Problem::ParameterRepeated { .. })
        }),
        ("broken redirect", repeated("redirect_uri", "%ff"), |p| {
            matches!(p, Problem::ParameterRepeated { .. })
        }),
    ];
    for (name, parameters, expected) in rows {
        match decide_with(&parameters) {
            Decision::Page(problem) => {
                assert!(expected(&problem), "{name}: {problem:?}");
                assert_eq!((problem.code(), problem.status()), (Code::InvalidRequest, 400), "{name}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

// checklist 1, R44, R32
#[test]
fn revoked_client_gets_a_page() {
    let redirect_uris = [REDIRECT_URI.to_owned()];
    let client = ClientRegistration {
        client_id: CLIENT_ID,
        redirect_uris: &redirect_uris,
        is_active: false,
        allowed_types: None,
    };

    let decision = decide(&Parameters::parse(&encode_pairs(VALID)), &client);

    assert_eq!(decision, Decision::Page(Problem::ClientRevoked { client_id: CLIENT_ID.into() }));
}

// checklist 6, 7, 8, 57; R12, R41, R43
#[test]
fn every_other_error_belongs_to_the_client_with_its_state() {
    let padded = format!("{CHALLENGE}=");
    let rows = [
        ("response_type", None, Code::InvalidRequest, "response_type"),
        ("response_type", Some("token"), Code::UnsupportedResponseType, "response_type"),
        ("response_type", Some("code id_token"), Code::UnsupportedResponseType, "response_type"),
        ("code_challenge", None, Code::InvalidRequest, "code_challenge"),
        ("code_challenge", Some(&padded), Code::InvalidRequest, "code_challenge"),
        ("code_challenge_method", None, Code::InvalidRequest, "code_challenge_method"),
        ("code_challenge_method", Some("plain"), Code::InvalidRequest, "code_challenge_method"),
        ("code_challenge_method", Some("s256"), Code::InvalidRequest, "code_challenge_method"),
        ("authorization_details", None, Code::InvalidRequest, "authorization_details"),
        ("authorization_details", Some("[]"), Code::InvalidRequest, "authorization_details"),
        ("authorization_details", Some("{}"), Code::InvalidRequest, "authorization_details"),
        ("authorization_details", Some("nonsense"), Code::InvalidRequest, "authorization_details"),
        (
            "authorization_details",
            Some(r#"[{"type":"x"}]"#),
            Code::InvalidAuthorizationDetails,
            "authorization_details",
        ),
        ("agent_id", None, Code::InvalidRequest, "agent_id"),
        ("agent_id", Some("my-agent"), Code::InvalidRequest, "agent_id"),
    ];
    for (name, value, code, parameter) in rows {
        let (problem, state) = at_client(decide_with(&changed(name, value)));

        assert_eq!(
            (problem.code(), problem.parameter()),
            (code, Some(parameter)),
            "{name} {value:?}: {problem:?}"
        );
        assert_eq!(state.as_deref(), Some("s+t a/t=e"), "{name} {value:?}");
    }
}

// The documented order of checks
#[test]
fn of_several_errors_the_first_in_order_is_reported() {
    let query =
        format!("client_id={CLIENT_ID}&redirect_uri={REDIRECT_URI}&agent_id=x&authorization_details=x");

    let mut query_with = query.clone();
    for (addition, parameter) in [
        ("", "response_type"),
        ("&response_type=code", "code_challenge"),
        ("&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method"),
        ("&code_challenge_method=S256", "authorization_details"),
    ] {
        query_with.push_str(addition);
        let (problem, _) = at_client(decide_with(&Parameters::parse(&query_with)));
        assert_eq!(problem.parameter(), Some(parameter), "{query_with}");
    }
}

// checklist 9, 11
#[test]
fn repeated_state_is_refused_and_not_echoed() {
    let query = format!("{}&state=other", encode_pairs(VALID));

    let (problem, state) = at_client(decide_with(&Parameters::parse(&query)));

    assert_eq!(problem, Problem::ParameterRepeated { parameter: "state".into() });
    assert_eq!(state, None);
}

// checklist 9, 10
#[test]
fn unknown_parameters_are_ignored_unless_repeated_and_resource_may_repeat() {
    let with = |more: &str| decide_with(&Parameters::parse(&format!("{}&{more}", encode_pairs(VALID))));

    assert!(matches!(with("scope=all&prompt=none&%FF=1"), Decision::Valid(..)));
    assert!(matches!(with("resource=a&resource=b"), Decision::Valid(..)));
    assert_eq!(at_client(with("utm=1&utm=2")).0, Problem::ParameterRepeated { parameter: "utm".into() });
}

// checklist 59
#[test]
fn types_beyond_the_clients_are_refused() {
    let (redirect_uris, allowed) = ([REDIRECT_URI.to_owned()], ["hasp.data.write".to_owned()]);
    let client = ClientRegistration {
        client_id: CLIENT_ID,
        redirect_uris: &redirect_uris,
        is_active: true,
        allowed_types: Some(&allowed),
    };

    let (problem, _) = at_client(decide(&Parameters::parse(&encode_pairs(VALID)), &client));

    assert_eq!(problem.code(), Code::InvalidAuthorizationDetails);
    assert!(matches!(problem, Problem::DetailsTypeNotAllowed { index: 0, by: Policy::Client, .. }));
}

#[test]
fn an_agent_cannot_be_granted_delegation_to_itself() {
    let details = format!(
        r#"[{{"type":"hasp.data.read"}},{{"type":"agent.delegate","to_agent_id":"agent_{AGENT_ID}"}}]"#
    );

    let (problem, _) = at_client(decide_with(&changed("authorization_details", Some(&details))));

    assert_eq!(problem, Problem::DetailsSelfDelegation { index: 1 });
}

#[test]
fn console_sees_the_endpoints_decision_about_its_own_url() {
    let redirect_uris = [REDIRECT_URI.to_owned()];
    let client = ClientRegistration {
        client_id: CLIENT_ID,
        redirect_uris: &redirect_uris,
        is_active: true,
        allowed_types: None,
    };
    let url = AuthorizationUrl {
        client_id: CLIENT_ID.into(),
        redirect_uri: REDIRECT_URI.into(),
        agent_id: AGENT_ID.into(),
        code_challenge: CHALLENGE.into(),
        authorization_details: READ.into(),
        ..AuthorizationUrl::of_issuer("https://issuer.example")
    };

    assert!(matches!(url.decide(&client), Decision::Valid(..)));
    assert!(matches!(
        AuthorizationUrl { agent_id: String::new(), ..url }.decide(&client),
        Decision::Redirect { .. }
    ));
}
