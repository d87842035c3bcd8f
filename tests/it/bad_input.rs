//! Bad input is answered with a sentence that says what is wrong, where, and what to do; nothing is written.

use std::fs;

use acquaint_cli::grammar::Exit;
use acquaint_tests::{Program, Ran};
use serde_json::Value;

use crate::world::{World, log_files};

/// Three members and an open request from alice to bob; nothing between alice and carol.
const BEGIN: &str = "at 2026-11-21T08:00:00Z
member add alice --email alice@example.org --profile https://example.org/in/alice
member add bob --email bob@example.org
member add carol
at 2026-11-21T08:30:00Z
send alice bob
";

fn world() -> World {
    let world = World::new();
    world.play(BEGIN);
    world
}

/// Runs a line half an hour after the last event, unless it has `--at`.
fn say(program: &Program, line: &str) -> Ran {
    if line.contains("--at ") {
        program.say(line)
    } else {
        program.say(&format!("--at 2026-11-21T09:00:00Z {line}"))
    }
}

/// Checks that each line is refused, prints nothing to stdout and writes nothing. Returns what each printed to stderr.
fn refused(lines: &[&str], exit: Exit) -> String {
    let world = world();
    let before = log_files(&world.data());
    let mut said = String::new();
    for line in lines {
        let ran = say(&world.program(), line);
        assert_eq!((ran.exit, ran.out.as_str()), (exit, ""), "{line}: {}", ran.stderr);
        assert!(log_files(&world.data()) == before, "{line} wrote something");
        said.push_str(&format!("> {line}\n{}", world.named(&ran.stderr)));
    }
    said
}

#[test]
fn an_invalid_moment_or_length_of_time() {
    let said = refused(
        &[
            "--at soon member add dora",
            "--at 2026-11-21T09:00:00 member add dora",
            "--at 2026-11-31T08:00:00Z member add dora",
            "--at 2026-11-21T08:29:59Z member add dora",
            "--at 2026-11-21T08:29:59Z send alice carol",
            "member restrict alice --until soon",
            "member restrict alice --for 2w",
            "member restrict alice --for 59m47h",
            "member restrict alice --until 2026-11-21T09:00:00Z",
            "member restrict alice --until 2026-11-20T09:00:00Z",
            "member restrict alice --for 0s",
        ],
        Exit::BadInput,
    );
    insta::assert_snapshot!(said, @"
    > --at soon member add dora
    acquaint: --at: `soon` is not a moment; write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`
    > --at 2026-11-21T09:00:00 member add dora
    acquaint: --at: `2026-11-21T09:00:00` is not a moment; write `2026-11-21T09:00:00Z` if that is UTC
    > --at 2026-11-31T08:00:00Z member add dora
    acquaint: --at: `2026-11-31T08:00:00Z` is not a moment; write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`
    > --at 2026-11-21T08:29:59Z member add dora
    acquaint: 2026-11-21T08:29:59Z is before the last recorded event, at 2026-11-21T08:30:00Z; a log only grows: give a later time
    > --at 2026-11-21T08:29:59Z send alice carol
    acquaint: 2026-11-21T08:29:59Z is before the last recorded event, at 2026-11-21T08:30:00Z; a log only grows: give a later time
    > member restrict alice --until soon
    acquaint: --until: `soon` is not a moment; write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`
    > member restrict alice --for 2w
    acquaint: --for: `2w` is not a length of time: a unit is missing, unknown, or not in order (d, h, m, s, ms); write one like `90s`, `47h59m` or `2d`
    > member restrict alice --for 59m47h
    acquaint: --for: `59m47h` is not a length of time: a unit is missing, unknown, or not in order (d, h, m, s, ms); write one like `90s`, `47h59m` or `2d`
    > member restrict alice --until 2026-11-21T09:00:00Z
    acquaint: the restriction of `alice` would end before it begins; give an end in the future
    > member restrict alice --until 2026-11-20T09:00:00Z
    acquaint: the restriction of `alice` would end before it begins; give an end in the future
    > member restrict alice --for 0s
    acquaint: the restriction of `alice` would end before it begins; give an end in the future
    ");
}

#[test]
fn a_malformed_address() {
    let said = refused(
        &[
            "member add al!ce",
            "member add dora --email dora",
            "member add dora --email dora@@example.org",
            "member add dora --profile ftp://example.org/in/dora",
            "member add dora --profile https://example.org/",
            "contacts import alice dora@example,org",
            "send al!ce bob",
            "send alice bob --with-email bob",
            "accept bob al!ce",
            "block alice bob@example",
            "why al!ce bob",
            "pending %zz",
        ],
        Exit::BadInput,
    );
    insta::assert_snapshot!(said, @"
    > member add al!ce
    acquaint: HANDLE: `al!ce` is not a handle: there is a character that such an address cannot hold at character 3; did you mean `alce`?
    > member add dora --email dora
    acquaint: --email: `dora` is not an e-mail address: there is nothing that reads as a domain (such as `example.org`) at character 5; give an e-mail address, such as `alice@example.org`
    > member add dora --email dora@@example.org
    acquaint: --email: `dora@@example.org` is not an e-mail address: there is a second `@` at character 6; did you mean `dora@example.org`?
    > member add dora --profile ftp://example.org/in/dora
    acquaint: --profile: `ftp://example.org/in/dora` is not a profile's URL: there is something other than `http://` or `https://` at character 1; give a profile's URL, such as `example.org/in/alice`
    > member add dora --profile https://example.org/
    acquaint: --profile: `https://example.org/` is not a profile's URL: there is a site but no profile on it at character 21; give a profile's URL, such as `example.org/in/alice`
    > contacts import alice dora@example,org
    acquaint: EMAIL: `dora@example,org` is not an e-mail address: there is a character that such an address cannot hold at character 13; did you mean `dora@example.org`?
    > send al!ce bob
    acquaint: FROM: `al!ce` is not a handle: there is a character that such an address cannot hold at character 3; did you mean `alce`?
    > send alice bob --with-email bob
    acquaint: --with-email: `bob` is not an e-mail address: there is nothing that reads as a domain (such as `example.org`) at character 4; give an e-mail address, such as `alice@example.org`
    > accept bob al!ce
    acquaint: OTHER: `al!ce` is not a handle, profile URL or e-mail address: there is a character that such an address cannot hold at character 3; did you mean `alce`?
    > block alice bob@example
    acquaint: B: `bob@example` is not a handle, profile URL or e-mail address: there is nothing that reads as a domain (such as `example.org`) at character 5; give a handle, profile URL or e-mail address, such as `alice`
    > why al!ce bob
    acquaint: FROM: `al!ce` is not a handle: there is a character that such an address cannot hold at character 3; did you mean `alce`?
    > pending %zz
    acquaint: MEMBER: `%zz` is not a handle: there is a `%` that is not followed by two hexadecimal digits of UTF-8 text at character 1; give a handle, such as `alice`
    ");
}

#[test]
fn a_value_that_is_not_in_its_list() {
    let said = refused(
        &[
            "member add dora --tier gold",
            "member restrict alice --for 1h --cause spite",
            "settings alice --max-degree 4",
            "settings alice --accept-from contact",
            "settings alice --confirm maybe",
            "settings alice --companies ,",
            "send alice carol --via carrier-pigeon",
            "send alice carol --via api:",
            "fault start --kind earthquake",
            "why alice bob --viewer senders",
            "pending alice --format xml",
        ],
        Exit::BadInput,
    );
    insta::assert_snapshot!(said, @"
    > member add dora --tier gold
    acquaint: --tier: `gold` is none of `free`, `premium`, `sales-navigator`; write one of those
    > member restrict alice --for 1h --cause spite
    acquaint: --cause: `spite` is none of `spam`, `policy`, `security`; write one of those
    > settings alice --max-degree 4
    acquaint: --max-degree: `4` is none of `1`, `2`, `3`, `any`; write one of those
    > settings alice --accept-from contact
    acquaint: --accept-from: `contact` is none of `everyone`, `contacts`, `contacts-or-email`; did you mean `contacts`?
    > settings alice --confirm maybe
    acquaint: --confirm: `maybe` is none of `on`, `off`; write one of those
    > settings alice --companies ,
    acquaint: --companies: `,` names nothing; write `none`, or names separated by commas
    > send alice carol --via carrier-pigeon
    acquaint: --via: `carrier-pigeon` is none of `web`, `mobile`, `desktop`, `api:CLIENT`; write one of those
    > send alice carol --via api:
    acquaint: --via: `api:` names no client; write one like `api:my-program`
    > fault start --kind earthquake
    acquaint: --kind: `earthquake` is none of `server-error`, `timeout`, `app-bug`; write one of those
    > why alice bob --viewer senders
    acquaint: --viewer: `senders` is none of `sender`, `recipient`, `agent`, `engineer`; did you mean `sender`?
    > pending alice --format xml
    acquaint: --format: `xml` is none of `human`, `json`, `ndjson`; write one of those
    ");
}

#[test]
fn a_malformed_code_request_id_or_number() {
    let said = refused(
        &[
            "explain CR9999",
            "explain daily-limits",
            "why R123",
            "trace alice",
            "log show --from one",
            "log show --from 0",
        ],
        Exit::BadInput,
    );
    insta::assert_snapshot!(said, @"
    > explain CR9999
    acquaint: CODE: `CR9999` is not a code; write one like `CR0401` or `daily-limit`
    > explain daily-limits
    acquaint: CODE: `daily-limits` is not a code; did you mean `daily-limit`?
    > why R123
    acquaint: REQUEST: `R123` is not a request id, which is `R` and thirteen letters and digits; to ask about two members, give both
    > trace alice
    acquaint: REQUEST: `alice` is not a request id, which is `R` and thirteen letters and digits; to ask about two members, give both
    > log show --from one
    acquaint: --from: `one` is not a whole number from 0 to 18446744073709551615; write one like `42`
    > log show --from 0
    acquaint: events are counted from 1; give --from 1 or more
    ");
}

#[test]
fn a_name_that_is_taken() {
    let said = refused(
        &[
            "member add ALICE",
            "member add dora --email Alice@Example.org",
            "member add dora --profile www.example.org/in/Alice/",
            "member set bob --email alice@example.org",
            "member set bob --profile example.org/in/alice",
            "accept bob bob",
        ],
        Exit::BadInput,
    );
    insta::assert_snapshot!(said, @"
    > member add ALICE
    acquaint: the handle `alice` is taken; choose another, or change that member with `member set alice`
    > member add dora --email Alice@Example.org
    acquaint: the e-mail address `alice@example.org` belongs to another member; give this member's own
    > member add dora --profile www.example.org/in/Alice/
    acquaint: the profile `example.org/in/alice` belongs to another member; give this member's own
    > member set bob --email alice@example.org
    acquaint: the e-mail address `alice@example.org` belongs to another member; give this member's own
    > member set bob --profile example.org/in/alice
    acquaint: the profile `example.org/in/alice` belongs to another member; give this member's own
    > accept bob bob
    acquaint: `bob` is the member's own address; name another member
    ");
}

#[test]
fn an_unknown_member() {
    let said = refused(
        &[
            "member show nobody",
            "member set nobody --tier free",
            "member ban nobody",
            "member lift nobody",
            "send nobody alice",
            "check nobody alice",
            "block bob nobody",
            "block bob alice@example.com",
            "pending nobody",
            "why nobody alice",
            "why alice nobody",
        ],
        Exit::NotFound,
    );
    insta::assert_snapshot!(said, @r"
    > member show nobody
    acquaint: no member has the handle `nobody`; check the spelling
    > member set nobody --tier free
    acquaint: no member has the handle `nobody`; check the spelling, or add it with `member add nobody`
    > member ban nobody
    acquaint: no member has the handle `nobody`; check the spelling, or add it with `member add nobody`
    > member lift nobody
    acquaint: no member has the handle `nobody`; check the spelling, or add it with `member add nobody`
    > send nobody alice
    acquaint: no member has the handle `nobody`; check the spelling, or add it with `member add nobody`
    > check nobody alice
    acquaint: no member has the handle `nobody`; check the spelling, or add it with `member add nobody`
    > block bob nobody
    acquaint: no member has the address `nobody`; check the spelling, or copy the URL of the profile
    > block bob alice@example.com
    acquaint: nobody with the address `alice@example.com` is among this member's connections; use the handle
    > pending nobody
    acquaint: no member has the handle `nobody`; check the spelling
    > why nobody alice
    acquaint: no member has the handle `nobody`; check the spelling, or add it with `member add nobody`
    > why alice nobody
    acquaint: there is no request from `alice` to `nobody`
    ");
}

#[test]
fn an_unknown_request() {
    let said = refused(
        &[
            "why alice carol",
            "why R0000000000000",
            "accept carol alice",
            "accept bob nobody",
            "withdraw alice carol",
            "withdraw bob alice",
            "confirm alice bob",
            "member lift alice",
            "unblock alice bob",
            "disconnect alice bob",
            "fault stop",
        ],
        Exit::NotFound,
    );
    insta::assert_snapshot!(said, @r"
    > why alice carol
    acquaint: there is no request from `alice` to `carol`
    > why R0000000000000
    acquaint: there is no request R0000000000000 here; check the id
    > accept carol alice
    acquaint: `carol` has no open request from `alice`
    > accept bob nobody
    acquaint: no member has the address `nobody`; check the spelling, or copy the URL of the profile
    > withdraw alice carol
    acquaint: `alice` has no open request to `carol`
    > withdraw bob alice
    acquaint: `bob` has no open request to `alice`
    > confirm alice bob
    acquaint: the request between `alice` and `bob` is not open for this: it is CR0903 undisclosed
    > member lift alice
    acquaint: `alice` is neither restricted nor banned: there is nothing to lift
    > unblock alice bob
    acquaint: there is nothing between `alice` and `bob` that this applies to
    > disconnect alice bob
    acquaint: there is nothing between `alice` and `bob` that this applies to
    > fault stop
    acquaint: there is no such fault to stop; `fault start` starts one
    ");
}

#[test]
fn a_missing_argument() {
    let said = refused(
        &[
            "member add",
            "send alice",
            "settings alice",
            "member restrict alice",
            "member restrict alice --for 1h --until 2026-12-01T00:00:00Z",
        ],
        Exit::Usage,
    );
    insta::assert_snapshot!(said, @"
    > member add
    error: the following required arguments were not provided:
      <HANDLE>

    Usage: acquaint member add <HANDLE>

    For more information, try '--help'.
    > send alice
    error: the following required arguments were not provided:
      <TO>

    Usage: acquaint send <FROM> <TO>

    For more information, try '--help'.
    > settings alice
    error: the following required arguments were not provided:
      <--accept-from <everyone|contacts|contacts-or-email>|--max-degree <1|2|3|any>|--companies <A,B|none>|--titles <X,Y|none>|--confirm <on|off>>

    Usage: acquaint settings <HANDLE> <OPTIONS>

    For more information, try '--help'.
    > member restrict alice
    error: the following required arguments were not provided:
      <--until <T>|--for <DUR>>

    Usage: acquaint member restrict <--until <T>|--for <DUR>> <HANDLE>

    For more information, try '--help'.
    > member restrict alice --for 1h --until 2026-12-01T00:00:00Z
    error: the argument '--for <DUR>' cannot be used with '--until <T>'

    Usage: acquaint member restrict <--until <T>|--for <DUR>> <HANDLE>

    For more information, try '--help'.
    ");
}

#[test]
fn an_unknown_command_or_option() {
    let said = refused(
        &[
            "sned alice bob",
            "member ad dora",
            "member add dora --emial dora@example.org",
            "pending alice bob",
            "log verify --data",
        ],
        Exit::Usage,
    );
    insta::assert_snapshot!(said, @"
    > sned alice bob
    error: unrecognized subcommand 'sned'

      tip: some similar subcommands exist: 'standing', 'send'

    Usage: acquaint [OPTIONS] <COMMAND>

    For more information, try '--help'.
    > member ad dora
    error: unrecognized subcommand 'ad'

      tip: a similar subcommand exists: 'add'

    Usage: acquaint member <COMMAND>

    For more information, try '--help'.
    > member add dora --emial dora@example.org
    error: unexpected argument '--emial' found

      tip: a similar argument exists: '--email'

    Usage: acquaint member add --email <E> <HANDLE>

    For more information, try '--help'.
    > pending alice bob
    error: unexpected argument 'bob' found

    Usage: acquaint pending [OPTIONS] <MEMBER>

    For more information, try '--help'.
    > log verify --data
    error: a value is required for '--data <DIR>' but none was supplied

    For more information, try '--help'.
    ");
}

#[test]
fn a_command_without_its_subcommand_prints_its_help() {
    for (line, page) in [("", "Usage: acquaint"), ("member", "Usage: acquaint member")] {
        let ran = world().program().say(line);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""), "{line}");
        assert!(ran.stderr.contains(page), "{line}: {}", ran.stderr);
    }
}

#[test]
fn a_send_to_an_unknown_or_malformed_address_is_answered_with_a_code() {
    let world = world();
    for (to, code) in [("nobody", "CR0101"), ("no!body", "CR0102"), ("bob@@example.org", "CR0102")] {
        let before = log_files(&world.data());
        let ran = say(&world.program(), &format!("send alice {to}"));
        assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{to}");
        assert!(ran.out.starts_with(code), "{to}: {}", ran.out);
        assert!(log_files(&world.data()) != before, "the refusal of {to} is recorded");
        let why = say(&world.program(), &format!("why alice {to} --format json"));
        let why: Value = serde_json::from_str(&why.out).expect("JSON");
        assert_eq!(why["code"], code, "{to}");
    }
}

#[test]
fn a_read_before_the_last_event_shows_the_past() {
    let world = world();
    let before = log_files(&world.data());
    for (at, exit, rows) in [
        ("2026-11-21T07:59:59Z", Exit::NotFound, 0),
        ("2026-11-21T08:29:59Z", Exit::Ok, 0),
        ("2026-11-21T08:30:00Z", Exit::Ok, 1),
    ] {
        let ran = world.program().say(&format!("--at {at} pending alice --format ndjson"));
        assert_eq!((ran.exit, ran.out.lines().count()), (exit, rows), "{at}: {}", ran.stderr);
    }
    assert!(log_files(&world.data()) == before, "reading writes nothing");
}

#[test]
fn a_script_with_typos_is_not_run_at_all() {
    let world = world();
    let before = log_files(&world.data());
    let script = world.file(
        "typos",
        "at 2026-11-21T09:00:00Z\nmember add dora\nsned alice dora\n\nadvance 3 days\nexpect CR0401\nsend alice 'dora\nmember add --at 2026-11-22T09:00:00Z eve\n",
    );
    let ran = world.program().run(&["run", &script]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
    assert!(log_files(&world.data()) == before, "nothing of it was run");
    insta::assert_snapshot!(world.named(&ran.stderr), @r#"
    acquaint: FOLDER/typos:3:1: unknown command `sned`; did you mean `send`?
      3 | sned alice dora
        | ^
    FOLDER/typos:5:1: write `advance` and one length of time, such as `advance 47h59m`
      5 | advance 3 days
        | ^
    FOLDER/typos:6:1: there is no `send`, `check` or `why` before it
      6 | expect CR0401
        | ^
    FOLDER/typos:7:12: a quote is not closed, or nothing follows a `\`; close it, or write `\'` for `'` itself
      7 | send alice 'dora
        |            ^
    FOLDER/typos:8:12: `--at` is not allowed in a script; write `at T` on a line before it
      8 | member add --at 2026-11-22T09:00:00Z eve
        |            ^
    a script is read whole before it runs: no line of it was run
    "#);
}

#[test]
fn a_script_that_does_not_exist_or_is_not_text() {
    let world = world();
    let before = log_files(&world.data());
    let mut said = String::new();
    let folder = world.data();
    let folder = folder.to_str().expect("UTF-8");
    for script in ["no-such-script", &world.file("latin", b"member add ren\xe9e\n"), folder] {
        let ran = world.program().run(&["run", script]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{script}");
        said.push_str(&world.named(&ran.stderr));
    }
    assert!(log_files(&world.data()) == before, "nothing was run");
    insta::assert_snapshot!(said, @"
    acquaint: `no-such-script` cannot be read: No such file or directory (os error 2); check the path
    acquaint: FOLDER/latin:1:15: this is not UTF-8 text; give a script, one command a line
    acquaint: `FOLDER/data` cannot be read: Is a directory (os error 21); check the path
    ");
}

#[test]
fn a_failing_line_ends_its_script_with_the_exit_code_of_the_line() {
    for (line, exit) in [
        ("member add dora", Exit::BadInput),
        ("accept carol alice", Exit::NotFound),
        ("why alice carol", Exit::NotFound),
        ("at 2026-11-20T09:00:00Z", Exit::BadInput),
        ("import messages no-such-file", Exit::BadInput),
        ("log show --from 0", Exit::BadInput),
    ] {
        let world = world();
        let script = format!("# the first line\nmember add dora\n\n{line}\nmember add eve\n");
        let script = world.file("failing", script);
        let ran = world.program().run(&["--at", "2026-11-21T09:00:00Z", "run", &script]);
        assert_eq!(ran.exit, exit, "{line}: {}", ran.stderr);
        assert!(ran.stderr.starts_with(&format!("acquaint: {script}:4: ")), "{line}: {}", ran.stderr);
        assert_eq!(ran.out, format!("> member add dora\ndone: dora is a member\n> {line}\n"));
        assert_eq!(world.program().say("member show dora").exit, Exit::Ok, "the lines before it were run");
        assert_eq!(
            world.program().say("member show eve").exit,
            Exit::NotFound,
            "the lines after it were not run"
        );
    }
}

#[test]
fn after_an_unmet_expectation_the_script_continues_and_exits_with_1() {
    let world = world();
    let script = world.file(
        "expectations",
        "at 2026-11-21T09:00:00Z\nsend alice nobody\nexpect CR0101\nexpect ok\ncheck alice carol\nexpect CR0401\nexpect ok\n",
    );
    let ran = world.program().run(&["run", &script]);
    assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Failed, ""));
    let about: Vec<&str> =
        ran.out.lines().filter(|line| line.to_lowercase().contains("as expected")).collect();
    insta::assert_snapshot!(about.join("\n"), @"
    as expected
    NOT as expected: the last answer was CR0101 address-unknown
    NOT as expected: the last answer was CR0604 in-transit, on its way
    as expected
    ");
}

#[test]
fn a_malformed_file_of_messages_makes_no_data_folder() {
    let world = World::new();
    let mut said = String::new();
    let files: [(&str, &[u8]); 8] = [
        ("empty", b""),
        ("blank", b"\n  \n"),
        ("short", b"1 2 1082040961\n3 4\n"),
        ("long", b"1 2 1082040961\n3 4 1082155839 5\n"),
        ("late", b"1 2 1082040961\n3 4 soon\n"),
        ("name", b"1 2 1082040961\n3 a!b 1082155839\n"),
        ("latin", b"1 2 1082040961\nren\xe9e 2 1082040962\n"),
        ("csv", b"6,2,4,1289241911.72836\n"),
    ];
    for (name, content) in files {
        let ran = world.program().run(&["import", "messages", &world.file(name, content)]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{name}");
        said.push_str(&world.named(&ran.stderr));
    }
    let ran = world.program().run(&["import", "messages", "no-such-file"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
    said.push_str(&ran.stderr);
    assert!(!world.data().exists(), "a refused file initialises nothing");
    insta::assert_snapshot!(said, @"
    acquaint: `FOLDER/empty`: the file contains no message; give a file of lines `source target unix_seconds`
    acquaint: `FOLDER/blank`: the file contains no message; give a file of lines `source target unix_seconds`
    acquaint: FOLDER/short:2:4: the time is missing; a line is `source target unix_seconds`
    acquaint: FOLDER/long:2:16: `5` is an extra field; a line is `source target unix_seconds`
    acquaint: FOLDER/late:2:5: `soon` is not a time in whole seconds since 1970; correct the line
    acquaint: FOLDER/name:2:4: `a!b` is not a handle: there is a character that such an address cannot hold; correct the line
    acquaint: FOLDER/latin:2:4: this is not UTF-8 text; give a file of lines `source target unix_seconds`
    acquaint: FOLDER/csv:1:23: the target is missing; a line is `source target unix_seconds`
    acquaint: `no-such-file` cannot be read: No such file or directory (os error 2); check the path
    ");
}

#[test]
fn a_file_of_messages_is_imported_once() {
    let world = World::new();
    let file = world.file("messages", "1 2 1082040961\n2 1 1082040970\n");
    assert_eq!(world.program().run(&["import", "messages", &file]).exit, Exit::Ok);
    let before = log_files(&world.data());
    let ran = world.program().run(&["import", "messages", &file]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
    assert!(log_files(&world.data()) == before, "nothing of it is imported twice");
    insta::assert_snapshot!(ran.stderr, @"acquaint: this file was imported before, at event 3; import it into a separate data folder, or not at all");
}

#[test]
fn a_data_folder_that_is_a_file_foreign_or_absent() {
    let world = World::new();
    let file = world.file("file", "not a folder");
    let foreign = world.data();
    fs::create_dir_all(foreign.join("log")).expect("a folder is made");
    fs::write(foreign.join("log").join("thesis.txt"), "chapter one").expect("a file is written");
    let absent = world.data().join("absent");
    let (foreign, absent) = (foreign.to_str().expect("UTF-8"), absent.to_str().expect("UTF-8"));
    let mut said = String::new();
    for (data, line) in [
        (file.as_str(), "member add alice"),
        (&file, "pending alice"),
        (&file, "log verify"),
        (foreign, "member add alice"),
        (foreign, "pending alice"),
        (foreign, "log verify"),
        (absent, "pending alice"),
        (absent, "check alice bob"),
        (absent, "log verify"),
        (absent, "replay"),
    ] {
        let ran = Program::on(data.as_ref()).say(line);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{data} {line}: {}", ran.stderr);
        said.push_str(&format!("> {line}\n{}", world.named(&ran.stderr)));
    }
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "not a folder");
    let left = fs::read_dir(world.data().join("log")).expect("it is there").count();
    assert_eq!((left, world.data().join("absent").exists()), (1, false), "nothing was made");
    insta::assert_snapshot!(said, @"
    > member add alice
    acquaint: `FOLDER/file` is not a folder; name the data folder with --data
    > pending alice
    acquaint: `FOLDER/file` is not a folder; name the data folder with --data
    > log verify
    acquaint: `FOLDER/file` is not a folder; name the data folder with --data
    > member add alice
    acquaint: `FOLDER/data/log` is not a log folder: it holds `thesis.txt` and no segment; name an empty or a new folder
    > pending alice
    acquaint: `FOLDER/data/log` is not a log folder: it holds `thesis.txt` and no segment; name an empty or a new folder
    > log verify
    acquaint: `FOLDER/data/log` is not a log folder: it holds `thesis.txt` and no segment; name an empty or a new folder
    > pending alice
    acquaint: there is no data in `FOLDER/data/absent`; name the folder with --data, or start one with `acquaint member add HANDLE`
    > check alice bob
    acquaint: there is no data in `FOLDER/data/absent`; name the folder with --data, or start one with `acquaint member add HANDLE`
    > log verify
    acquaint: there is no data in `FOLDER/data/absent`; name the folder with --data, or start one with `acquaint member add HANDLE`
    > replay
    acquaint: there is no data in `FOLDER/data/absent`; name the folder with --data, or start one with `acquaint member add HANDLE`
    ");
}

#[test]
fn a_new_folder_has_no_events_when_its_first_command_is_refused() {
    let world = World::new();
    let ran = world.program().say("--at 2026-11-21T09:00:00Z send alice bob");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::NotFound, ""));
    let verified = world.program().say("log verify --format json");
    let verified: Value = serde_json::from_str(&verified.out).expect("JSON");
    assert_eq!(verified["events"], 0);
}
