use crate::grammar::Parts;
use acquaint_audit::Viewer;
use acquaint_domain::{Channel, Handle, Send};

use super::*;
use crate::grammar::{OutputKind, RequestSelector};

fn actions(text: &str) -> Vec<ScriptAction> {
    let steps = parse(text, "a.acq").unwrap_or_else(|error| panic!("{error}"));
    steps.into_iter().map(|step| step.action).collect()
}

/// The first problem of `text`: line, column and sentence.
fn check_wrong(text: &str, line: usize, column: usize, sentence: &str) {
    let error = parse(text, "a.acq").expect_err(text);
    let first = &error.problems[0];
    assert_eq!((first.line, first.column, first.sentence.as_str()), (line, column, sentence), "{text}");
}

#[test]
fn a_script_is_read_line_by_line() {
    let text = "\u{feff}# a day\r\nat 2026-11-21T08:12:05Z\r\n\n  send alice bob --note 'We met, #1' # hello\n\
                expect ok\nadvance 2d\nwhy alice bob --format json\nexpect awaiting-response\nexpect cr0801\n";
    let alice = Handle::parse("alice").expect("a handle");
    let send = Send {
        sender: alice.clone(),
        to: "bob".to_owned(),
        note: Some("We met, #1".to_owned()),
        channel: Channel::Web,
        with_email: None,
    };
    let pair = RequestSelector::Pair { from: alice, to: "bob".to_owned() };
    let expected = vec![
        ScriptAction::At(Timestamp::from_millis(1_795_248_725_000)),
        ScriptAction::Order { command: WriteCommand::Send { send, command_id: None }.into(), format: None },
        ScriptAction::Expect(Expectation::Ok),
        ScriptAction::Advance(Span::days(2)),
        ScriptAction::Order {
            command: ReadCommand::Why {
                subject: pair,
                viewer: Viewer::Sender,
                document: OutputKind::Answer,
                parts: Parts::default(),
                lookup: None,
            }
            .into(),
            format: Some(Format::Json),
        },
        ScriptAction::Expect(Expectation::Code(Code::AwaitingResponse)),
        ScriptAction::Expect(Expectation::Code(Code::AwaitingResponse)),
    ];
    assert_eq!(actions(text), expected);
    let steps = parse(text, "a.acq").expect("a script");
    let lines: Vec<usize> = steps.iter().map(|step| step.line).collect();
    assert_eq!(lines, [2, 4, 5, 6, 7, 8, 9]);
    assert_eq!(steps[1].text, "send alice bob --note 'We met, #1' # hello");
    assert_eq!(actions("# nothing\n\n"), vec![]);
}

#[test]
fn a_typo_is_located_and_a_correction_suggested() {
    check_wrong("sned alice bob", 1, 1, "unknown command `sned`; did you mean `send`?");
    check_wrong("\n  advence 2d", 2, 3, "unknown command `advence`; did you mean `advance`?");
    check_wrong("exepct ok", 1, 1, "unknown command `exepct`; did you mean `expect`?");
    check_wrong("folow-up alice", 1, 1, "unknown command `folow-up`; did you mean `follow-up`?");
    check_wrong("member ad alice", 1, 8, "unknown command `ad`; did you mean `add`?");
    check_wrong("send alice bob --nots x", 1, 16, "unknown option `--nots`; did you mean `--note`?");
    check_wrong("frobnicate", 1, 1, "unknown command `frobnicate`; `acquaint --help` lists all of them");
    check_wrong("send alice", 1, 1, "<TO> is missing");
    check_wrong("replay now", 1, 8, "unknown argument `now`; `acquaint --help` lists all of them");
    check_wrong("member", 1, 1, "the command is incomplete; `acquaint --help` lists all commands");
    let tier = "--tier: `premum` is none of `free`, `premium`, `sales-navigator`; did you mean `premium`?";
    check_wrong("member add b --tier premum", 1, 21, tier);
    let send = "send a b\n";
    check_wrong(
        &format!("{send}expect dayly-limit"),
        2,
        8,
        "`dayly-limit` is not a code; did you mean `daily-limit`?",
    );
    check_wrong(&format!("{send}expect CR04010"), 2, 8, "`CR04010` is not a code; did you mean `CR0401`?");
}

#[test]
fn script_words_need_their_arguments() {
    check_wrong("at", 1, 1, "write `at` and one time, such as `at 2026-11-21T08:12:05Z`");
    check_wrong("at 2026-11-21 08:12", 1, 1, "write `at` and one time, such as `at 2026-11-21T08:12:05Z`");
    check_wrong(
        "at 2026-11-21T00:00:00",
        1,
        4,
        "`2026-11-21T00:00:00` is not a moment; write `2026-11-21T00:00:00Z` if that is UTC",
    );
    check_wrong("advance", 1, 1, "write `advance` and one length of time, such as `advance 47h59m`");
    check_wrong("expect", 1, 1, "write `expect` and one code, or `expect ok`");
    check_wrong("expect ok", 1, 1, "there is no `send`, `check` or `why` before it");
    check_wrong(
        "acquaint send a b",
        1,
        1,
        "leave out `acquaint`: a line is a command without the program's name",
    );
    check_wrong("run b.acq", 1, 1, "a script cannot run another script; copy its lines");
    check_wrong(
        "policy test p.toml b.acq",
        1,
        1,
        "a script cannot test a policy; run `policy test` on its own",
    );
    check_wrong(
        "why a b --at 2026-11-21T08:12:05Z",
        1,
        9,
        "`--at` is not allowed in a script; write `at T` on a line before it",
    );
    check_wrong("send a --help", 1, 1, "help and version are not available in a script");
}

#[test]
fn an_open_quote_is_located() {
    let sentence =
        "a quote is not closed, or nothing follows a `\\`; close it, or write `\\'` for `'` itself";
    check_wrong("send a b --note 'it", 1, 17, sentence);
    check_wrong("send a b --note \"it's\\\" 'x'", 1, 17, sentence);
    check_wrong("send a 'b c' \\", 1, 14, sentence);
}

#[test]
fn time_only_moves_forward() {
    let at = "at 2026-11-21T08:00:00Z\n";
    let earlier = |earlier: &str| {
        format!(
            "`2026-11-21T07:59:59Z` is earlier than the line before it, which is at {earlier}; time only moves forward"
        )
    };
    check_wrong(&format!("{at}at 2026-11-21T07:59:59Z"), 2, 4, &earlier("2026-11-21T08:00:00Z"));
    check_wrong(&format!("{at}advance 90s\nat 2026-11-21T07:59:59Z"), 3, 4, &earlier("2026-11-21T08:01:30Z"));
    assert_eq!(actions(&format!("advance 2d\n{at}advance 1s\nat 2026-11-21T08:00:01Z")).len(), 4);
}

#[test]
fn all_problems_are_reported_at_once() {
    let error = parse("at 2026-11-21T08:00:00Z\nsned alice bob\n\taccept 'bo b' alice\n", "tour.acq")
        .expect_err("typos");
    insta::assert_snapshot!(error, @r"
    tour.acq:2:1: unknown command `sned`; did you mean `send`?
      2 | sned alice bob
        | ^
    tour.acq:3:10: WHO: `bo b` is not a handle: there is a character that such an address cannot hold at character 3; did you mean `bob`?
      3 | 	accept 'bo b' alice
        | 	        ^
    a script is read whole before it runs: no line of it was run
    ");
}
