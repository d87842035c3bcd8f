//! Whole answers as text.

use acquaint_audit::{Explanation, Viewer};
use acquaint_domain::Span;

use crate::stories;
use crate::story::*;

/// An answer, one line per part.
fn as_lines(answer: &Explanation) -> String {
    let mut lines = vec![
        format!("{} {} -> {}, to the {}", answer.request, answer.from, answer.to, answer.viewer.name()),
        format!("{} {}", answer.code, answer.verdict),
        answer.headline.clone(),
        format!("policy {} ({}), position {}", answer.policy.name, answer.policy.version.0, answer.position),
    ];
    lines.extend(
        answer.events.iter().map(|line| format!("event {} {}: {}", line.number, line.name, line.text)),
    );
    let rules = |finding: &'static str| answer.rules.iter().filter(move |rule| rule.finding == finding);
    lines.push(format!(
        "{} rules passed, {} not reached",
        rules("passed").count(),
        rules("not reached").count()
    ));
    let others = answer.rules.iter().filter(|rule| !["passed", "not reached"].contains(&rule.finding));
    lines.extend(others.map(|rule| {
        let code = rule.code.map_or(String::new(), |code| format!(" {code}"));
        format!("rule {} {}{code}: {}", rule.rule, rule.finding, rule.text)
    }));
    let causes: Vec<String> = answer.causes.iter().map(ToString::to_string).collect();
    lines.push(format!("causes {}", causes.join(" ")));
    lines.extend(
        answer
            .accompanied_by
            .iter()
            .map(|companion| format!("companion {} {}", companion.code, companion.text)),
    );
    lines.extend(answer.reasons.iter().map(|reason| format!("why: {reason}")));
    lines.extend(answer.sides.iter().map(|side| format!("side of {}: {}", side.of, side.text)));
    lines.extend(answer.today.iter().map(|today| format!("today: {}", today.text)));
    lines.extend(answer.would_pass.iter().cloned());
    lines.extend(answer.remedy.iter().map(|advice| {
        let act = advice.action.as_ref().map_or(String::new(), |action| {
            format!(" [{} {} {} {}]", action.act.name(), action.member, action.other, action.request)
        });
        format!("do: {}{act}", advice.text)
    }));
    lines.extend(answer.wont_help.iter().map(|text| format!("not: {text}")));
    lines.extend(answer.redress.iter().map(|text| format!("redress: {text}")));
    lines.extend(answer.pass_on.iter().map(|text| format!("pass on: {text}")));
    lines.join("\n")
}

fn answer_text(story: &Story, viewer: Viewer) -> String {
    story.explain(viewer).map_or("nothing".to_owned(), |answer| as_lines(&answer))
}

#[test]
fn the_daily_limit_to_its_sender() {
    let story = Story::new().send("bob", &stories::over_the_limit());
    insta::assert_snapshot!(answer_text(&story, Viewer::Sender), @r"
    R0000000000007 alice -> bob, to the sender
    CR0401 refused on 21 Nov 2026 08:12 UTC: 300 of 300 requests were sent in the last 24h; the next could be sent from 21 Nov 2026 11:13 UTC
    Refused on 21 Nov 2026 08:12 UTC.
    policy article (1), position 2
    event 1 request-submitted: you asked `bob` to connect, via the web site, with a note, of the 2nd degree, with 2 connections in common
    event 2 request-refused: refused: CR0401 daily-limit
    10 rules passed, 2 not reached
    rule daily-limit failed CR0401: 300 of 300 in the last 24h; the next could be sent from 21 Nov 2026 11:13 UTC
    causes CR0401
    why: 300 of 300 requests were sent in the last 24h; the next could be sent from 21 Nov 2026 11:13 UTC.
    would pass from 21 Nov 2026 11:13 UTC on
    do: Send again from 21 Nov 2026 11:13 UTC on. [send alice bob R0000000000007]
    do: A paid account may send more: 600 (premium) and 1000 (sales navigator).
    do: Spread requests over several days.
    not: Do not withdraw earlier requests to make room: sent requests stay counted.
    not: Do not try another channel: all channels share the limit.
    ");
}

#[test]
fn the_open_answer_to_the_sender() {
    let story = Story::delivered().after(Span::days(8));
    insta::assert_snapshot!(answer_text(&story, Viewer::Sender), @r"
    R0000000000007 alice -> bob, to the sender
    CR0903 sent to bob on 21 Nov 2026 08:12 UTC and delivered; not accepted so far (8 days); what happens on the other side is private
    Sent to bob on 21 Nov 2026 08:12 UTC and delivered; not accepted so far (8 days).
    policy article (1), position 3
    event 1 request-submitted: you asked `bob` to connect, via the web site, with a note, of the 2nd degree, with 2 connections in common
    event 2 request-sent: it passed every rule and was sent
    event 3 request-arrived: delivered
    13 rules passed, 0 not reached
    causes CR0701 CR0702 CR0703 CR0704 CR0705 CR0706 CR0707 CR0708 CR0801 CR0802 CR0803 CR0804 CR0805
    why: Nothing on your side stands in its way; why it is still open is private to bob.
    why: It may be unseen or unanswered, kept back by settings, declined or reported; you may be blocked, or the account may be closed or restricted.
    do: Write to bob another way; carol and dave know both of you and could introduce you.
    do: Or remind bob of it. [remind alice bob R0000000000007]
    do: Do not take silence personally; ask others meanwhile.
    not: Do not send it again: a second request to the same address is refused while this one is open (CR0201).
    not: Do not check whether the profile still exists: a page that exists proves nothing about the request.
    ");
}

#[test]
fn a_request_held_by_settings_to_the_recipient() {
    let (_, story, _) = row("their degree");
    insta::assert_snapshot!(answer_text(&story, Viewer::Recipient), @r"
    R0000000000007 alice -> bob, to the recipient
    CR0705 kept back by your settings since 21 Nov 2026 08:13 UTC: they let in people of the 1st degree or closer, and alice was of the 2nd degree, with 2 connections in common (settings version 3)
    Kept back by your settings since 21 Nov 2026 08:13 UTC.
    policy article (1), position 1
    event 1 request-filed: kept back, where you can see it: CR0705 recipient-setting-degree
    4 rules passed, 2 not reached
    rule recipient-degree failed CR0705: `max-degree 1`; of the 2nd degree, with 2 connections in common (settings version 3)
    causes CR0705
    why: They let in people of the 1st degree or closer, and alice was of the 2nd degree, with 2 connections in common (settings version 3).
    a new request would pass if your settings let in people of the 2nd degree
    do: To connect, accept it: it is among the requests that were kept back. [accept bob alice R0000000000007]
    do: To let such requests in from now on, widen the distance from which people may send. [accept-any-degree bob alice R0000000000007]
    ");
}

#[test]
fn a_request_kept_back_by_a_restriction_or_ban_stays_kept_back_when_it_ends() {
    let texts = |answer: Explanation| answer.remedy.into_iter().map(|advice| advice.text).collect::<Vec<_>>();
    let advice = |case| {
        let answer = row(case).1.explain(Viewer::Agent)?;
        Some((texts(answer.clone()), answer.wont_help))
    };
    let (remedy, wont_help) = advice("restricted there").expect("an answer");
    let stays = "Reach the person another way and ask them to look at the requests that were kept back: this one stays there.";
    let until =
        "Or withdraw it, and send a new one from 25 Nov 2026 08:13 UTC on, when the restriction is over.";
    assert_eq!(remedy, [stays, until]);
    assert_eq!(wont_help, ["Do not send again before that: the new request would be kept back too."]);
    let (remedy, _) = advice("banned there").expect("an answer");
    assert_eq!(remedy, [stays, "Or withdraw it, and send a new one once the restriction or ban is over."]);
}

#[test]
fn the_line_of_the_senders_letter_says_that_both_had_asked() {
    let last = |case| {
        row(case).1.explain(Viewer::Sender).and_then(|answer| Some(answer.events.last()?.text.clone()))
    };
    assert_eq!(
        last("crossed at the recipient's desk").as_deref(),
        Some("you and bob are connected; both had asked")
    );
    let held_there = last("crossed at the recipient's desk by a request held there");
    assert_eq!(held_there.as_deref(), Some("you and bob are connected"));
}

#[test]
fn a_decline_to_an_agent() {
    let (_, story, _) = row("declined");
    insta::assert_snapshot!(answer_text(&story, Viewer::Agent), @r"
    R0000000000007 alice -> bob, to the agent
    CR0804 alice's side: sent to bob on 21 Nov 2026 08:12 UTC, delivered on 21 Nov 2026 08:13 UTC; bob's side: declined by bob on 21 Nov 2026 13:13 UTC
    Declined by bob on 21 Nov 2026 13:13 UTC.
    policy article (1), position 22
    event 10 request-submitted: alice asked `bob` to connect, via the web site, with a note, of the 2nd degree, with 2 connections in common
    event 13 request-sent: it passed every rule and was sent
    event 16 request-arrived: delivered
    event 19 request-delivered: put into bob's inbox
    event 22 request-declined: declined by bob
    20 rules passed, 0 not reached
    causes CR0804
    side of alice: Sent to bob on 21 Nov 2026 08:12 UTC, delivered on 21 Nov 2026 08:13 UTC.
    side of bob: Declined by bob on 21 Nov 2026 13:13 UTC.
    do: Respect it; ask others.
    not: Do not send it again: it says nothing new, and may be reported.
    pass on: Sent to bob on 21 Nov 2026 08:12 UTC and delivered; not accepted so far. Nothing on your side stands in its way; why it is still open is private to bob.
    ");
}

#[test]
fn a_request_to_an_e_mail_address_that_nobody_has_to_an_agent() {
    let story = Story::new().send("bob@example.org", &email_facts()).arrive_unclaimed();
    insta::assert_snapshot!(answer_text(&story, Viewer::Agent), @r"
    R0000000000007 alice -> bob@example.org, to the agent
    CR0101 alice's side: sent to `bob@example.org` on 21 Nov 2026 08:12 UTC and delivered; `bob@example.org`'s side: nobody had this e-mail address on 21 Nov 2026 08:12 UTC
    Nobody had this e-mail address on 21 Nov 2026 08:12 UTC.
    policy article (1), position 19
    event 10 request-submitted: alice asked `bob@example.org` to connect, via the web site, with a note
    event 13 request-sent: it passed every rule and was sent
    event 16 request-arrived: delivered
    event 19 request-unclaimed: nobody has the e-mail address
    10 rules passed, 0 not reached
    rule address-known could not be evaluated: the owner of the e-mail address is not known on this side; the rule passes in that case
    rule not-blocked-by-oneself could not be evaluated: the owner of the e-mail address is not known on this side; the rule passes in that case
    rule not-connected could not be evaluated: the owner of the e-mail address is not known on this side; the rule passes in that case
    causes CR0101
    side of alice: Sent to `bob@example.org` on 21 Nov 2026 08:12 UTC and delivered.
    side of `bob@example.org`: Nobody had this e-mail address on 21 Nov 2026 08:12 UTC.
    do: Copy the address from the person's profile instead of typing it, then send again. [send alice bob@example.org R0000000000007]
    not: Do not send to the same text again: it gives the same result.
    pass on: Sent to `bob@example.org` on 21 Nov 2026 08:12 UTC; not accepted so far. Nothing on your side stands in its way; why it is still open is private to the other side.
    ");
}

#[test]
fn the_rules_of_a_passed_send_to_its_sender() {
    let answer = Story::sent().explain(Viewer::Sender).expect("an answer");
    let rules = answer.rules.iter().map(|rule| format!("{} {}: {}", rule.rule, rule.finding, rule.text));
    insta::assert_snapshot!(rules.collect::<Vec<_>>().join("\n"), @r"
    address-form passed: it has the form of an address
    address-known passed: a member has the address
    not-self passed: it is another person's address
    not-blocked-by-oneself passed: the sender does not block the recipient
    not-connected passed: the two are not connected
    not-pending passed: no other request to this address is open
    sender-not-banned passed: the sender is not banned
    sender-not-restricted passed: the sender is not restricted
    own-contacts passed: `accept-from everyone`; imported contact: no; by e-mail address: no (settings version 0)
    own-degree passed: `max-degree any`; of the 2nd degree, with 2 connections in common (settings version 0)
    daily-limit passed: 4 of 300 in the last 24h; there is room
    spam passed: 1 request shortly before
    own-confirmation passed: `confirm off`
    ");
}

#[test]
fn spam_to_an_engineer() {
    let (_, story, _) = row("spam refused");
    insta::assert_snapshot!(answer_text(&story, Viewer::Engineer), @r"
    R0000000000007 alice -> bob, to the engineer
    CR0501 alice's side: refused on 21 Nov 2026 08:12 UTC: it looks like bulk sending: score 9.258, held from 6.0 and refused from 6.5 on (against: 35 earlier requests with nearly the same note (7.0), 12 requests shortly before (0.5), 10 of 12 earlier requests to strangers (0.5), about 1 of 10 earlier requests accepted, open ones counted in part (1.758); in favour: 1 connection in common (-0.5)); bob's side: nothing has arrived
    Refused on 21 Nov 2026 08:12 UTC.
    policy article (1), position 13
    event 10 request-submitted: alice asked `bob` to connect, via the web site, with a note, of the 2nd degree, with 2 connections in common; by alice
    event 13 request-refused: refused: CR0501 spam-refused; by alice; policy article (1), facts as of event 9
    11 rules passed, 1 not reached
    rule spam failed CR0501: score 9.258, held from 6.0, refused from 6.5; against: 35 earlier requests with nearly the same note (7.0), 12 requests shortly before (0.5), 10 of 12 earlier requests to strangers (0.5), about 1 of 10 earlier requests accepted, open ones counted in part (1.758); in favour: 1 connection in common (-0.5); imported contact: no; policy source: choice: the article says that sending large volumes indiscriminately may be treated as spam, and gives no number. Silence holds only where there is very much of it; volume, pace, strangers and youth together stay far below. Chosen so that honest members come first, see docs/spam.md
    causes CR0501
    why: It looks like bulk sending: score 9.258, held from 6.0 and refused from 6.5 on (against: 35 earlier requests with nearly the same note (7.0), 12 requests shortly before (0.5), 10 of 12 earlier requests to strangers (0.5), about 1 of 10 earlier requests accepted, open ones counted in part (1.758); in favour: 1 connection in common (-0.5)).
    side of alice: Refused on 21 Nov 2026 08:12 UTC: it looks like bulk sending: score 9.258, held from 6.0 and refused from 6.5 on (against: 35 earlier requests with nearly the same note (7.0), 12 requests shortly before (0.5), 10 of 12 earlier requests to strangers (0.5), about 1 of 10 earlier requests accepted, open ones counted in part (1.758); in favour: 1 connection in common (-0.5)).
    side of bob: Nothing has arrived.
    would pass with a score below 6.0; it was 9.258
    do: Be selective: ask people you know, have worked with, or share connections or interests with.
    do: Write each person an individual note.
    do: Appeal if this was not bulk sending. [appeal-request alice bob R0000000000007]
    not: Do not send the same note again, or faster: that looks even more like bulk sending.
    redress: The network's trust and safety team reviews it on appeal.
    pass on: Refused on 21 Nov 2026 08:12 UTC. It looks like bulk sending (35 earlier requests with nearly the same note, 12 requests shortly before, 10 of 12 earlier requests to strangers, about 1 of 10 earlier requests accepted, open ones counted in part, 1 connection in common).
    ");
}

#[test]
fn every_verdict_in_one_line() {
    let mut lines = Vec::new();
    for (case, story, _) in stories::all() {
        for viewer in [Viewer::Sender, Viewer::Recipient, Viewer::Agent] {
            if let Some(answer) = story.explain(viewer) {
                lines.push(format!("{case} | {} | {} {}", viewer.name(), answer.code, answer.verdict));
                lines.extend(answer.would_pass.map(|text| format!("    {text}")));
            }
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

fn row(case: &str) -> stories::Row {
    let found = stories::all().into_iter().find(|(name, ..)| *name == case);
    found.expect("a story of that name")
}
