//! Answers are true as of the moment asked: a cause that has ended is reported with its end, and the advice is what helps
//! now.

use acquaint_cli::grammar::Exit;
use acquaint_policy::ARTICLE;
use acquaint_tests::Program;
use serde_json::Value;

/// A network in which a script was played, with its folder.
struct World {
    folder: tempfile::TempDir,
    program: Program,
}

impl World {
    fn of(script: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Program::on(&folder.path().join("data"));
        let world = Self { folder, program };
        world.play(&format!("at 2026-01-05T09:00:00Z\nmember add alice --email alice@example.org\nmember add bob --email bob@example.org\n{script}"));
        world
    }

    fn play(&self, script: &str) -> String {
        let file = self.folder.path().join("script.acq");
        std::fs::write(&file, script).expect("a script");
        let played = self.program.run(&["run", file.to_str().expect("UTF-8")]);
        assert_eq!(played.exit, Exit::Ok, "{}\n{}", played.out, played.stderr);
        played.out
    }

    fn json(&self, line: &str) -> Value {
        let ran = self.program.say(&format!("{line} --format json"));
        assert_eq!(ran.exit, Exit::Ok, "{line}: {}", ran.stderr);
        serde_json::from_str(&ran.out).expect("JSON")
    }

    fn why(&self, line: &str) -> Value {
        self.json(&format!("--at 2026-01-20T09:00:00Z why {line}"))
    }
}

fn texts(value: &Value) -> String {
    value
        .as_array()
        .expect("a list")
        .iter()
        .map(|text| text["text"].as_str().or(text.as_str()).expect("text"))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The parts of an answer: the reasons, what to do, what not to do, and the codes with which a new request would be refused
/// today (`None`: it would pass).
struct Told {
    code: String,
    reasons: String,
    remedy: String,
    wont_help: String,
    today: Vec<Option<String>>,
}

fn told(answer: &Value) -> Told {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Told {
        code: text(&answer["code"]).expect("a code"),
        reasons: texts(&answer["reasons"]),
        remedy: texts(&answer["remedy"]),
        wont_help: texts(&answer["wont_help"]),
        today: answer["today"].as_array().expect("today").iter().map(|today| text(&today["code"])).collect(),
    }
}

/// Checks a cause on the sender's side that has ended: the answer reports it with its end, and advises to send again.
fn check_ended_here(script: &str, code: &str, ended: &str) {
    let told = told(&World::of(script).why("alice bob"));
    assert_eq!(told.code, code, "{script}");
    assert!(told.reasons.contains(ended), "{script}: {}", told.reasons);
    assert_eq!(told.today, [None], "{script}");
    assert!(told.remedy.starts_with("Send it again"), "{script}: {}", told.remedy);
    assert_eq!(told.wont_help, "", "{script}");
}

#[test]
fn a_cause_on_the_senders_side_that_has_ended_is_reported_with_its_end() {
    let next_day = "at 2026-01-08T10:30:00Z\n";
    check_ended_here(
        &format!("block alice bob\nsend alice bob\n{next_day}unblock alice bob\n"),
        "CR0204",
        "You had blocked bob on 5 Jan 2026 09:00 UTC. You lifted the block on 8 Jan 2026 10:30 UTC.",
    );
    check_ended_here(
        "member restrict alice --for 2d --cause spam\nsend alice bob\n",
        "CR0301",
        "That ended on 7 Jan 2026 09:00 UTC.",
    );
    check_ended_here(
        &format!("member restrict alice --for 30d\nsend alice bob\n{next_day}member lift alice\n"),
        "CR0301",
        "That ended on 8 Jan 2026 10:30 UTC.",
    );
    check_ended_here(
        &format!("connect alice bob\nsend alice bob\n{next_day}disconnect alice bob\n"),
        "CR0202",
        "The connection ended on 8 Jan 2026 10:30 UTC.",
    );
    check_ended_here(
        &format!(
            "settings alice --accept-from contacts\nsend alice bob\n{next_day}settings alice --accept-from everyone\n"
        ),
        "CR0303",
        "Your settings or contacts were changed on 8 Jan 2026 10:30 UTC.",
    );
}

#[test]
fn after_a_limit_has_freed_the_advice_is_not_to_wait() {
    let world = World::of("");
    let tight = ARTICLE.replacen("free = 300", "free = 1", 1);
    std::fs::write(world.folder.path().join("tight.toml"), tight).expect("a policy");
    world.play(
        "at 2026-01-05T09:00:00Z\npolicy adopt tight.toml\nmember add r301\nsend alice bob\nsend alice r301\nexpect CR0401\n",
    );
    let at = |day: &str| told(&world.json(&format!("--at {day}T10:00:00Z why alice r301")));
    let (then, later) = (at("2026-01-05"), at("2026-01-06"));
    assert_eq!((then.code.as_str(), later.code.as_str()), ("CR0401", "CR0401"));
    assert_eq!((then.today, later.today), (vec![Some("CR0401".to_owned())], vec![None]));
    assert!(then.remedy.starts_with("Send again from 6 Jan 2026 09:00 UTC on."), "{}", then.remedy);
    assert!(then.remedy.contains("A paid account may send more: 600 (premium)"), "{}", then.remedy);
    assert!(
        later.reasons.contains("There has been room again since 6 Jan 2026 09:00 UTC."),
        "{}",
        later.reasons
    );
    assert!(later.remedy.starts_with("Send it again"), "{}", later.remedy);
}

#[test]
fn an_old_refusal_says_which_other_rule_would_refuse_today_and_advises_about_that_rule() {
    let world =
        World::of("block alice bob\nsend alice bob\nunblock alice bob\nmember restrict alice --for 60d\n");
    let told = told(&world.why("alice bob"));
    assert_eq!((told.code.as_str(), told.today), ("CR0204", vec![Some("CR0301".to_owned())]));
    assert!(told.remedy.starts_with("Send again from 6 Mar 2026"), "{}", told.remedy);
}

/// Checks a cause on the recipient's side that has ended: staff are told, and the sender's answer does not change.
fn check_ended_there(before: &str, after: &str, code: &str, ended: &str) {
    let world = World::of(&format!("{before}\nsend alice bob\n"));
    let sender = world.why("alice bob");
    world.play(&format!("at 2026-01-08T10:30:00Z\n{after}\n"));
    assert_eq!(world.why("alice bob"), sender, "{after}");
    let told = told(&world.why("alice bob --viewer agent"));
    assert_eq!(told.code, code, "{before}");
    assert!(told.reasons.contains(ended), "{before}: {}", told.reasons);
    assert_eq!(told.today, [None], "{before}");
    assert!(told.remedy.starts_with("A new request would be let in"), "{before}: {}", told.remedy);
    assert_eq!(told.wont_help, "", "{before}");
}

#[test]
fn that_a_cause_on_the_recipients_side_has_ended_is_told_to_staff_only() {
    check_ended_there(
        "block bob alice",
        "unblock bob alice",
        "CR0703",
        "bob lifted the block on 8 Jan 2026 10:30 UTC.",
    );
    check_ended_there(
        "member restrict bob --for 30d",
        "member lift bob",
        "CR0702",
        "That ended on 8 Jan 2026 10:30 UTC.",
    );
    check_ended_there(
        "settings bob --accept-from contacts",
        "contacts import bob alice@example.org",
        "CR0704",
        "bob's settings or contacts were changed on 8 Jan 2026 10:30 UTC.",
    );
    check_ended_there(
        "settings bob --companies Acme",
        "settings bob --companies none",
        "CR0706",
        "bob's settings or contacts were changed on 8 Jan 2026 10:30 UTC.",
    );
}

#[test]
fn that_a_member_has_taken_the_e_mail_address_is_told_to_staff_only() {
    let world = World::of("send alice dan@example.org\n");
    let sender = world.why("alice dan@example.org");
    world.play("at 2026-01-08T10:30:00Z\nmember add dan --email dan@example.org\n");
    assert_eq!(world.why("alice dan@example.org"), sender);
    let told = told(&world.why("alice dan@example.org --viewer agent"));
    assert_eq!(told.code, "CR0101");
    assert_eq!(
        told.reasons,
        "The address has been dan's since 8 Jan 2026 10:30 UTC; this request does not reach them."
    );
    assert!(
        told.remedy.starts_with("A new request would reach the new owner of the address"),
        "{}",
        told.remedy
    );
    assert_eq!(told.wont_help, "");
}

#[test]
fn the_answer_says_what_keeps_the_recipient_from_answering_after_the_delivery() {
    let banned = World::of("send alice bob\n");
    let sender = banned.why("alice bob");
    banned.play("at 2026-01-06T09:00:00Z\nmember ban bob\n");
    assert_eq!(banned.why("alice bob"), sender);
    let answer = banned.why("alice bob --viewer agent");
    assert_eq!(answer["code"], "CR0802");
    assert_eq!(answer["accompanied_by"][0]["code"], "CR0702", "{answer}");
    assert!(told(&answer).remedy.starts_with("Wait for the ban to be lifted"), "{answer}");
    let restricted = World::of("send alice bob\nmember restrict bob --for 60d\n");
    let answer = restricted.why("alice bob --viewer agent");
    let text = answer["accompanied_by"][0]["text"].as_str().expect("a text");
    assert!(text.ends_with("bob can still answer"), "{text}");
    // A restriction that is over is not mentioned.
    let over = World::of("send alice bob\nmember restrict bob --for 2d\n");
    assert_eq!(over.why("alice bob --viewer agent")["accompanied_by"], serde_json::json!([]));
}

#[test]
fn an_acceptance_that_has_not_reached_the_sender_is_reported_with_its_attempts() {
    let world = World::of("send alice bob\nadvance 1m\nfault start --channel all\naccept bob alice\n");
    let at = |line: &str| world.json(&format!("--at 2026-01-05T09:02:00Z why alice bob --viewer {line}"));
    let agent = at("agent");
    assert_eq!(
        (agent["code"].as_str(), agent["accompanied_by"][0]["code"].as_str()),
        (Some("CR0808"), Some("CR0601"))
    );
    let text = agent["accompanied_by"][0]["text"].as_str().expect("a text");
    assert!(text.starts_with("bob's acceptance has not arrived yet: "), "{text}");
    assert!(told(&agent).remedy.starts_with("Wait: the acceptance is delivered automatically"), "{agent}");
    assert_eq!(agent["timers"][0]["name"], "next-attempt");
    assert_eq!(at("recipient")["accompanied_by"][0]["code"], "CR0601");
    assert_eq!(at("sender")["code"], "CR0903");
    world.play("at 2026-01-05T09:03:00Z\nfault stop --channel all\n");
    let agent = world.why("alice bob --viewer agent");
    assert_eq!((agent["code"].as_str(), &agent["accompanied_by"]), (Some("CR0808"), &serde_json::json!([])));
}

#[test]
fn asked_about_a_pair_the_answer_is_about_the_open_request_and_lists_the_others() {
    let world =
        World::of("send alice bob\nadvance 1d\nsend alice bob\nexpect CR0201\nsend alice bob@example.org\n");
    for viewer in ["sender", "recipient", "agent"] {
        let answer = world.why(&format!("alice bob --viewer {viewer}"));
        assert_eq!(answer["events"][0]["at"], "2026-01-05T09:00:00Z", "{viewer}: {answer}");
    }
    let others = |viewer: &str| -> Vec<String> {
        let answer = world.why(&format!("alice bob --viewer {viewer}"));
        let others = answer["others"].as_array().expect("a list").iter();
        others.map(|other| other["code"].as_str().expect("a code").to_owned()).collect()
    };
    // The sender may not know who has the e-mail address.
    assert_eq!(others("sender"), ["CR0201"]);
    assert_eq!(others("agent"), ["CR0201", "CR0201"]);
    let agent = world.why("alice bob --viewer agent");
    let sender = world.why("alice bob");
    let said = format!(
        "{} {}",
        sender["headline"].as_str().expect("text"),
        sender["reasons"][0].as_str().expect("text")
    );
    assert_eq!(agent["pass_on"], said);
}

#[test]
fn staff_see_which_other_request_the_sentence_for_the_sender_is_about() {
    let world = World::of("send alice bob@example.org\n");
    let agent = world.why("alice bob --viewer agent");
    assert_eq!(agent["code"], "CR0802");
    assert_eq!(agent["pass_on"], "there is no request from `alice` to `bob`");
    world.play("at 2026-01-06T09:00:00Z\nsettings alice --max-degree 1\nsend alice bob\nexpect CR0304\n");
    let agent = world.why("alice bob --viewer agent");
    assert_eq!(agent["code"], "CR0802");
    let said = agent["pass_on"].as_str().expect("a text");
    assert!(said.starts_with("Refused on 6 Jan 2026"), "{said}");
    // For staff only: which request an address led to may be the recipient's secret.
    assert_eq!(agent["pass_on_request"], agent["others"][0]["request"]);
    assert_eq!(agent["others"][0]["code"], "CR0304");
}

#[test]
fn no_sentence_can_be_read_as_its_opposite() {
    let world = World::of(
        "settings alice --confirm on\nsend alice bob\nat 2026-01-09T09:00:00Z\nconfirm alice bob\n",
    );
    let sender = world.why("alice bob");
    let headline = sender["headline"].as_str().expect("a text");
    assert!(
        headline.starts_with(
            "Submitted on 5 Jan 2026 09:00 UTC, held until it was confirmed, sent to bob on 9 Jan 2026"
        ),
        "{headline}"
    );
    assert!(!sender.to_string().contains("accepted until"), "{sender}");
    let blocked = World::of("send bob alice\nblock alice bob\n");
    let refused = blocked.program.say("--at 2026-01-06T09:00:00Z accept alice bob");
    assert!(refused.out.contains("alice cannot accept the request of bob"), "{}", refused.out);
    let kept_back = blocked.program.say("--at 2026-01-06T09:00:00Z blocked alice");
    assert!(
        kept_back.out.contains("kept back: you") && !kept_back.out.contains("your settings"),
        "{}",
        kept_back.out
    );
}

#[test]
fn advice_is_what_can_pass_and_names_what_was_compared() {
    let contacts = World::of("settings bob --accept-from contacts\nsend alice bob@example.org\n");
    let told_there = told(&contacts.why("alice bob@example.org --viewer agent"));
    assert_eq!(told_there.code, "CR0704");
    assert!(!told_there.remedy.contains("that address"), "{}", told_there.remedy);
    let known = World::of("settings bob --accept-from contacts-or-email\nsend alice bob\n");
    let told_there = told(&known.why("alice bob --viewer agent"));
    assert!(told_there.remedy.contains("send it to that address"), "{}", told_there.remedy);
    let audience = World::of(
        "member set alice --company Initech\nsettings bob --companies Acme,Globex --titles CTO\nsend alice bob\n\
         advance 1d\nmember set alice --company Acme\nsettings bob --companies Initech\n",
    );
    let answer = audience.why("alice bob --viewer agent");
    assert_eq!(
        answer["compared"],
        serde_json::json!({ "companies": ["Acme", "Globex"], "titles": ["CTO"], "company": "Initech", "title": null })
    );
    let reason = answer["reasons"][0].as_str().expect("a text");
    assert!(reason.contains("only people of `Acme` and `Globex` or with the title `CTO`"), "{reason}");
    assert!(reason.contains("alice's company was `Initech`, alice's title was not given"), "{reason}");
    assert_eq!(audience.why("alice bob")["compared"], Value::Null);
}

#[test]
fn expiry_has_one_date_before_and_after_a_later_write() {
    let world = World::of("send alice bob\n");
    let at = || world.json("--at 2026-08-01T00:00:00Z why alice bob");
    let before = at();
    world.play("at 2026-08-02T00:00:00Z\nmember add carol\n");
    assert_eq!(at(), before);
    assert_eq!(before["since"], "2026-07-04T09:00:00Z");
    assert!(
        before["verdict"].as_str().is_some_and(|text| text.ends_with("not accepted in 180 days")),
        "{before}"
    );
}

#[test]
fn a_request_that_the_others_acceptance_settled_is_not_reported_as_a_lasting_connection() {
    // Her request to his handle answers bob's own. Her request to his e-mail address stays open, because her desk does not
    // know whose address it is.
    let world = World::of(
        "send alice bob@example.org\nadvance 1h\nsend bob alice\nadvance 1h\nsend alice bob\nadvance 1h\n",
    );
    let id = world.why("alice bob@example.org")["request"].as_str().expect("an id").to_owned();
    let why = |viewer: &str| world.why(&format!("{id} --viewer {viewer}"));
    world.play("at 2026-01-06T09:00:00Z\nmember close alice\nadvance 1h\n");
    let theirs = why("recipient");
    assert_eq!(theirs["code"], "CR0808");
    let headline = theirs["headline"].as_str().expect("a text");
    assert!(headline.starts_with("Resolved on 5 Jan 2026 11:00 UTC: alice accepted your own"), "{headline}");
    // It was still open at her desk and was withdrawn with the account. His desk was not told, because it had no open
    // request.
    let answer = why("agent");
    assert_eq!(answer["code"], "CR0811");
    let side = answer["sides"][1]["text"].as_str().expect("a text");
    assert!(side.starts_with("Resolved on 5 Jan 2026 11:00 UTC: alice accepted bob's own"), "{side}");
}
