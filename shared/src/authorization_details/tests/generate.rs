//! Generated values: valid ones, near misses made of them, and hostile JSON with familiar names in it.

use super::*;
use proptest::{collection::vec, option, prelude::*, sample::Index};
use serde_json::Map;

/// Words that mean something somewhere, so that hostile values come near valid ones.
pub(super) const WORDS: [&str; 44] = [
    "type",
    "hasp.data.read",
    "hasp.data.write",
    "external.tool.invoke",
    "agent.delegate",
    "human.escalate",
    "hasp.tool.invoke",
    "app_id",
    "entities",
    "filters",
    "fields",
    "tool_id",
    "rate_limit",
    "constraints",
    "to_agent_id",
    "max_chain_depth",
    "to_role",
    "to_user_id",
    "channels",
    "eq",
    "neq",
    "in",
    "contains",
    "gt",
    "gte",
    "lt",
    "lte",
    "a",
    "a.b",
    "A",
    "a..b",
    "email",
    "{{delegating_user.id}}",
    "{{org.id}}",
    "x{{org.id}}",
    "{{x}}",
    "}}",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "hasp_app_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "81ARZ3NDEKTSV4RRFFQ69G5FAV",
    "",
    "a\n",
    "é",
];

/// Strings on both sides of every pattern's bounds.
pub(super) fn near_text() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(WORDS.to_vec()).prop_map(str::to_owned),
        "[a-z][a-z0-9_.-]{0,6}",
        "[A-Za-z0-9._~-]{1,5}",
        "(app_|user_|agent_)?[0-8][0-9A-HJKMNP-TV-Z]{24,26}",
        (
            prop::sample::select(vec![31usize, 32, 33, 63, 64, 65, 127, 128, 129, 511, 512, 513]),
            "[aA1é\u{1F600}]"
        )
            .prop_map(|(length, unit)| unit.repeat(length)),
        "\\PC{0,8}",
    ]
}

fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-3i64..70).prop_map(Value::from),
        (-3i64..70).prop_map(|whole| json!(whole as f64)),
        prop::sample::select(vec![
            json!(1_000_000),
            json!(1_000_001),
            json!(1_000_000.0),
            json!(1.5),
            json!(-0.0),
            json!(1e300),
            json!(1e18),
            json!(u64::MAX),
            json!(i64::MIN),
            json!(f64::MIN_POSITIVE),
            json!(0.999_999_999_999_999_9),
        ]),
        any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Value::from),
    ]
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number(),
        near_text().prop_map(Value::String),
    ]
}

fn object(members: Vec<(&str, Option<Value>)>) -> Value {
    let present = members.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
    Value::Object(present.collect())
}

fn distinct(items: impl Strategy<Value = String>, most: usize) -> impl Strategy<Value = Value> {
    prop::collection::btree_set(items, 1..=most).prop_map(|items| items.into_iter().collect())
}

fn id(prefix: &'static str) -> impl Strategy<Value = Value> {
    ("[0-7][0-9A-HJKMNP-TV-Z]{25}", any::<bool>()).prop_map(move |(ulid, prefixed)| {
        Value::String(if prefixed { format!("{prefix}{ulid}") } else { ulid })
    })
}

fn scalar() -> impl Strategy<Value = Value> {
    let placeholder = prop::sample::select(vec!["{{delegating_user.id}}", "{{org.id}}", "{{agent.id}}"]);
    prop_oneof![
        "[^{}]{0,12}".prop_map(Value::String),
        placeholder.prop_map(Value::from),
        number(),
        any::<bool>().prop_map(Value::Bool),
    ]
}

fn filters() -> impl Strategy<Value = Value> {
    let operators = (option::of(scalar()), option::of(vec(scalar(), 1..4)), option::of(scalar())).prop_map(
        |(neq, alternatives, lte)| {
            object(vec![
                ("neq", neq),
                ("in", alternatives.map(Value::from)),
                ("lte", lte),
                ("eq", Some(json!(1))),
            ])
        },
    );
    let required = prop_oneof![scalar(), operators];
    prop::collection::btree_map("[a-z][a-z0-9_]{0,5}(\\.[a-z][a-z0-9_]{0,5}){0,4}", required, 1..4)
        .prop_map(|paths| Value::Object(paths.into_iter().collect()))
}

fn valid_grant() -> impl Strategy<Value = Value> {
    let key = || "[a-z][a-z0-9_]{0,8}";
    let read = (option::of(id("app_")), option::of(distinct(key(), 4)), option::of(filters())).prop_map(
        |(app_id, entities, filters)| {
            let name = Some(json!("hasp.data.read"));
            object(vec![("type", name), ("app_id", app_id), ("entities", entities), ("filters", filters)])
        },
    );
    let write = (option::of(id("app_")), option::of(distinct(key(), 4)), option::of(distinct(key(), 4)))
        .prop_map(|(app_id, entities, fields)| {
            let name = Some(json!("hasp.data.write"));
            object(vec![("fields", fields), ("type", name), ("app_id", app_id), ("entities", entities)])
        });
    let rate = prop_oneof![
        (1u64..=1_000_000).prop_map(Value::from),
        (1u32..100).prop_map(|rate| json!(f64::from(rate)))
    ];
    let constraints = prop::collection::btree_map(".{1,8}", arbitrary_json(), 0..4)
        .prop_map(|members| Value::Object(members.into_iter().collect()));
    let tool = (
        "[A-Za-z][A-Za-z0-9_-]{0,5}(\\.[A-Za-z0-9][A-Za-z0-9_-]{0,5}){0,3}",
        option::of(rate),
        option::of(constraints),
    )
        .prop_map(|(tool_id, rate_limit, constraints)| {
            let (name, tool_id) = (Some(json!("external.tool.invoke")), Some(Value::String(tool_id)));
            object(vec![
                ("type", name),
                ("tool_id", tool_id),
                ("rate_limit", rate_limit),
                ("constraints", constraints),
            ])
        });
    let delegate = (id("agent_"), option::of(1u64..=3)).prop_map(|(to_agent_id, depth)| {
        let name = Some(json!("agent.delegate"));
        object(vec![
            ("type", name),
            ("to_agent_id", Some(to_agent_id)),
            ("max_chain_depth", depth.map(Value::from)),
        ])
    });
    let target = prop_oneof![
        "[a-z][a-z0-9_-]{0,8}".prop_map(|role| ("to_role", Value::String(role))),
        id("user_").prop_map(|id| ("to_user_id", id))
    ];
    let escalate =
        (target, option::of(distinct("[a-z][a-z0-9_-]{0,8}", 4))).prop_map(|((name, target), channels)| {
            object(vec![
                ("type", Some(json!("human.escalate"))),
                (name, Some(target)),
                ("channels", channels),
            ])
        });
    prop_oneof![read, write, tool, delegate, escalate]
}

/// Valid `authorization_details`.
pub(super) fn valid_details() -> impl Strategy<Value = Value> {
    vec(valid_grant(), 1..5).prop_map(Value::Array)
}

/// Any JSON, with familiar names in it.
pub(super) fn arbitrary_json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::Array),
            vec((near_text(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Any JSON that has the outline of a list of grants.
pub(super) fn hostile_details() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(WORDS[1..7].to_vec());
    let member = (prop::sample::select(WORDS[7..19].to_vec()), arbitrary_json());
    let grant = (name, vec(member, 0..5)).prop_map(|(name, members)| {
        let mut grant: Map<_, _> =
            members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        grant.insert("type".to_owned(), json!(name));
        Value::Object(grant)
    });
    prop_oneof![3 => vec(grant, 0..4).prop_map(Value::Array), 1 => arbitrary_json()]
}

/// One change to a value, somewhere in it.
#[derive(Clone, Debug)]
pub(super) enum Mutation {
    Replace(Value),
    Remove,
    Rename(String),
    Insert(String, Value),
    Duplicate,
    Repeat(usize),
    Empty,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        3 => arbitrary_json().prop_map(Mutation::Replace),
        2 => leaf().prop_map(Mutation::Replace),
        2 => Just(Mutation::Remove),
        2 => near_text().prop_map(Mutation::Rename),
        2 => (near_text(), arbitrary_json()).prop_map(|(name, value)| Mutation::Insert(name, value)),
        1 => Just(Mutation::Duplicate),
        1 => (1usize..120).prop_map(Mutation::Repeat),
        1 => Just(Mutation::Empty),
    ]
}

/// Valid details with one or two changes.
pub(super) fn near_miss() -> impl Strategy<Value = Value> {
    (valid_details(), vec((any::<Index>(), mutation()), 1..3)).prop_map(|(mut value, mutations)| {
        for (index, mutation) in mutations {
            let places = places(&value, String::new());
            let place = index.get(&places).clone();
            mutate(&mut value, &place, mutation);
        }
        value
    })
}

fn places(value: &Value, pointer: String) -> Vec<String> {
    let inner: Vec<_> = match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, item)| places(item, format!("{pointer}/{index}")))
            .collect(),
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, member)| places(member, strict_json::pointer_to(&pointer, name)))
            .collect(),
        _ => Vec::new(),
    };
    std::iter::once(pointer).chain(inner).collect()
}

fn mutate(value: &mut Value, place: &str, mutation: Mutation) {
    let parent = place.rsplit_once('/');
    match mutation {
        Mutation::Remove | Mutation::Rename(_) => {
            let Some((parent, token)) = parent else { return };
            let name = token.replace("~1", "/").replace("~0", "~");
            match (value.pointer_mut(parent), mutation) {
                (Some(Value::Object(members)), Mutation::Rename(new)) => {
                    let moved = members.remove(&name).unwrap_or_default();
                    members.insert(new, moved);
                }
                (Some(Value::Object(members)), _) => {
                    members.remove(&name);
                }
                (Some(Value::Array(items)), _) => {
                    items.remove(name.parse::<usize>().expect("an index"));
                }
                _ => {}
            }
        }
        Mutation::Replace(new) => *value.pointer_mut(place).expect("a place") = new,
        Mutation::Insert(name, new) => match value.pointer_mut(place).expect("a place") {
            Value::Object(members) => {
                members.insert(name, new);
            }
            Value::Array(items) => items.push(new),
            other => *other = json!([other.clone()]),
        },
        Mutation::Duplicate => {
            if let Some(Value::Array(items)) = value.pointer_mut(place)
                && let Some(first) = items.first().cloned()
            {
                items.push(first);
            }
        }
        Mutation::Repeat(times) => {
            if let Some(Value::Array(items)) = value.pointer_mut(place)
                && let Some(first) = items.first().cloned()
            {
                *items = (0..times)
                    .map(|index| {
                        first.as_str().map_or_else(|| first.clone(), |text| json!(format!("{text}{index}")))
                    })
                    .collect();
            }
        }
        Mutation::Empty => match value.pointer_mut(place).expect("a place") {
            Value::Object(members) => members.clear(),
            Value::Array(items) => items.clear(),
            other => *other = json!(""),
        },
    }
}
