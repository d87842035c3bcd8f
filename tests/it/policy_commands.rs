//! The commands about policies, as people and programs read them.

use acquaint_cli::grammar::Exit;
use acquaint_policy::{ARTICLE, LINKEDIN_OBSERVED, Policy, TEMPLATE, in_words, tzdata_version};
use serde_json::{Value, json};

use crate::oversight::World;
use crate::sandbox::squeezed;

#[track_caller]
fn json_of(world: &World, line: &str) -> Value {
    let ran = world.say(line);
    serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{line}: {error}: {} {}", ran.out, ran.stderr))
}

#[test]
fn a_new_policy_passes_the_strict_check_and_changes_nothing() {
    let world = World::new();
    let new = world.say("policy new");
    assert_eq!((new.exit, new.out.as_str()), (Exit::Ok, TEMPLATE));
    assert_eq!(json_of(&world, "policy new --format json")["document"], TEMPLATE);
    let file = world.write("house.toml", &new.out);
    assert_eq!(world.say(&format!("policy check {file} --strict")).exit, Exit::Ok);
    let differs = world.say(&format!("policy diff article {file}"));
    assert!(differs.out.contains("no difference"), "{}", differs.out);
}

#[test]
fn warnings_are_printed_and_are_errors_only_with_strict() {
    let world = World::new();
    let file = world.write("ours.toml", &ARTICLE.replacen("premium = 600", "premium = 200", 1));
    let told = world.say(&format!("policy check {file}"));
    assert_eq!((told.exit, told.stderr.as_str()), (Exit::Ok, ""));
    assert!(told.out.starts_with("warning[PW02]: "), "{}", told.out);
    assert!(told.out.ends_with("ours.toml: a policy, `article`; 1 warning\n"), "{}", told.out);
    let strict = world.say(&format!("policy check {file} --strict"));
    assert_eq!((strict.exit, strict.out.as_str()), (Exit::BadInput, ""));
    assert!(strict.stderr.contains("warning[PW02]: "), "{}", strict.stderr);
    for (line, exit) in [("", Exit::Ok), (" --strict", Exit::BadInput)] {
        let line = format!("policy check {file}{line} --format json");
        assert_eq!(world.say(&line).exit, exit);
        let checked = json_of(&world, &line);
        let warning = &checked["warnings"][0];
        assert_eq!((&checked["policy"], &checked["wrong"]), (&json!("article"), &json!([])));
        assert_eq!((&warning["code"], &warning["line"]), (&json!("PW02"), &json!(13)));
    }
    // It can be adopted all the same.
    assert_eq!(world.say(&format!("policy adopt {file}")).exit, Exit::Ok);
}

#[test]
fn an_adoption_says_with_which_time_zone_database() {
    let world = World::new();
    let version = tzdata_version().expect("the database says it");
    world.play("at 2026-01-05T09:00:00Z\nmember add alice\npolicy adopt linkedin-observed\n");
    let said = format!("adopted 5 Jan 2026 09:00:00 UTC, with the time zone database {version}");
    let squeezed = |line: &str| squeezed(&world.say(line).out);
    for (line, part) in [("policy list", format!("v2 linkedin-observed: {said}")), ("policy show v2", said)] {
        assert!(squeezed(line).contains(&part), "{line}: {}", squeezed(line));
    }
    let rows = json_of(&world, "policy list --format json")["rows"].clone();
    let adopted: Vec<&Value> =
        rows.as_array().expect("rows").iter().map(|row| &row["adopted"]["tzdata"]).collect();
    assert_eq!(adopted, [&Value::Null, &Value::Null, &json!(version), &json!(version)]);
    assert_eq!(json_of(&world, "policy show --format json")["adopted"]["tzdata"], version);
    assert_eq!(json_of(&world, "policy show article --format json")["adopted"], Value::Null);
    assert!(world.say("log show --type policy-adopted").out.contains("policy-adopted"));
}

#[test]
fn what_is_printed_about_policies_fits_into_80_columns() {
    let world = World::new();
    world.play("at 2026-01-05T09:00:00Z\nmember add alice\npolicy adopt linkedin-observed\n");
    let mut lines = vec![
        "policy list".to_owned(),
        "policy show article".to_owned(),
        "policy show".to_owned(),
        "policy show v1".to_owned(),
        "policy diff article linkedin-observed".to_owned(),
    ];
    for document in [ARTICLE, LINKEDIN_OBSERVED] {
        let parts = in_words(&Policy::parse(document).expect("it reads"));
        lines.extend(
            parts
                .iter()
                .filter_map(|said| Some(format!("policy explain {}", said.part.split(' ').next_back()?))),
        );
    }
    lines.extend(acquaint_domain::Rule::ALL.map(|rule| format!("policy explain {}", rule.name())));
    let mut told = 0;
    for line in lines {
        let ran = world.say(&line);
        told += usize::from(ran.exit == Exit::Ok);
        let wide: Vec<&str> = ran.out.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(wide, [""; 0], "{line}");
    }
    assert!(told > 60, "{told}");
}
