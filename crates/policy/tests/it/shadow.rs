//! Rules on trial, fail modes, caps and cool-downs.

use acquaint_domain::{
    Code, Evidence, Feedback, FeedbackBasis, Finding, MaxDegree, Outcome, Rule, Span, Standing, SymbolKind,
    Timestamp, Verdict,
};
use acquaint_policy::{ARTICLE, Facts, LINKEDIN_OBSERVED, Policy, Usage, judge, judge_again};

use crate::given::{at, by_email, facts, finding, seen};

/// The built-in policy with these additional tables.
fn with(tables: &str) -> Policy {
    let text = ARTICLE.replacen("[own_settings]", &format!("{tables}\n[own_settings]"), 1);
    Policy::parse(&text).unwrap_or_else(|error| panic!("{error}: {tables}"))
}

fn judged(policy: &Policy, facts: &Facts) -> Verdict {
    let verdict = judge(policy, facts);
    assert_eq!(judge_again(policy, &verdict), verdict);
    verdict
}

const EACH: &str = "{ free = 5, premium = 6, sales-navigator = 7 }\nsource = \"choice: a test\"\n";

#[test]
fn a_rule_on_trial_is_recorded_and_changes_nothing() {
    let shadow = "[shadow]\nrules = [\"requests-per-day\", \"spam\"]\nsource = \"choice: a test\"\n";
    let mut full = Facts { usage: vec![Usage::Sliding { used: 300, frees_at: Some(at(9)) }], ..facts() };
    full.spam = seen([(SymbolKind::Client, 1)]);
    let live = judged(&with(""), &full);
    assert_eq!(live.outcome, Outcome::Refuse(Code::DailyLimit));
    let trial = judged(&with(shadow), &full);
    assert_eq!(trial.outcome, Outcome::Pass);
    assert_eq!(finding(&trial, Rule::DailyLimit), Finding::Shadow(Outcome::Refuse(Code::DailyLimit)));
    assert_eq!(finding(&trial, Rule::Spam), Finding::Shadow(Outcome::Refuse(Code::Automation)));
    // It is evaluated even after a rule that decides: a trial shows what the rule would have done.
    let banned = Facts { standing: Standing::Banned { since: at(0) }, ..full };
    let trial = judged(&with(shadow), &banned);
    assert_eq!(trial.outcome, Outcome::Refuse(Code::SenderBanned));
    assert_eq!(finding(&trial, Rule::Spam), Finding::Shadow(Outcome::Refuse(Code::Automation)));
    assert_eq!(finding(&trial, Rule::OwnConfirmation), Finding::NotReached);
    // A trial that passes is recorded, too.
    assert_eq!(finding(&judged(&with(shadow), &facts()), Rule::Spam), Finding::Shadow(Outcome::Pass));
}

#[test]
fn a_rule_does_not_stop_a_member_who_is_exempt_from_it() {
    let mut automated = facts();
    automated.spam = seen([(SymbolKind::Client, 1)]);
    assert_eq!(judged(&with(""), &automated).outcome, Outcome::Refuse(Code::Automation));
    automated.exempt.insert("spam".to_owned());
    let verdict = judged(&with(""), &automated);
    assert_eq!(verdict.outcome, Outcome::Pass);
    assert_eq!(finding(&verdict, Rule::Spam), Finding::Shadow(Outcome::Refuse(Code::Automation)));
}

#[test]
fn a_rule_that_cannot_be_evaluated_follows_its_fail_mode() {
    let near = Facts { max_degree: MaxDegree::Within(2), ..by_email(facts()) };
    let open = judged(&with(""), &near);
    assert_eq!(open.outcome, Outcome::Pass);
    assert_eq!(finding(&open, Rule::OwnDegree), Finding::Unevaluated);
    let closed = with("[unevaluated]\nown-degree = \"refuse\"\nsource = \"choice: a test\"\n");
    let closed = judged(&closed, &near);
    assert_eq!(closed.outcome, Outcome::Refuse(Code::OwnSettingDegree));
    assert_eq!(finding(&closed, Rule::OwnDegree), Finding::FailedUnseen(Code::OwnSettingDegree));
    assert_eq!(finding(&closed, Rule::NotConnected), Finding::Unevaluated);
}

#[test]
fn caps_refuse_at_their_number_and_not_below_it() {
    let pile = with(&format!("[open_requests]\nat_most = {EACH}"));
    let network = with(&format!("[network]\nat_most = {EACH}"));
    let notes = with(&format!("[notes]\nlength = {EACH}"));
    let table: [(&str, &Policy, Facts, Outcome); 7] = [
        ("4 open", &pile, Facts { open: 4, ..facts() }, Outcome::Pass),
        ("5 open", &pile, Facts { open: 5, ..facts() }, Outcome::Refuse(Code::PendingPileFull)),
        ("4 connections", &network, Facts { connections: 4, ..facts() }, Outcome::Pass),
        (
            "5 connections",
            &network,
            Facts { connections: 5, ..facts() },
            Outcome::Refuse(Code::OwnNetworkFull),
        ),
        ("no note", &notes, facts(), Outcome::Pass),
        ("5 characters", &notes, Facts { note_chars: Some(5), ..facts() }, Outcome::Pass),
        ("6 characters", &notes, Facts { note_chars: Some(6), ..facts() }, Outcome::Refuse(Code::NoteLimit)),
    ];
    for (case, policy, facts, then) in table {
        assert_eq!(judged(policy, &facts).outcome, then, "{case}");
    }
}

#[test]
fn a_cool_down_ends_at_its_exact_millisecond() {
    let policy = Policy::parse(LINKEDIN_OBSERVED).expect("it reads");
    let usage = vec![Usage::Sliding { used: 0, frees_at: None }; policy.limits.len()];
    let judged = |withdrawn: Option<Timestamp>, now: Timestamp| {
        judged(&policy, &Facts { withdrawn, now, usage: usage.clone(), ..facts() })
    };
    let free = at(7).plus(Span::days(21));
    let before = judged(Some(at(7)), free.minus(Span::millis(1)));
    assert_eq!(before.outcome, Outcome::Refuse(Code::ResendCooldown));
    let gate = before.gates.iter().find(|gate| gate.rule == Rule::ResendCooldown).expect("it is asked");
    assert_eq!(gate.evidence, Evidence::Cooldown { since: at(7), until: free });
    assert_eq!(judged(Some(at(7)), free).outcome, Outcome::Pass);
    assert_eq!(judged(None, at(8)).outcome, Outcome::Pass);
}

#[test]
fn a_sender_with_many_reports_must_give_the_address_for_some_time() {
    let rule = "[email_required]\nreported_percent = 30\nlasts = \"90d\"\nsource = \"choice: a test\"\n";
    let policy = with(rule);
    let feedback = |reported_percent| {
        let (since, until) = (at(0), at(100));
        let basis = FeedbackBasis::PrivateAnswers;
        Some(Feedback { since, until, answered: 300, declined_percent: 0, reported_percent, basis })
    };
    let required = Outcome::Refuse(Code::EmailRequired);
    let later = at(100).plus(Span::days(90));
    let table: [(&str, Facts, Outcome); 6] = [
        ("no feedback", facts(), Outcome::Pass),
        ("20 of a hundred", Facts { feedback: feedback(20), ..facts() }, Outcome::Pass),
        ("30 of a hundred", Facts { feedback: feedback(30), ..facts() }, required),
        ("gives it", Facts { feedback: feedback(30), by_email: true, ..facts() }, Outcome::Pass),
        (
            "90 days less 1 ms",
            Facts { feedback: feedback(30), now: later.minus(Span::millis(1)), ..facts() },
            required,
        ),
        ("90 days", Facts { feedback: feedback(30), now: later, ..facts() }, Outcome::Pass),
    ];
    for (case, facts, then) in table {
        assert_eq!(judged(&policy, &facts).outcome, then, "{case}");
    }
}
