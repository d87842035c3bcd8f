use acquaint_audit::Viewer;
use acquaint_domain::{
    AcceptFrom, Address, Channel, Code, Command, Confirmation, EmailAddress, EnteredHandle, Fault,
    FaultChannel, Handle, MaxDegree, MemberDraft, Pair, Profile, ProfileUrl, RequestId, RestrictionCause,
    Send, SettingsChange, Span, Tier,
};

use acquaint_log_file::{Depth, Loss};

use super::*;

fn words(line: &str) -> Vec<String> {
    shlex::split(line).expect("the quotes of a test are closed")
}

fn args(line: &str) -> Result<Invocation, GrammarError> {
    let words = std::iter::once("acquaint".to_owned()).chain(words(line));
    parse_args(words.map(OsString::from))
}

fn check(line: &str, expected: impl Into<CliCommand>) {
    let expected = expected.into();
    assert_eq!(args(line).map(|read| read.command), Ok(expected.clone()), "{line}");
    assert_eq!(parse_words(&words(line)).map(|read| read.command), Ok(expected), "{line}");
}

fn check_write(line: &str, command: Command) {
    check(line, WriteCommand::Command { command: command.clone(), command_id: None });
    let command_id = Some("c-1".to_owned());
    check(&format!("{line} --command-id c-1"), WriteCommand::Command { command, command_id });
}

/// The line is refused with this exit code, and the error contains every text of `said`.
fn check_bad(line: &str, exit: Exit, said: &[&str]) {
    let error = args(line).expect_err(line);
    assert_eq!(error.exit(), exit, "{line}: {error}");
    for said in said {
        assert!(error.to_string().contains(said), "{line}: {said} is not in: {error}");
    }
}

fn handle(name: &str) -> Handle {
    Handle::parse(name).expect("a handle")
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an e-mail address")
}

fn send(from: &str, to: &str) -> Send {
    Send { sender: handle(from), to: to.to_owned(), note: None, channel: Channel::Web, with_email: None }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1_000)
}

fn texts(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|name| (*name).to_owned()).collect())
}

fn add(name: &str, tier: Tier, profile: Profile) -> Command {
    Command::AddMember { handle: handle(name), tier, profile }
}

#[test]
fn members_are_added_and_changed() {
    check_write("member add alice", add("alice", Tier::Free, Profile::default()));
    let entered = Profile { entered_handle: EnteredHandle::of("Alice"), ..Profile::default() };
    check_write("member add Alice", add("alice", Tier::Free, entered));
    let profile = Profile {
        emails: vec![email("a@example.org"), email("b@example.org")],
        url: ProfileUrl::parse("example.org/in/alice").ok(),
        company: Some("Acme Corp".to_owned()),
        title: Some("Engineer".to_owned()),
        entered_handle: None,
    };
    check_write(
        "member add alice --email A@example.org --email b@example.org --tier premium --company ' Acme Corp ' \
         --title Engineer --profile https://www.example.org/in/Alice/",
        add("alice", Tier::Premium, profile),
    );
    check_write(
        "member set @alice --tier Sales-Navigator --email a@example.org",
        Command::ChangeMember {
            member: handle("alice"),
            draft: MemberDraft {
                tier: Some(Tier::SalesNavigator),
                emails: Some(vec![email("a@example.org")]),
                ..MemberDraft::default()
            },
        },
    );
    check("member show alice", ReadCommand::MemberShow(handle("alice")));
    check_write(
        "contacts import alice a@example.org B@example.org",
        Command::ImportContacts {
            member: handle("alice"),
            contacts: vec![email("a@example.org"), email("b@example.org")],
        },
    );
}

#[test]
fn the_network_restricts_bans_lifts_and_closes() {
    let restrict = |until, cause, command_id: Option<&str>| WriteCommand::Restrict {
        member: handle("alice"),
        until,
        cause,
        command_id: command_id.map(str::to_owned),
    };
    let spam = restrict(Until::For(Span::hours(48)), RestrictionCause::Spam, None);
    check("member restrict alice --for 48h --cause spam", spam);
    let policy = restrict(Until::At(at(1_700_000_000)), RestrictionCause::Policy, Some("x"));
    check("member restrict alice --until 2023-11-14T22:13:20Z --command-id x", policy);
    check_write("member ban alice", Command::BanMember(handle("alice")));
    check_write("member lift alice", Command::LiftRestriction(handle("alice")));
    check_write("member close alice", Command::CloseMember(handle("alice")));
}

#[test]
fn only_given_settings_change() {
    let check_change = |options: &str, change| {
        let command = Command::ChangeSettings { member: handle("alice"), change };
        check_write(&format!("settings alice {options}"), command);
    };
    check_change(
        "--accept-from contacts-or-email --max-degree 2 --confirm on",
        SettingsChange {
            accept_from: Some(AcceptFrom::ContactsOrEmail),
            max_degree: Some(MaxDegree::Within(2)),
            confirmation: Some(Confirmation::First),
            ..SettingsChange::default()
        },
    );
    check_change(
        "--companies 'Acme, Example Ltd,,' --titles none --max-degree any --confirm off",
        SettingsChange {
            max_degree: Some(MaxDegree::Any),
            companies: texts(&["Acme", "Example Ltd"]),
            titles: texts(&[]),
            confirmation: Some(Confirmation::Off),
            ..SettingsChange::default()
        },
    );
}

#[test]
fn commands_of_one_member_about_another() {
    let pair = || Pair { member: handle("alice"), other: Address::Handle(handle("bob")) };
    type OfTwo = fn(Pair) -> Command;
    let table: [(&str, OfTwo); 11] = [
        ("block", Command::Block),
        ("unblock", Command::Unblock),
        ("connect", Command::RecordConnection),
        ("disconnect", Command::Disconnect),
        ("confirm", Command::Confirm),
        ("accept", Command::Accept),
        ("decline", Command::Decline),
        ("dismiss", Command::Ignore),
        ("ignore", Command::Ignore),
        ("report", Command::Report),
        ("withdraw", Command::Withdraw),
    ];
    for (word, command) in table {
        check_write(&format!("{word} alice bob"), command(pair()));
        check_bad(&format!("{word} alice"), Exit::Usage, &["required"]);
        check_bad(&format!("{word} alice b..b@example..org,"), Exit::BadInput, &["`b..b@example..org,`"]);
    }
    let other = Address::parse("bob@example.org").expect("an address");
    check_write("accept alice Bob@Example.org", Command::Accept(Pair { member: handle("alice"), other }));
}

#[test]
fn requests_are_sent_and_checked() {
    check("send alice bob", WriteCommand::Send { send: send("alice", "bob"), command_id: None });
    check("check alice 'b ob'", ReadCommand::Check(send("alice", "b ob"), Parts::default()));
    let full = Send {
        note: Some("We met".to_owned()),
        channel: Channel::Api("Bulk-Tool".to_owned()),
        with_email: Some(email("bob@example.org")),
        ..send("alice", " Bob@example,org")
    };
    let options = "--note 'We met' --via api:Bulk-Tool --with-email bob@example.org";
    check(
        &format!("check alice ' Bob@example,org' {options}"),
        ReadCommand::Check(full.clone(), Parts::default()),
    );
    let command = WriteCommand::Send { send: full, command_id: Some("1".to_owned()) };
    check(&format!("send alice ' Bob@example,org' {options} --command-id 1"), command);
    let silent = Send { channel: Channel::Mobile, ..send("alice", "bob") };
    check("check alice bob --via Mobile --note ' '", ReadCommand::Check(silent, Parts::default()));
    check_bad("check alice bob --command-id 1", Exit::Usage, &["--command-id"]);
}

#[test]
fn faults_start_and_stop() {
    let start = |channel, fault| Command::StartFault { channel, fault };
    check_write("fault start", start(FaultChannel::All, Fault::ServerError));
    check_write("fault start --channel web --kind app-bug", start(FaultChannel::Web, Fault::AppBug));
    check_write("fault stop --channel mobile --kind timeout", Command::StopFault(FaultChannel::Mobile));
    check_bad("fault pause", Exit::Usage, &["pause"]);
}

#[test]
fn why_and_trace_answer_the_sender_by_default() {
    let pair = || RequestSelector::Pair { from: handle("alice"), to: "bob".to_owned() };
    let request = || RequestSelector::Request(RequestId(1));
    check(
        "why alice bob",
        ReadCommand::Why {
            subject: pair(),
            viewer: Viewer::Sender,
            document: OutputKind::Answer,
            parts: Parts::default(),
            lookup: None,
        },
    );
    check(
        "why r0000000000001",
        ReadCommand::Why {
            subject: request(),
            viewer: Viewer::Sender,
            document: OutputKind::Answer,
            parts: Parts::default(),
            lookup: None,
        },
    );
    check(
        "why alice bob --viewer agent",
        ReadCommand::Why {
            subject: pair(),
            viewer: Viewer::Agent,
            document: OutputKind::Answer,
            parts: Parts::default(),
            lookup: None,
        },
    );
    check(
        "trace R0000000000001 --viewer engineer",
        ReadCommand::Trace { subject: request(), viewer: Viewer::Engineer, lookup: None },
    );
    check("explain cr0401", ReadCommand::Explain(Code::DailyLimit));
    check("explain daily-limit", ReadCommand::Explain(Code::DailyLimit));
    check_bad("why alice", Exit::BadInput, &["REQUEST", "`alice`", "give both"]);
    check_bad("why", Exit::Usage, &["FROM|REQUEST"]);
    check_bad("explain CR0409", Exit::BadInput, &["CODE", "`CR0409` is not a code"]);
    check_bad("explain dayly-limit", Exit::BadInput, &["did you mean `daily-limit`?"]);
    check_bad("why alice bob --viewer agnt", Exit::BadInput, &["--viewer", "did you mean `agent`?"]);
}

#[test]
fn lists_are_for_the_member_by_default() {
    let table = [
        ("pending", Listed::Pending),
        ("connected", Listed::Connected),
        ("blocked", Listed::Blocked),
        ("quota", Listed::Quota),
        ("standing", Listed::Standing),
        ("follow-up", Listed::FollowUp),
    ];
    for (word, what) in table {
        let list =
            |viewer| ReadCommand::List { what, member: handle("alice"), viewer, only: Only::default() };
        check(&format!("{word} alice"), list(None));
        check(&format!("{word} Alice --viewer recipient"), list(Some(Viewer::Recipient)));
        check_bad(word, Exit::Usage, &["<MEMBER>"]);
    }
}

#[test]
fn commands_about_the_log_files_and_scripts() {
    check("log verify", MaintainCommand::Log(LogCommand::Verify { depth: Depth::Frames, against: None }));
    check(
        "log verify --deep",
        MaintainCommand::Log(LogCommand::Verify { depth: Depth::Roots, against: None }),
    );
    check("log show", ReadCommand::LogShow(EventFilter::default()));
    let filter = EventFilter {
        from: Some(12),
        to: Some(20),
        kind: Some("request-sent"),
        member: Some(handle("alice")),
        request: None,
    };
    let line = "log show --from 12 --to 20 --type Request-Sent --member Alice";
    check(line, ReadCommand::LogShow(filter.clone()));
    let export = ReadCommand::LogExport { filter, form: ExportForm::CloudEvents };
    let line = "log export --as cloudevents --from 12 --to 20 --type request-sent --member alice";
    check(line, export);
    check("log repair", MaintainCommand::Log(LogCommand::Repair(Loss::Shown)));
    check("log repair --accept-loss", MaintainCommand::Log(LogCommand::Repair(Loss::Accepted)));
    check("log accept-truncation", MaintainCommand::Log(LogCommand::AcceptTruncation));
    let roots = vec![[0xab; 32]];
    let line = format!("log check-proof p.json --root {}", "aB".repeat(32));
    check(&line, MaintainCommand::Log(LogCommand::CheckProof { file: "p.json".into(), roots }));
    check_bad("log check-proof p.json --root ab", Exit::BadInput, &["--root", "64 digits"]);
    check_bad("log check-proof p.json", Exit::Usage, &["--root"]);
    check_bad("log show --type request-snt", Exit::BadInput, &["--type", "did you mean `request-sent`?"]);
    check("replay", MaintainCommand::Replay);
    check("checkpoint", MaintainCommand::Checkpoint);
    check("import messages a.txt", MaintainCommand::ImportMessages("a.txt".into()));
    check("run 'a b.txt'", MaintainCommand::Run("a b.txt".into()));
    check_bad("log show --from -1", Exit::Usage, &["-1"]);
    check_bad("log show --from=-1", Exit::BadInput, &["--from", "whole number"]);
    check_bad("import", Exit::Usage, &["PATH"]);
}

#[test]
fn global_options_come_before_or_after_the_command() {
    let options = "--data d --format ndjson --at 1970-01-01T00:00:01Z --seed 7";
    let expected = Global {
        data: "d".into(),
        format: Format::Ndjson,
        at: Some(at(1)),
        seed: Some(7),
        ..Global::default()
    };
    for line in [format!("{options} member show alice"), format!("member show alice {options}")] {
        assert_eq!(args(&line).map(|read| read.global), Ok(expected.clone()), "{line}");
    }
    let defaults = args("replay --data d").expect("a command").global;
    assert_eq!((defaults.format, defaults.at), (Format::Human, None));
    let command = words::CliArgs::command();
    let data = command.get_arguments().find(|arg| arg.get_id() == "data").expect("--data");
    assert_eq!(data.get_default_values(), ["./acquaint-data"]);
    assert_eq!(data.get_env(), Some("ACQUAINT_DATA".as_ref()));
}

#[test]
fn unknown_and_incomplete_commands_are_usage_errors() {
    check_bad("sned alice bob", Exit::Usage, &["sned", "'send'"]);
    check_bad("member ad alice", Exit::Usage, &["'add'"]);
    check_bad("send alice", Exit::Usage, &["<TO>"]);
    check_bad("send alice bob carol", Exit::Usage, &["carol"]);
    check_bad("send alice bob --nots x", Exit::Usage, &["'--note'"]);
    check_bad("send alice bob --note", Exit::Usage, &["--note"]);
    check_bad("member restrict alice", Exit::Usage, &["--until", "--for"]);
    check_bad("member restrict alice --until x --for 1s", Exit::Usage, &["cannot be used with"]);
    check_bad("settings alice", Exit::Usage, &["--accept-from"]);
    check_bad("contacts import alice", Exit::Usage, &["<EMAIL>"]);
    check_bad("", Exit::Usage, &["To begin:", "Usage: acquaint"]);
    check_bad("member", Exit::Usage, &["restrict"]);
}

#[test]
fn bad_values_are_bad_input_with_a_sentence() {
    let long = "x".repeat(10_001);
    let bad = |line: &str, said: &[&str]| check_bad(line, Exit::BadInput, said);
    bad("member add 'al ice'", &["HANDLE", "`al ice`", "at character 3", "did you mean `alice`?"]);
    bad("member add alice --email a@example", &["--email", "`a@example`", "`alice@example.org`"]);
    bad("member add alice --email a@example,org", &["did you mean `a@example.org`?"]);
    bad("member add alice --profile example.org", &["--profile", "at character 13"]);
    bad("member add alice --tier gold", &["--tier", "`gold` is none of `free`, `premium`"]);
    bad("member add alice --company ''", &["--company", "it is empty"]);
    bad("member set alice --title ' '", &["--title"]);
    bad("member restrict alice --until soon", &["--until", "`soon`", "is not a moment"]);
    bad("member restrict alice --for 2w", &["--for", "`2w` is not a length of time"]);
    bad("member restrict alice --for 2d --cause spma", &["--cause", "did you mean `spam`?"]);
    bad("contacts import alice bob", &["EMAIL", "`bob`"]);
    bad("settings alice --max-degree 4", &["--max-degree", "`4` is none of `1`, `2`, `3`, `any`"]);
    bad("settings alice --companies ,", &["--companies", "write `none`"]);
    bad("settings alice --confirm maybe", &["--confirm", "`on`, `off`"]);
    bad("send al/ice bob", &["FROM"]);
    bad("send alice bob --with-email bob", &["--with-email"]);
    bad("send alice bob --via fax", &["--via", "`api:CLIENT`"]);
    bad("send alice bob --via api:", &["--via", "api:my-program"]);
    bad(
        &format!("send alice bob --note {long}"),
        &["--note", "at most 10000 characters", "has 10001; shorten it by 1"],
    );
    bad("send alice bob --command-id ''", &["--command-id", "1 to 200"]);
    bad(&format!("block alice bob --command-id {}", "x".repeat(201)), &["--command-id"]);
    bad("replay --at 2026-11-21T00:00:00", &["--at", "write `2026-11-21T00:00:00Z`"]);
    bad("replay --at 7d", &["--at", "`7d ago`"]);
    bad("replay --wait=2w", &["--wait"]);
    bad("replay --wait=25h", &["--wait", "longer than 1d"]);
    bad("why --all alice --format markdown", &["--format", "a format for one request"]);
    bad(
        "why alice bob --format xml",
        &["`human`, `json`, `ndjson`, `markdown`, `statement`, `statement-json`"],
    );
    bad("policy backtest x --format xml", &["`ndjson`, `html`"]);
    bad("replay --format xml", &["--format"]);
    bad("replay --seed x", &["--seed"]);
    let most = format!("send alice bob --note {} --command-id {}", "x".repeat(10_000), "é".repeat(200));
    assert!(args(&most).is_ok());
}

#[test]
fn a_line_of_a_script_refuses_options_of_the_whole_run() {
    let refused = |line: &str| {
        let error = parse_words(&words(line)).expect_err(line);
        (error.exit(), error.sentence(), error.word().map(str::to_owned))
    };
    let at = "`--at` is not allowed in a script; write `at T` on a line before it";
    let expected = (Exit::Usage, at.to_owned(), Some("--at".to_owned()));
    assert_eq!(refused("send alice bob --at 2026-11-21T08:12:05Z"), expected);
    assert!(refused("replay --data=d").1.contains("acquaint run"));
    assert!(refused("--seed 1 replay").1.contains("acquaint run"));
    assert!(refused("send --help").1.contains("not available in a script"));
    assert_eq!(refused("send alice").1, "<TO> is missing");
    let format = |line: &str| parse_words(&words(line)).map(|read| read.format);
    assert_eq!(format("why alice bob --format json"), Ok(Some(Format::Json)));
    assert_eq!(format("why alice bob"), Ok(None));
}

#[test]
fn help_and_version_are_output() {
    for line in ["--help", "-h", "help", "send --help", "member add -h", "--version"] {
        let error = args(line).expect_err(line);
        assert!(error.is_output() && error.exit() == Exit::Ok, "{line}");
    }
    assert!(!args("-h").expect_err("help").to_string().contains("--seed"));
    assert!(args("--help").expect_err("help").to_string().contains("--seed"));
}

#[test]
fn every_command_and_option_has_one_line_of_help() {
    fn walk(command: &clap::Command) {
        for arg in command.get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            let place = format!("{} {}", command.get_name(), arg.get_id());
            assert!(!help.is_empty() && !help.contains('\n'), "{place} has no line of help");
        }
        for word in command.get_subcommands() {
            let about = word.get_about().map(ToString::to_string).unwrap_or_default();
            assert!(!about.is_empty() && !about.contains('\n'), "{} has no line of help", word.get_name());
            walk(word);
        }
    }
    walk(&words::CliArgs::command());
}

#[test]
fn exit_codes_are_the_documented_ones() {
    let exits = [
        Exit::Ok,
        Exit::Failed,
        Exit::Usage,
        Exit::NotFound,
        Exit::BadInput,
        Exit::Exceeded,
        Exit::OtherWriter,
        Exit::Damaged,
        Exit::Interrupted,
    ];
    assert_eq!(exits.map(Exit::number), [0, 1, 2, 3, 5, 6, 7, 8, 130]);
    let help = args("--help").expect_err("help").to_string();
    let documented = help.split("Exit codes:").nth(1).expect("exit codes end the help");
    for exit in exits {
        assert!(documented.contains(&format!("\n{:>3}  ", exit.number())), "{exit:?}");
    }
}

#[test]
fn only_why_has_additional_documents() {
    let why = |format: &str| {
        let invocation = args(&format!("why alice bob --format {format}")).expect(format);
        let CliCommand::Read(ReadCommand::Why { document, .. }) = invocation.command else {
            panic!("{format}")
        };
        (invocation.global.format, document)
    };
    assert_eq!(why("json"), (Format::Json, OutputKind::Answer));
    assert_eq!(why("markdown"), (Format::Human, OutputKind::Markdown));
    assert_eq!(why("Statement"), (Format::Human, OutputKind::Statement));
    assert_eq!(why("statement-json"), (Format::Human, OutputKind::StatementJson));
    check_bad("trace alice bob --format markdown", Exit::BadInput, &["--format", "`why` only"]);
    let all = |part| ReadCommand::WhyAll { member: handle("alice"), viewer: Viewer::Sender, part };
    check("why --all alice", all(ListSlice::default()));
    check("why --all alice --limit 9 --skip 18", all(ListSlice { limit: Some(9), skip: 18 }));
    check_bad("why --all alice --limit 0", Exit::Usage, &["--limit"]);
    check_bad("why --all alice bob", Exit::Usage, &["--all"]);
    check_bad("why", Exit::Usage, &["FROM"]);
}

#[test]
fn lists_are_filtered_and_texts_are_found() {
    let only = Only { code: Some(Code::DailyLimit), since: Some(at(1)), ..Only::default() };
    let blocked = ReadCommand::List { what: Listed::Blocked, member: handle("alice"), viewer: None, only };
    check("blocked alice --by daily-limit --since 1970-01-01T00:00:01Z", blocked);
    check_bad("blocked alice --by daily-limt", Exit::BadInput, &["--by", "did you mean `daily-limit`?"]);
    check(
        "find alice > bob",
        ReadCommand::Find { text: "alice > bob".to_owned(), lookup: None, parts: Parts::default() },
    );
    check("incidents", ReadCommand::Incidents { hit: None });
    check("incidents --hit 2", ReadCommand::Incidents { hit: Some(2) });
}

#[test]
fn every_help_page_begins_with_valid_examples() {
    fn walk(command: &clap::Command, path: &str, missing: &mut Vec<String>) {
        for word in command.get_subcommands() {
            let path = format!("{path} {}", word.get_name()).trim().to_owned();
            match examples::of(&path) {
                Some(lines) => lines.iter().for_each(|line| check_example(&path, line)),
                None => missing.push(path.clone()),
            }
            walk(word, &path, missing);
        }
    }
    let mut missing = Vec::new();
    walk(&tree(), "", &mut missing);
    assert!(missing.is_empty(), "these have no examples in grammar/examples.rs: {missing:?}");
    let help = args("why --help").expect_err("help").to_string();
    assert!(help.starts_with("Examples:\n  acquaint why alice bob\n"), "{help}");
}

/// An example parses, up to a `|` or `>` outside quotes, which belongs to the shell.
fn check_example(path: &str, line: &str) {
    assert!(line.starts_with(path), "{path}: {line}");
    let entered = words(line);
    let own = entered.iter().take_while(|word| *word != "|" && *word != ">").cloned();
    let read = parse_args(std::iter::once("acquaint".to_owned()).chain(own).map(OsString::from));
    assert!(read.is_ok() || read.is_err_and(|error| error.is_output()), "{line}");
}

#[test]
fn help_covers_commands_and_topics() {
    let page = |line: &str| {
        let error = args(line).expect_err(line);
        (error.exit(), error.to_string())
    };
    assert_eq!(page("help why"), page("why --help"));
    assert_eq!(page("help member add"), page("member add --help"));
    let (exit, codes) = page("help exit-codes");
    assert!(exit == Exit::Ok && codes.contains("\n  7  another process"), "{codes}");
    assert_eq!(
        page("help whi"),
        (Exit::Usage, "error: unknown command `whi`; did you mean `why`?".to_owned())
    );
    assert!(page("help exit-code").1.contains("did you mean `exit-codes`?"));
    assert!(page("completions fish").1.contains("complete -c acquaint"));
    assert_eq!(page("completions tcsh").0, Exit::BadInput);
    assert!(page("man why").1.contains(".TH acquaint-why 1"));
    let sentence = parse_words(&words("help why")).expect_err("a script").sentence();
    assert_eq!(sentence, "help and version are not available in a script");
}

#[test]
fn colour_and_verbosity_are_parsed() {
    let global = |line: &str| args(line).expect(line).global;
    assert_eq!((global("replay").color, global("replay").verbosity), (Color::Auto, Verbosity::Normal));
    assert_eq!(global("replay --color never").color, Color::Never);
    assert_eq!(
        (global("replay -q").verbosity, global("replay --quiet").verbosity),
        (Verbosity::Quiet, Verbosity::Quiet)
    );
    check_bad("replay --color blue", Exit::BadInput, &["--color", "always"]);
}
