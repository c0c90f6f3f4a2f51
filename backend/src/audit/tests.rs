use super::*;
use hasp_protocol::secret::Secret;
use serde_json::json;

fn fields(sequence: u64) -> SealedFields<'static> {
    SealedFields {
        chain: "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        sequence,
        id: "01ARZ3NDEKTSV4RRFFQ69G5FAW",
        mode: Some("live"),
        user_id: None,
        action: "agent.registered",
        entity_type: Some("agent"),
        entity_id: Some("01ARZ3NDEKTSV4RRFFQ69G5FAX"),
        metadata: r#"{"name":"Reader"}"#,
        ip_address: Some("::1"),
        created_at: Timestamp(1_764_000_000_123),
    }
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

// The format is public: an auditor recomputes it from an export, so it may only change with a new version word.
#[test]
fn the_hash_covers_the_published_array() {
    let expected = concat!(
        r#"["hasp-audit-1","0000000000000000000000000000000000000000000000000000000000000000","#,
        r#""01ARZ3NDEKTSV4RRFFQ69G5FAW","01ARZ3NDEKTSV4RRFFQ69G5FAV",1,"live",null,"agent.registered","agent","#,
        r#""01ARZ3NDEKTSV4RRFFQ69G5FAX",{"name":"Reader"},"::1",1764000000123]"#
    );

    assert_eq!(seal(&GENESIS, &fields(1)), sha256(expected.as_bytes()));
}

#[test]
fn every_field_is_under_the_hash() {
    let original = seal(&GENESIS, &fields(1));
    let variants = [
        ("chain", SealedFields { chain: PLATFORM_CHAIN, ..fields(1) }),
        ("sequence", fields(2)),
        ("id", SealedFields { id: "other", ..fields(1) }),
        ("mode", SealedFields { mode: None, ..fields(1) }),
        ("user", SealedFields { user_id: Some("u"), ..fields(1) }),
        ("action", SealedFields { action: "agent.updated", ..fields(1) }),
        ("entity type", SealedFields { entity_type: None, ..fields(1) }),
        ("entity id", SealedFields { entity_id: None, ..fields(1) }),
        ("metadata", SealedFields { metadata: "{}", ..fields(1) }),
        ("address", SealedFields { ip_address: None, ..fields(1) }),
        ("time", SealedFields { created_at: Timestamp(1), ..fields(1) }),
    ];

    for (name, changed) in variants {
        assert_ne!(seal(&GENESIS, &changed), original, "a changed {name} must change the hash");
    }
    assert_ne!(seal(&[1; 32], &fields(1)), original, "the previous hash is inside");
}

#[test]
fn a_chain_names_what_is_wrong() {
    let first = seal(&GENESIS, &fields(1));
    let second = seal(&first, &fields(2));
    let mut check = ChainCheck::default();

    assert_eq!(check.accept(&fields(2), &first, &second), Err(Fault::Gap { expected: 1 }));
    assert_eq!(check.accept(&fields(1), &[9; 32], &first), Err(Fault::WrongPrevious));
    assert_eq!(check.accept(&fields(1), &GENESIS, &second), Err(Fault::HashMismatch));
    assert_eq!(check.accept(&fields(1), &GENESIS, &first), Ok(()));
    assert_eq!(check.accept(&fields(2), &first, &second), Ok(()));
    assert_eq!(check.head(), (2, second));
}

#[test]
fn metadata_is_sorted_at_every_level_and_compact() {
    let metadata = object(json!({"b": [{"z": 1, "a": "é/"}], "a": null}));

    assert_eq!(metadata_text(metadata), r#"{"a":null,"b":[{"a":"é/","z":1}]}"#);
}

// R92, checklist 49
#[test]
fn a_pasted_secret_never_enters_the_metadata() {
    for kind in SecretKind::ALL {
        let secret = Secret::from_random(kind, [0xA5; 20]);
        let exposed = secret.expose();
        let body = &exposed[kind.prefix().len()..];
        let metadata = object(json!({
            "reason": format!("leaked {exposed}, revoke; again {exposed}"),
            "nested": [{ exposed: exposed }],
        }));

        let text = metadata_text(metadata);

        assert!(!text.contains(body), "{} survives in {text}", kind.prefix());
        assert_eq!(text.matches("[redacted]").count(), 4, "{text}");
        assert!(text.contains(kind.prefix()), "the kind stays readable: {text}");
    }
}

#[test]
fn ordinary_words_are_left_alone() {
    for text in ["hasp_agent_ tokens", "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV", "hasp_hasp_key_live_short", ""]
    {
        assert_eq!(without_secrets(text), None, "{text}");
    }
}
