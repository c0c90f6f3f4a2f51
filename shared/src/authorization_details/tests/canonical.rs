//! The canonical text: equal for equal details, different for different ones. checklist 25.

use super::{generate::valid_details, *};
use proptest::prelude::*;

#[test]
fn spelling_does_not_matter_but_order_of_arrays_does() {
    let of = |text: &str| AuthorizationDetails::parse(text).expect(text).canonical();
    let one = of(
        r#"[{"type":"external.tool.invoke","tool_id":"x","rate_limit":60,"constraints":{"b":1,"a":-0.0}}]"#,
    );
    let other = of(
        "[ {\"constraints\":{\"a\":0,\"b\":1.0},\n\"rate_limit\":6e1,\"tool_id\":\"\\u0078\",\"type\":\"external.tool.invoke\"} ]",
    );

    assert_eq!(one, other);
    assert_eq!(
        one,
        r#"[{"constraints":{"a":0,"b":1},"rate_limit":60,"tool_id":"x","type":"external.tool.invoke"}]"#
    );
    assert_ne!(
        of(r#"[{"type":"hasp.data.read"},{"type":"hasp.data.write"}]"#),
        of(r#"[{"type":"hasp.data.write"},{"type":"hasp.data.read"}]"#)
    );
}

// RFC 8785 §3.2.3
#[test]
fn members_are_sorted_by_utf_16_units() {
    let value =
        json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "\u{f6}": 7});
    let names = ["\r", "1", "\u{80}", "\u{f6}", "\u{20ac}", "\u{1f600}", "\u{fb33}"];

    let sorted: Value = serde_json::from_str(&canonical(&value)).expect("JSON");

    assert_eq!(sorted.as_object().expect("an object").keys().collect::<Vec<_>>(), names);
}

#[test]
fn numbers_have_one_text_each() {
    let rows = [
        ("1e18", "1000000000000000000"),
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-0", "0"),
        ("0.10", "0.1"),
        ("1e20", "1e+20"),
        ("100000000000000000000", "1e+20"),
    ];
    for (text, expected) in rows {
        let value: Value = serde_json::from_str(text).expect(text);
        assert_eq!(canonical(&value), expected, "{text}");
    }
}

proptest! {
    #![proptest_config(crate::property::config(500))]

    #[test]
    fn canonical_text_is_a_fixed_point_and_keeps_the_meaning(value in valid_details()) {
        let read = details(value);

        let again = AuthorizationDetails::parse(&read.canonical()).expect("the canonical text is valid");

        prop_assert_eq!(again.canonical(), read.canonical());
        prop_assert_eq!(again.digest(), read.digest());
        prop_assert_eq!(again.grants().len(), read.grants().len());
        prop_assert_eq!(again.scope(), read.scope());
    }

    #[test]
    fn digests_differ_when_the_details_differ(left in valid_details(), right in valid_details()) {
        let (left, right) = (details(left), details(right));

        prop_assert_eq!(left.digest() == right.digest(), left.canonical() == right.canonical());
        if left.grants() != right.grants() {
            prop_assert_ne!(left.digest(), right.digest());
        }
    }
}
