//! The JSON Schema accepts what `policy check` accepts, and rejects what it rejects as far as a schema can.

use std::panic::RefUnwindSafe;

use acquaint_policy::{ARTICLE, Diagnostic, Policy, SHIPPED, TEMPLATE, schema};
use serde_json::{Value, json};

use crate::json_schema::is_valid;

/// The errors that no schema can express, by code and words: on sums of lengths, on two numbers together, and on names
/// elsewhere in the document.
const NOT_A_SCHEMAS: [(&str, &str); 9] = [
    ("PD07", "`hold_at` is above `refuse_at`"),
    ("PD07", "`longest_retry` is shorter than `first_retry`"),
    ("PD07", "`chances` must be in order of age"),
    ("PD07", "a second limit has the id"),
    ("PD07", "is not a rule that can be on trial"),
    ("PD07", "`after_withdrawal` is longer than a year"),
    ("PD08", " is shorter than "),
    ("PD08", " is longer than "),
    ("PD08", "could be tried more than 1000 times"),
];

fn is_beyond_a_schema(wrong: &Diagnostic) -> bool {
    NOT_A_SCHEMAS.iter().any(|(code, part)| wrong.code == *code && wrong.message.contains(part))
}

/// The template with all optional keys.
pub(crate) fn whole_template() -> String {
    let used = |line: &str| match line.strip_prefix('#') {
        Some(rest) if rest.starts_with(|c: char| c != ' ') => rest.to_owned(),
        Some(_) | None => line.to_owned(),
    };
    TEMPLATE.lines().map(|line| used(line) + "\n").collect()
}

fn json_of(text: &str) -> Value {
    let table: toml::Table = toml::from_str(text).expect("it is TOML");
    serde_json::to_value(table).expect("it is JSON as well")
}

struct Schema(Value);

impl Schema {
    fn new() -> Self {
        Self(serde_json::from_str(&schema()).expect("it is JSON"))
    }

    /// Whether the check accepts the document; asserts that the schema agrees.
    #[track_caller]
    fn check(&self, document: &Value, what: &str) -> bool {
        let text = toml::to_string(document).expect("it is TOML as well");
        let is_valid = is_valid(&self.0, document);
        match Policy::check(&text) {
            Ok(_) => {
                assert!(is_valid, "the schema refuses what is taken: {what}");
                true
            }
            Err(wrong) => {
                let is_sayable = wrong.iter().find(|wrong| !is_beyond_a_schema(wrong));
                if let Some(wrong) = is_sayable {
                    assert!(!is_valid, "the schema takes {what}: {} {}", wrong.code, wrong.message);
                }
                false
            }
        }
    }
}

/// Every place in a document, as JSON pointers.
fn places(value: &Value, place: &str, all: &mut Vec<String>) {
    all.push(place.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, value)| places(value, &format!("{place}/{name}"), all));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| places(item, &format!("{place}/{at}"), all));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Values that a person may write in place of the right one.
fn others() -> Vec<Value> {
    let long = |count: usize| "é".repeat(count);
    vec![
        json!(true),
        json!(0),
        json!(1),
        json!(5),
        json!(-1),
        json!(65),
        json!(88),
        json!(101),
        json!(1_001),
        json!(4_294_967_296_u64),
        json!(3.5),
        json!(-1_000.5),
        json!(""),
        json!(" "),
        json!("\u{85}\u{3000}"),
        json!("x"),
        json!("20"),
        json!("0s"),
        json!("0d0h"),
        json!("24h"),
        json!(" 24h "),
        json!("0024h"),
        json!("1h1d"),
        json!("99999999999999d"),
        json!("100000d"),
        json!("UTC"),
        json!("utc"),
        json!("Europe/Atlantis"),
        json!("CR0404"),
        json!("CR404"),
        json!("pass"),
        json!("calendar-week"),
        json!("rolling"),
        json!(long(100)),
        json!(long(101)),
        json!(long(201)),
        json!(long(2_001)),
        json!([]),
        json!(["0s"]),
        json!(["1d", "2d"]),
        json!([""]),
        json!(vec!["1d"; 101]),
        json!([{}]),
        json!({}),
        json!({ "free": 1, "premium": 2, "sales-navigator": 3 }),
        json!({ "CR0501": "full" }),
        json!({ "CR501": "full" }),
        json!({ "CR0804": "full" }),
        json!({ "CR0299": "full" }),
    ]
}

#[test]
fn the_shipped_documents_are_valid() {
    let schema = Schema::new();
    for (name, text) in SHIPPED {
        assert!(schema.check(&json_of(text), name), "{name}");
    }
    assert!(schema.check(&json_of(TEMPLATE), "the template"));
    assert!(schema.check(&json_of(&whole_template()), "the whole template"));
}

#[test]
fn the_schema_agrees_with_the_check_wherever_one_value_is_replaced() {
    let (schema, document) = (Schema::new(), json_of(&whole_template()));
    let mut all = Vec::new();
    places(&document, "", &mut all);
    let (mut taken, mut refused) = (0, 0);
    for place in all.iter().filter(|place| !place.is_empty()) {
        for other in others() {
            let mut changed = document.clone();
            *changed.pointer_mut(place).expect("a place of it") = other.clone();
            let shown: String = other.to_string().chars().take(60).collect();
            if schema.check(&changed, &format!("{place} = {shown}")) { taken += 1 } else { refused += 1 }
        }
    }
    assert!(taken > 500 && refused > 3_000, "{taken} taken, {refused} refused");
}

#[test]
fn the_schema_agrees_with_the_check_wherever_a_key_is_missing_or_unknown() {
    let (schema, document) = (Schema::new(), json_of(&whole_template()));
    let mut all = Vec::new();
    places(&document, "", &mut all);
    let mut refused = 0;
    for place in &all {
        if let Some(mut changed) = with_unknown_key(&document, place) {
            assert!(!schema.check(&changed, &format!("an unknown key in {place}")), "{place}");
            changed.as_object_mut().expect("a document").remove("limit");
        }
        let Some((parent, name)) = place.rsplit_once('/') else { continue };
        let mut changed = document.clone();
        match changed.pointer_mut(parent).expect("what it is in") {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(items) => drop(items.remove(name.parse::<usize>().expect("a place in a list"))),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                panic!("{parent} has no parts")
            }
        }
        refused += usize::from(!schema.check(&changed, &format!("no {place}")));
    }
    assert!(refused > 80, "{refused} refused");
}

fn with_unknown_key(document: &Value, place: &str) -> Option<Value> {
    let mut changed = document.clone();
    changed.pointer_mut(place)?.as_object_mut()?.insert("unheard-of".to_owned(), json!(1));
    Some(changed)
}

/// Documents in which two values contradict each other, in ways that a schema can express.
#[test]
fn the_schema_finds_the_contradictions_that_a_schema_can_express() {
    fn with(change: impl Fn(&mut Value) + RefUnwindSafe) -> Value {
        let mut document = json_of(&whole_template());
        change(&mut document);
        document
    }
    let schema = Schema::new();
    let limit = |document: &Value| document["limit"][0].clone();
    let refused = [
        ("a zone with a rolling window", with(|it| it["limit"][0]["zone"] = json!("UTC"))),
        ("a window with a calendar", with(|it| it["limit"][1]["window"] = json!("7d"))),
        ("the same limit twice", with(|it| it["limit"] = json!([limit(it), limit(it)]))),
        ("two limits of refused sends", with(|it| it["limit"][0]["code"] = json!("CR0404"))),
        ("too few answers for 10 %", with(|it| it["restriction"][0]["reported_percent"] = json!(10))),
        (
            "too few answers for an e-mail rule",
            with(|it| it["email_required"]["reported_percent"] = json!(29 - 10)),
        ),
        (
            "a restriction that does not say when it applies",
            with(|it| {
                let rule = it["restriction"][0].as_object_mut().expect("a table");
                rule.retain(|name, _| !name.ends_with("_percent"));
            }),
        ),
        ("no feedback", with(|it| drop(it.as_object_mut().expect("a table").remove("feedback")))),
    ];
    for (what, document) in refused {
        assert!(!schema.check(&document, what), "{what}");
    }
    let taken = [
        (
            "no consequences and no feedback",
            with(|it| {
                let it = it.as_object_mut().expect("a table");
                it.retain(|name, _| !["feedback", "restriction", "email_required"].contains(&name.as_str()));
            }),
        ),
        (
            "enough answers for 10 of a hundred",
            with(|it| {
                it["restriction"][0]["reported_percent"] = json!(10);
                it["feedback"]["answered"] = json!(890);
            }),
        ),
        (
            "no limits",
            with(|it| {
                it["limit"] = json!([]);
                it["shadow"]["rules"] = json!(["own-degree"]);
            }),
        ),
    ];
    for (what, document) in taken {
        assert!(
            schema.check(&document, what),
            "{what}: {:?}",
            Policy::check(&toml::to_string(&document).expect("TOML"))
        );
    }
}

#[test]
fn one_key_of_every_table_is_in_the_template() {
    fn keys(schema: &Value, value: &Value, path: &str) {
        let Some(properties) = schema["properties"].as_object() else {
            if let Some(items) = value.as_array() {
                items.iter().for_each(|item| keys(&schema["items"], item, path));
            }
            return;
        };
        for (name, of) in properties {
            let is_symbol = path.starts_with("spam.");
            let found = &value[name.as_str()];
            // Of a symbol's keys, the template has those that the built-in policy uses.
            assert!(
                is_symbol || !found.is_null() || is_other_kind(name),
                "{path}{name} is not in the template"
            );
            keys(of, found, &format!("{path}{name}."));
        }
    }
    /// A limit has one of the two, depending on its kind.
    fn is_other_kind(name: &str) -> bool {
        ["window", "zone"].contains(&name)
    }
    keys(&Schema::new().0, &json_of(&whole_template()), "");
    let differences = acquaint_policy::differences(
        &Policy::parse(ARTICLE).expect("it reads"),
        &Policy::parse(TEMPLATE).expect("it reads"),
    );
    assert_eq!(differences, Vec::<String>::new(), "a beginning changes nothing");
}
