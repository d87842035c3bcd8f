//! Feedback, restrictions by the policy, reviews and appeals; policies that are adopted, compared and tried.

use std::fs;
use std::path::Path;

use acquaint_cli::grammar::Exit;
use acquaint_policy::ARTICLE;
use acquaint_tests::{Program, Ran};
use tempfile::TempDir;

use crate::sandbox::squeezed;

pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        let scores = "hold_at = 6.0\nrefuse_at = 6.5";
        assert!(ARTICLE.contains(scores));
        let lenient = ARTICLE.replacen(scores, "hold_at = 90.0\nrefuse_at = 90.0", 1);
        let lenient = lenient.replacen("answered = 300", "answered = 99", 1);
        world.write("lenient.toml", &lenient.replacen("reported_percent = 30", "reported_percent = 90", 1));
        world
    }

    pub(crate) fn program(&self) -> Program {
        Program::on(&self.folder.path().join("data"))
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let file = self.folder.path().join(name);
        fs::write(&file, text).expect("the file is written");
        file.to_str().expect("a path in UTF-8").to_owned()
    }

    /// Plays lines as a script; every expectation is met.
    pub(crate) fn play(&self, lines: &str) -> String {
        let script = self.write("script.acq", lines);
        let ran = self.program().run(&["run", &script]);
        assert_eq!(ran.exit, Exit::Ok, "{}\n{}", ran.out, ran.stderr);
        ran.out
    }

    pub(crate) fn say(&self, line: &str) -> Ran {
        self.program().say(line)
    }

    /// What a line prints, without the path of the test's folder.
    fn told(&self, line: &str) -> String {
        let ran = self.say(line);
        let folder = format!("{}/", self.folder.path().display());
        format!("{}{}", ran.out, ran.stderr).replace(&folder, "")
    }
}

/// Adopts a policy whose spam filter holds nothing, and whose restriction needs few answers, nearly all of them reports.
pub(crate) const LENIENT: &str = "policy adopt lenient.toml";

/// The number of readers: so many that, with the seed of these tests, the noise does not change the outcome.
pub(crate) const READERS: usize = 120;

fn readers(name: &str) -> impl Iterator<Item = String> {
    (1..=READERS).map(move |number| format!("{name}{number:03}"))
}

/// Imports a network in which alice has asked all readers of this name, who then answer: the first `count` with the first
/// command, and so on.
fn asked_by_alice(world: &World, name: &str, as_of: &str, answers: &[(&str, usize)]) -> String {
    let mut network = format!("{{\"acquaint\":\"network\",\"version\":1,\"as_of\":\"{as_of}\"}}\n");
    network += &readers(name)
        .map(|name| format!("{{\"type\":\"member\",\"handle\":\"{name}\"}}\n"))
        .collect::<String>();
    let request = |name| format!("{{\"type\":\"request\",\"from\":\"alice\",\"to\":\"{name}\"}}\n");
    network += &readers(name).map(request).collect::<String>();
    world.write(&format!("{name}.ndjson"), &network);
    let words = answers.iter().flat_map(|(word, count)| std::iter::repeat_n(*word, *count));
    let answers = words.zip(readers(name)).map(|(word, name)| format!("{word} {name} alice\n"));
    format!("import ndjson {name}.ndjson\n{}", answers.collect::<String>())
}

/// Alice, bob, and readers whom alice has asked on 5 January 2026, with their answers.
pub(crate) fn asked(world: &World, policy: &str, answers: &[(&str, usize)]) -> String {
    let answered = asked_by_alice(world, "reader", "2026-01-05T09:00:00Z", answers);
    format!("at 2026-01-05T09:00:00Z\nmember add alice\nmember add bob\n{policy}\n{answered}")
}

pub(crate) const MONDAY: &str = "at 2026-01-12T00:00:00Z\n";

#[test]
fn a_member_who_is_often_reported_is_restricted_after_the_week_and_longer_each_time() {
    let world = World::new();
    let begun = asked(&world, LENIENT, &[("report", READERS)]);
    let played = world.play(&format!(
        "{begun}at 2026-01-11T23:59:59.999Z\nstanding alice\nsend alice bob\nexpect ok\nwithdraw alice bob\n{MONDAY}standing alice\n\
         send alice bob\nexpect CR0301\nat 2026-01-13T23:59:59.999Z\nsend alice bob\nexpect CR0301\n\
         at 2026-01-14T00:00:00Z\nsend alice bob\nexpect ok\n"
    ));
    let (before, after) = played.split_once("> at 2026-01-12").expect("both weeks");
    assert!(before.contains("in good standing") && !before.contains("feedback"), "{before}");
    insta::assert_snapshot!(after.lines().skip(2).take(6).collect::<Vec<_>>().join("\n"), @r"
    alice's account is restricted until 14 Jan 2026 00:00 UTC (in 2 days):    CR0301
    it can send nothing.
    Why    The policy's rule `often-reported` restricted it on 12 Jan 2026 00:00
           UTC, for the first time.
    Also   Feedback: of about 130 private answers, none were declined, about 90%
           reported (with random noise).
    ");
    // It ends by itself. The next one is the second in a row, and lasts a week.
    let second = asked_by_alice(&world, "second", "2026-01-14T09:00:00Z", &[("report", READERS)]);
    let again = world.play(&format!(
        "at 2026-01-14T09:00:00Z\n{second}at 2026-01-19T00:00:00Z\nstanding alice\n\
         at 2026-01-25T23:59:59Z\nwithdraw alice bob\nsend alice bob\nexpect CR0301\nat 2026-01-26T00:00:00Z\nsend alice bob\nexpect ok\n"
    ));
    let second =
        "The policy's rule `often-reported` restricted it on 19 Jan 2026 00:00 UTC, for the second time.";
    assert!(squeezed(&again).contains(second), "{again}");
    assert_eq!(world.say("replay").exit, Exit::Ok);
}

#[test]
fn acceptances_few_private_answers_and_refusals_by_relation_never_lead_to_feedback() {
    let world = World::new();
    let begun = asked(&world, LENIENT, &[("report", 60), ("accept", 60)]);
    let relations = "send alice reader01\nsend alice bob\nexpect CR0204\n".repeat(4);
    let played = world.play(&format!(
        "{begun}block alice bob\n{relations}{MONDAY}at 2026-03-02T00:00:00Z\nstanding alice\n"
    ));
    assert!(!played.contains("feedback") && played.contains("in good standing"), "{played}");
    assert!(!world.say("log show").out.contains("feedback-taken"));
}

/// The attack that this prevents: of twenty requests nineteen are accepted, which the sender sees, and one is left open.
#[test]
fn after_nineteen_acceptances_feedback_does_not_tell_what_the_twentieth_did() {
    let told: Vec<String> = ["", "decline reader020 alice", "report reader020 alice", "ignore reader020 alice"]
        .iter()
        .map(|act| {
            let world = World::new();
            let begun = asked(&world, "", &[("accept", 19)]);
            let played = world.play(&format!(
                "{begun}at 2026-01-07T09:00:00Z\n{act}\n{MONDAY}standing alice\nsend alice bob\nat 2026-12-28T00:00:00Z\nstanding alice\n"
            ));
            played.split_once("> at 2026-01-12").expect("the week after").1.to_owned()
        })
        .collect();
    assert!(told.iter().all(|other| *other == told[0] && !other.contains("feedback")), "{told:?}");
}

#[test]
fn an_operators_restriction_has_precedence_over_the_policys_until_it_ends() {
    let world = World::new();
    let begun = asked(&world, LENIENT, &[("report", READERS)]);
    let played = world.play(&format!(
        "{begun}{MONDAY}member restrict alice --for 1d --cause security\nwhy alice reader001 --viewer agent\nsend alice bob\nexpect CR0301\n\
         why alice bob\nat 2026-01-13T00:00:00Z\nsend alice bob\nexpect CR0301\nwhy alice bob\n\
         at 2026-01-14T00:00:00Z\nsend alice bob\nexpect ok\nwithdraw alice bob\n"
    ));
    assert!(played.contains("was restricted for its own security"), "{played}");
    assert!(played.contains("was restricted for sending spam"), "{played}");
    // A lift ends both.
    let lifted = World::new();
    let begun = asked(&lifted, LENIENT, &[("report", READERS)]);
    lifted.play(&format!(
        "{begun}{MONDAY}member restrict alice --for 1d\nmember lift alice\nsend alice bob\nexpect ok\n"
    ));
}

#[test]
fn an_upheld_appeal_ends_the_restriction_and_exempts_the_member_from_its_rule_for_some_time() {
    let world = World::new();
    let begun = asked(&world, LENIENT, &[("report", READERS)]);
    let second = asked_by_alice(&world, "second", "2026-01-12T12:00:00Z", &[("report", READERS)]);
    let played = world.play(&format!(
        "{begun}{MONDAY}appeal open alice\nreview list\nat 2026-01-12T12:00:00Z\nappeal uphold alice\nstanding alice\nsend alice bob\nexpect ok\n\
         {second}at 2026-01-19T00:00:00Z\nstanding alice\nwithdraw alice bob\nsend alice bob\nexpect ok\npolicy rules\n"
    ));
    assert!(played.contains("`often-reported` until 12 Apr 2026 12:00 UTC"), "{played}");
    let record = played.lines().find(|line| line.starts_with("  often-reported ")).expect("its record");
    assert!(record.ends_with("0% of 1"), "{record}");
    let dismissed = World::new();
    let begun = asked(&dismissed, LENIENT, &[("report", READERS)]);
    let played = dismissed.play(&format!(
        "{begun}{MONDAY}appeal open alice\nappeal dismiss alice\nsend alice bob\nexpect CR0301\npolicy rules\n"
    ));
    let record = played.lines().find(|line| line.starts_with("  often-reported ")).expect("its record");
    assert!(record.ends_with("100% of 1"), "{record}");
}

/// Alice sends the same note to strangers until a request, to eve, is held.
pub(crate) fn held() -> String {
    let strangers: Vec<String> = (1..=23).map(|number| format!("stranger{number}")).collect();
    let add: String = strangers.iter().map(|stranger| format!("member add {stranger}\n")).collect();
    let send: String =
        strangers.iter().map(|stranger| format!("send alice {stranger} --note hello\nexpect ok\n")).collect();
    format!(
        "at 2026-01-05T09:00:00Z\nmember add alice\n{add}member add eve\n{send}send alice eve --note hello\nexpect CR0502\n"
    )
}

pub(crate) fn held_request(world: &World) -> String {
    let listed = world.say("--at 2026-01-05T09:30:00Z --format json review list").out;
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    let about = listed["rows"][0]["about"].as_str().expect("a held request");
    about.split(' ').next().expect("its id").to_owned()
}

#[test]
fn a_review_releases_or_refuses_a_held_request() {
    let released = World::new();
    released.play(&held());
    let request = held_request(&released);
    let played = released.play(&format!(
        "at 2026-01-09T09:00:00Z\nreview list\nreview release {request}\npending eve\nwhy alice eve --events\nexpect CR0903\nreview list\n\
         policy rules\n"
    ));
    assert!(
        played.contains(" 1 is late.") && played.contains("a review found nothing against it"),
        "{played}"
    );
    assert!(played.contains("received   alice"), "{played}");
    let spam = played.lines().find(|line| line.starts_with("  spam ")).expect("its record");
    assert!(spam.ends_with("0% of 1"), "{spam}");
    // It was charged when it was held, and is not charged again.
    assert!(released.say("--at 2026-01-06T08:00:00Z quota alice").out.contains("24 of 300"));
    let again = released.say(&format!("--at 2026-01-09T10:00:00Z review release {request}"));
    assert_eq!(
        (again.exit, again.stderr.contains("is not held for review")),
        (Exit::NotFound, true),
        "{}",
        again.stderr
    );

    let refused = World::new();
    refused.play(&held());
    let request = held_request(&refused);
    let played = refused.play(&format!(
        "at 2026-01-06T09:00:00Z\nreview refuse {request}\nwhy alice eve --events\nexpect CR0501\nblocked alice\nsend alice eve\nexpect ok\n\
         policy rules\n"
    ));
    assert!(played.contains("a review refused it: CR0501 spam-refused"), "{played}");
    assert!(played.contains("Refused after a review on 6 Jan 2026 09:00 UTC."), "{played}");
    let spam = played.lines().find(|line| line.starts_with("  spam ")).expect("its record");
    assert!(spam.ends_with("100% of 1"), "{spam}");
}

#[test]
fn a_released_request_still_waits_for_its_senders_confirmation() {
    let world = World::new();
    world.play(&held().replace("send alice eve", "settings alice --confirm on\nsend alice eve"));
    let request = held_request(&world);
    world.play(&format!(
        "at 2026-01-06T09:00:00Z\nreview release {request}\nwhy alice eve\nexpect CR0305\nconfirm alice eve\nwhy alice eve\nexpect CR0903\n"
    ));
    assert_eq!(world.say("replay").exit, Exit::Ok);
}

#[test]
fn only_the_sender_may_appeal_about_a_request_and_success_exempts_from_the_rule() {
    let world = World::new();
    world.play(&held());
    let request = held_request(&world);
    let others = world.told(&format!("--at 2026-01-05T10:00:00Z appeal open eve {request}"));
    let nobodys = world.told("--at 2026-01-05T10:00:00Z appeal open eve R0000000000001");
    assert_eq!(others.replace(&request, "R"), nobodys.replace("R0000000000001", "R"));
    assert!(
        world
            .told("--at 2026-01-05T10:00:00Z appeal open eve")
            .contains("there is no decision about the account that can be appealed against")
    );
    let played = world.play(&format!(
        "at 2026-01-05T10:00:00Z\nappeal open alice {request}\nappeal uphold alice {request}\nwhy alice eve\nexpect CR0903\n\
         member add f\nsend alice f --note hello\nexpect ok\nwhy alice f --rules\n"
    ));
    assert!(squeezed(&played).contains(" shadow spam CR0502: on trial"), "{played}");
    let late = world.told(&format!("--at 2026-01-06T10:00:00Z appeal uphold alice {request}"));
    assert!(late.contains("has no open appeal against this"), "{late}");
}

#[test]
fn each_send_is_judged_by_the_policy_in_force_even_when_it_is_replayed() {
    let world = World::new();
    let tight = ARTICLE.replacen("free = 300", "free = 1", 1);
    world.write("tight.toml", &tight);
    let played = world.play(
        "at 2026-01-05T09:00:00Z\nmember add alice\nmember add bob\nmember add carol\nsend alice bob\nexpect ok\n\
         policy adopt tight.toml\nsend alice carol\nexpect CR0401\npolicy adopt article\nsend alice carol\nexpect ok\n\
         policy list\npolicy diff v1 v2\npolicy diff v2 v3\nreplay\n",
    );
    assert!(played.contains("free accounts: 300 -> 1 a day"), "{played}");
    assert!(played.contains("free accounts: 1 -> 300 a day"), "{played}");
    // As of a moment before that, the older policy is in force.
    assert!(world.say("--at 2026-01-05T08:59:59Z policy show").out.contains("free accounts: 300 a day"));
    let verify = world.say("log verify");
    assert_eq!(verify.exit, Exit::Ok);
    assert!(world.say("policy diff v1 v9").stderr.contains("no policy was adopted as `v9`"));
}

#[test]
fn counters_of_a_policy_that_looks_further_back_are_filled_from_the_log() {
    let world = World::new();
    let monthly = ARTICLE.replacen("\"24h\"", "\"30d\"", 1).replacen("free = 300", "free = 2", 1);
    world.write("monthly.toml", &monthly);
    let played = world.play(
        "at 2026-01-05T09:00:00Z\nmember add alice\nmember add bob\nmember add carol\nmember add dan\nsend alice bob\nexpect ok\n\
         at 2026-01-20T09:00:00Z\nsend alice carol\nexpect ok\nat 2026-01-25T09:00:00Z\nquota alice\npolicy adopt monthly.toml\nquota alice\n\
         send alice dan\nexpect CR0401\nat 2026-02-04T08:59:59.999Z\nsend alice dan\nexpect CR0401\n\
         at 2026-02-04T09:00:00Z\nsend alice dan\nexpect ok\nreplay\n",
    );
    assert!(
        played.contains("requests-per-day: 0 of 300") && played.contains("requests-per-day: 2 of 2"),
        "{played}"
    );
    assert!(played.contains("equal to the live ones"), "{played}");
    assert_eq!(world.say("replay").exit, Exit::Ok);
}

#[test]
fn scripts_are_tried_under_a_policy_and_nothing_is_written() {
    let world = World::new();
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let script = |name: &str| scripts.join(name).to_str().expect("a path in UTF-8").to_owned();
    let (held, own) = (script("CR0502-spam-held.acq"), script("CR0303-own-setting-contacts.acq"));
    let same = world.program().run(&["policy", "test", "article", &held, &own]);
    assert_eq!((same.exit, same.out.matches("all met").count()), (Exit::Ok, 2), "{}", same.out);
    let other = world.program().run(&["policy", "test", "linkedin-observed", &own]);
    assert_eq!(other.exit, Exit::Failed);
    assert!(!world.folder.path().join("data").exists());
}

#[test]
fn errors_in_a_policy_are_reported_as_a_compiler_would() {
    let world = World::new();
    let text =
        ARTICLE.replacen("[expiry]", "[expiri]", 1).replacen("reciprocal = true", "reciprocal = \"yes\"", 1);
    let text = text.replacen("window = \"24h\"", "window = \"24x\"", 1);
    let file = world.write("ours.toml", &text);
    let checked = world.program().run(&["policy", "check", &file]);
    assert_eq!(checked.exit, Exit::BadInput);
    insta::assert_snapshot!("wrong_policy", world.told(&format!("policy check {file}")));
    let adopted = world.program().run(&["policy", "adopt", &file]);
    assert_eq!((adopted.exit, adopted.stderr), (checked.exit, checked.stderr));
    assert!(world.told("policy adopt nowhere.toml").contains("there is no file `nowhere.toml`"));
    let good = world.write("good.toml", ARTICLE);
    assert_eq!(world.say(&format!("policy check {good}")).exit, Exit::Ok);
    assert_eq!(world.say("policy schema").exit, Exit::Ok);
}

#[test]
fn a_policy_and_the_difference_of_two_are_described_in_words() {
    let world = World::new();
    let tight = world.write("ours.toml", &ARTICLE.replacen("free = 300", "free = 100", 1));
    assert_eq!(
        world.told(&format!("policy diff article {tight}")),
        "article -> ours.toml\n  free accounts: 300 -> 100 a day\n"
    );
    assert!(world.told("policy diff article article").contains("no difference"));
    insta::assert_snapshot!("observed_policy", world.told("policy show linkedin-observed"));
    insta::assert_snapshot!(
        "explained_rule",
        world.told("policy explain daily-limit") + &world.told("policy explain expiry")
    );
    assert!(world.told("policy explain dayly-limit").contains("did you mean `daily-limit`?"));
}

#[test]
fn a_rule_on_trial_refuses_nothing_and_is_reported_with_what_it_would_have_done() {
    let world = World::new();
    let shadow = "[shadow]\nrules = [\"requests-per-day\"]\nsource = \"choice: a test\"\n\n[expiry]";
    let text = ARTICLE.replacen("free = 300", "free = 1", 1).replacen("[expiry]", shadow, 1);
    world.write("trial.toml", &text);
    let played = world.play(
        "at 2026-01-05T09:00:00Z\nmember add alice\nmember add bob\nmember add carol\npolicy adopt trial.toml\nsend alice bob\nexpect ok\n\
         send alice carol\nexpect ok\nwhy alice carol --rules\nquota alice\npolicy rules\n",
    );
    assert!(played.contains("on trial: it would have refused it; 1 of 1"), "{played}");
    let record = played.lines().find(|line| line.starts_with("  daily-limit ")).expect("its record");
    let numbers: Vec<&str> = record.split_whitespace().collect();
    assert_eq!(numbers[..6], ["daily-limit", "2", "1", "1", "0", "2"], "{record}");
}
