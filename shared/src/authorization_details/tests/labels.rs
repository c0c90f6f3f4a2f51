//! The test vectors of domain.md 3.3, and what attackers may put into names.

use super::*;

struct Clinic;

impl Names for Clinic {
    fn data_app(&self, id: &str) -> Option<String> {
        (id == "01C1NC00000000000000000000").then(|| "Clinic".to_owned())
    }

    fn user(&self, id: &str) -> Option<String> {
        (id == ULID).then(|| "Dana Ruiz".to_owned())
    }
}

fn label_of(grant: Value) -> String {
    label(&details(json!([grant])).grants()[0], &Clinic)
}

// R72–R76
#[test]
fn labels_equal_the_documented_vectors() {
    let rows = [
        (json!({"type": "hasp.data.read"}), "Read all entities".to_owned()),
        (
            json!({"type": "hasp.data.read", "entities": ["patient_intake", "patient_profile"]}),
            "Read patient_intake, patient_profile".to_owned(),
        ),
        (
            json!({"type": "hasp.data.read", "app_id": "app_01C1NC00000000000000000000"}),
            "Read all entities in Clinic".to_owned(),
        ),
        (
            json!({"type": "hasp.data.read", "app_id": "01C1NC00000000000000000000",
                   "entities": ["patient_intake", "patient_profile"], "filters": {"a": 1}}),
            "Read patient_intake, patient_profile in Clinic".to_owned(),
        ),
        (
            json!({"type": "hasp.data.read", "app_id": format!("app_{ULID}")}),
            format!("Read all entities in app_{ULID}"),
        ),
        (
            json!({"type": "hasp.data.write", "entities": ["scheduling_request"], "fields": ["status"]}),
            "Write scheduling_request".to_owned(),
        ),
        (json!({"type": "hasp.data.write"}), "Write all entities".to_owned()),
        (
            json!({"type": "external.tool.invoke", "tool_id": "calendar.find_slots"}),
            "Invoke tool: calendar.find_slots".to_owned(),
        ),
        (
            json!({"type": "external.tool.invoke", "tool_id": "calendar.find_slots", "rate_limit": 60,
                   "constraints": {"calendar": "team"}}),
            "Invoke tool: calendar.find_slots (60/hour)".to_owned(),
        ),
        (
            json!({"type": "external.tool.invoke", "tool_id": "calendar.find_slots", "rate_limit": 60.0}),
            "Invoke tool: calendar.find_slots (60/hour)".to_owned(),
        ),
        (
            json!({"type": "agent.delegate", "to_agent_id": ULID}),
            format!("Delegate to agent {ULID} (depth ≤ 1)"),
        ),
        (
            json!({"type": "agent.delegate", "to_agent_id": ULID, "max_chain_depth": 3}),
            format!("Delegate to agent {ULID} (depth \u{2264} 3)"),
        ),
        (json!({"type": "human.escalate", "to_role": "charge_nurse"}), "Escalate to charge_nurse".to_owned()),
        (
            json!({"type": "human.escalate", "to_role": "charge_nurse", "channels": ["email", "sms"]}),
            "Escalate to charge_nurse via email, sms".to_owned(),
        ),
        (json!({"type": "human.escalate", "to_user_id": ULID}), "Escalate to Dana Ruiz".to_owned()),
        (
            json!({"type": "human.escalate", "to_user_id": "user_01ARZ3NDEKTSV4RRFFQ69G5FAW"}),
            "Escalate to user_01ARZ3NDEKTSV4RRFFQ69G5FAW".to_owned(),
        ),
    ];
    for (grant, expected) in rows {
        assert_eq!(label_of(grant.clone()), expected, "{grant}");
    }
}

// R77, C44
#[test]
fn exactly_write_and_escalation_are_elevated() {
    let elevated: Vec<_> = GrantType::ALL.into_iter().filter(|kind| kind.is_elevated()).collect();

    assert_eq!(elevated, [GrantType::DataWrite, GrantType::HumanEscalate]);
}

// checklist 23
#[test]
fn inserted_names_lose_control_and_bidi_characters_and_leave_no_gap() {
    struct Hostile(&'static str);
    impl Names for Hostile {
        fn data_app(&self, _: &str) -> Option<String> {
            Some(self.0.to_owned())
        }
        fn user(&self, _: &str) -> Option<String> {
            Some(self.0.to_owned())
        }
    }
    let read = details(json!([{"type": "hasp.data.read", "app_id": ULID}]));
    let escalate = details(json!([{"type": "human.escalate", "to_user_id": ULID}]));
    let rows = [
        ("Cli\u{202E}nic\n\u{0}", "Read all entities in Clinic", "Escalate to Clinic"),
        ("\u{200B}\u{2066}", "Read all entities in “”", "Escalate to “”"),
        ("<b>Clinic</b>", "Read all entities in <b>Clinic</b>", "Escalate to <b>Clinic</b>"),
    ];
    for (name, read_label, escalate_label) in rows {
        assert_eq!(label(&read.grants()[0], &Hostile(name)), read_label, "{name:?}");
        assert_eq!(label(&escalate.grants()[0], &Hostile(name)), escalate_label, "{name:?}");
    }
}

#[test]
fn long_names_are_cut_in_labels() {
    struct Long;
    impl Names for Long {
        fn data_app(&self, _: &str) -> Option<String> {
            Some("x".repeat(10_000))
        }
        fn user(&self, _: &str) -> Option<String> {
            None
        }
    }
    let read = details(json!([{"type": "hasp.data.read", "app_id": ULID}]));

    assert!(label(&read.grants()[0], &Long).chars().count() < 160);
}
