//! Resolves parsed arguments to commands, in the types of the domain.

mod log;

use acquaint_audit::Viewer;
use acquaint_domain::bounds;
use acquaint_domain::{
    AcceptFrom, Address, Channel, Command, Confirmation, EmailAddress, EnteredHandle, Fault, FaultChannel,
    Handle, Lookup, MaxDegree, MemberDraft, Pair, Profile, ProfileUrl, RestrictionCause, Send,
    SettingsChange, Span, Tier, Timestamp,
};

use super::archive::{self, PageFormat};
use super::error::GrammarError;
use super::words::{
    About, BlockedArgs, CheckArgs, CommandId, ContactsArgs, ExportArgs, Failing, FaultArgs, FullArgs,
    FullListArgs, GlobalArgs, ListArgs, LookArgs, MemberAdd, MemberArgs, MemberRestrict, MemberSet, One,
    PairArgs, ReplyArgs, SettingsArgs, SettingsFields, ShowArgs, SliceArgs, SubcommandArgs, SubjectArgs, Two,
    WhyArgs,
};
use super::{
    CliCommand, Color, Format, Global, ListSlice, Listed, MaintainCommand, Only, OutputKind, Parts,
    PolicyCommand, ReadCommand, ReportForm, RequestSelector, TimeTrust, Until, Verbosity, Width,
    WriteCommand, pages,
};
use crate::values::{self, BadValue, Bare};

mod policy;

pub(super) type Resolved<T> = Result<T, GrammarError>;

const FORMATS: [(&str, Format); 3] =
    [("human", Format::Human), ("json", Format::Json), ("ndjson", Format::Ndjson)];
const COLORS: [(&str, Color); 3] =
    [("auto", Color::Auto), ("always", Color::Always), ("never", Color::Never)];
const TIERS: [(&str, Tier); 3] =
    [("free", Tier::Free), ("premium", Tier::Premium), ("sales-navigator", Tier::SalesNavigator)];
const CAUSES: [(&str, RestrictionCause); 3] = [
    ("spam", RestrictionCause::Spam),
    ("policy", RestrictionCause::Policy),
    ("security", RestrictionCause::Security),
];
const ACCEPT_FROM: [(&str, AcceptFrom); 3] = [
    ("everyone", AcceptFrom::Everyone),
    ("contacts", AcceptFrom::Contacts),
    ("contacts-or-email", AcceptFrom::ContactsOrEmail),
];
const DEGREES: [(&str, MaxDegree); 4] = [
    ("1", MaxDegree::Within(1)),
    ("2", MaxDegree::Within(2)),
    ("3", MaxDegree::Within(3)),
    ("any", MaxDegree::Any),
];
const CONFIRMATIONS: [(&str, Confirmation); 2] = [("on", Confirmation::First), ("off", Confirmation::Off)];
const FAULT_CHANNELS: [(&str, FaultChannel); 4] = [
    ("web", FaultChannel::Web),
    ("mobile", FaultChannel::Mobile),
    ("desktop", FaultChannel::Desktop),
    ("all", FaultChannel::All),
];
const FAULTS: [(&str, Fault); 3] =
    [("server-error", Fault::ServerError), ("timeout", Fault::Timeout), ("app-bug", Fault::AppBug)];
pub(super) const VIEWERS: [(&str, Viewer); 4] = [
    ("sender", Viewer::Sender),
    ("recipient", Viewer::Recipient),
    ("agent", Viewer::Agent),
    ("engineer", Viewer::Engineer),
];

/// The longest `--wait`.
const WAIT_MAX: Span = Span::days(1);

pub(super) fn global(entered: GlobalArgs, clock: Timestamp) -> Resolved<Global> {
    Ok(Global {
        data: entered.data,
        format: format(entered.format)?,
        at: entered.at.map(|t| moment(&t, Some(clock))).transpose().map_err(at("--at"))?,
        wait: entered.wait.map(|length| wait(&length)).transpose().map_err(at("--wait"))?,
        width: if entered.wide { Width::Rows } else { Width::Page },
        time: if entered.confirm_time { TimeTrust::Confirmed } else { TimeTrust::Checked },
        at_position: entered
            .at_position
            .map(|n| values::number(&n))
            .transpose()
            .map_err(at("--at-position"))?,
        seed: entered.seed.map(|n| values::number(&n)).transpose().map_err(at("--seed"))?,
        color: values::choice(&entered.color, &COLORS).map_err(at("--color"))?,
        verbosity: if entered.quiet { Verbosity::Quiet } else { Verbosity::Normal },
    })
}

fn wait(entered: &str) -> Result<Span, BadValue> {
    let length = values::span(entered)?;
    if length > WAIT_MAX {
        let sentence = format!("{} is longer than {WAIT_MAX}; wait for less", values::quoted(entered));
        return Err(BadValue::new(entered, sentence));
    }
    Ok(length)
}

/// A moment of the past or future, for which a bare length of time is ambiguous.
fn moment(entered: &str, now: Option<Timestamp>) -> Result<Timestamp, BadValue> {
    values::moment(entered, now, Bare::Unclear)
}

/// The beginning of a period; a bare length of time means that long ago.
pub(super) fn since(entered: &str, now: Option<Timestamp>) -> Result<Timestamp, BadValue> {
    values::moment(entered, now, Bare::Ago)
}

pub(super) fn format(entered: String) -> Resolved<Format> {
    values::choice(&entered, &FORMATS).map_err(at("--format"))
}

/// The command, with its answer written as this kind of document.
pub(super) fn as_document(mut command: CliCommand, kind: OutputKind) -> CliCommand {
    if let CliCommand::Read(ReadCommand::Why { document, .. }) = &mut command {
        *document = kind;
    } else if let (
        CliCommand::Read(ReadCommand::Policy(PolicyCommand::Backtest(backtest))),
        OutputKind::Html,
    ) = (&mut command, kind)
    {
        backtest.page = ReportForm::Html;
    }
    command
}

/// Resolves a command. `page` is the format of its report, if it writes one; relative moments are counted from `now`.
pub(super) fn command(
    args: SubcommandArgs,
    page: Option<PageFormat>,
    now: Option<Timestamp>,
) -> Resolved<CliCommand> {
    match args {
        SubcommandArgs::Member(args) => member(args, now),
        SubcommandArgs::Contacts(ContactsArgs::Import { handle: member, emails: contacts, id }) => {
            let (member, contacts) = (handle("HANDLE", &member)?, emails("EMAIL", &contacts)?);
            write(Command::ImportContacts { member, contacts }, id)
        }
        SubcommandArgs::Settings(args) => settings(args),
        SubcommandArgs::Block(two) => of_two(Command::Block, two),
        SubcommandArgs::Unblock(two) => of_two(Command::Unblock, two),
        SubcommandArgs::Connect(two) => of_two(Command::RecordConnection, two),
        SubcommandArgs::Disconnect(two) => of_two(Command::Disconnect, two),
        SubcommandArgs::Send(args) => {
            Ok(WriteCommand::Send { send: send(args.request)?, command_id: command_id(args.id)? }.into())
        }
        SubcommandArgs::Check(CheckArgs { request, rules, full }) => {
            Ok(ReadCommand::Check(send(request)?, Parts { rules, ..in_full(full) }).into())
        }
        SubcommandArgs::Confirm(two) => reply(Command::Confirm, two),
        SubcommandArgs::Accept(two) => reply(Command::Accept, two),
        SubcommandArgs::Decline(two) => reply(Command::Decline, two),
        SubcommandArgs::Dismiss(two) => reply(Command::Ignore, two),
        SubcommandArgs::Report(two) => reply(Command::Report, two),
        SubcommandArgs::Withdraw(two) => reply(Command::Withdraw, two),
        SubcommandArgs::Remind(two) => reply(Command::Remind, two),
        SubcommandArgs::Fault(args) => fault(args),
        SubcommandArgs::Why(args) => why(args),
        SubcommandArgs::Trace(args) => {
            let (subject, viewer) = subject(args.subject)?;
            Ok(ReadCommand::Trace { subject, viewer, lookup: lookup(args.looks, viewer)? }.into())
        }
        SubcommandArgs::Explain { code } => {
            values::code(&code).map(|code| ReadCommand::Explain(code).into()).map_err(at("CODE"))
        }
        SubcommandArgs::Incidents { hit } => Ok(ReadCommand::Incidents { hit }.into()),
        SubcommandArgs::Pending(args) => list(Listed::Pending, args, Only::default()),
        SubcommandArgs::Connected(args) => list(Listed::Connected, args, Only::default()),
        SubcommandArgs::Blocked(args) => blocked(args, now),
        SubcommandArgs::Help { topic } => Err(pages::help(&topic)),
        SubcommandArgs::Completions { shell } => Err(pages::completions(&shell)),
        SubcommandArgs::Man { word } => Err(pages::man(&word)),
        SubcommandArgs::Find(args) => {
            let text = values::within(args.text.join(" "), bounds::SEARCH).map_err(at("TEXT"))?;
            let parts = in_full(args.full);
            Ok(ReadCommand::Find { text, lookup: lookup(args.looks, Viewer::Agent)?, parts }.into())
        }
        SubcommandArgs::Requests(args) => super::requests::requests(args),
        SubcommandArgs::Quota(args) => list_in_full(Listed::Quota, args),
        SubcommandArgs::Standing(args) => list_in_full(Listed::Standing, args),
        SubcommandArgs::FollowUp(args) => list_in_full(Listed::FollowUp, args),
        SubcommandArgs::Log(args) => log::log(args),
        SubcommandArgs::Policy(args) => policy::policy(args, now),
        SubcommandArgs::Review(args) => policy::review(args),
        SubcommandArgs::Appeal(args) => policy::appeal(args),
        SubcommandArgs::Replay => Ok(MaintainCommand::Replay.into()),
        SubcommandArgs::Checkpoint => Ok(MaintainCommand::Checkpoint.into()),
        SubcommandArgs::Import(args) => archive::import(args),
        SubcommandArgs::Export(ExportArgs::Ndjson { file }) => Ok(ReadCommand::ExportNetwork(file).into()),
        SubcommandArgs::Whereabouts(args) => archive::whereabouts(args, page),
        SubcommandArgs::Serve(args) => super::serve::serve(&args),
        SubcommandArgs::Keys(args) => super::serve::keys(args),
        SubcommandArgs::Run { script } => Ok(MaintainCommand::Run(script).into()),
    }
}

fn member(args: MemberArgs, now: Option<Timestamp>) -> Resolved<CliCommand> {
    let of_one =
        |command: fn(Handle) -> Command, one: One| write(command(handle("HANDLE", &one.handle)?), one.id);
    match args {
        MemberArgs::Add(MemberAdd { handle: name, about, id }) => {
            let (handle, entered_handle) = (handle("HANDLE", &name)?, EnteredHandle::of(&name));
            let draft = draft(about)?;
            let profile = Profile {
                emails: draft.emails.unwrap_or_default(),
                url: draft.url,
                company: draft.company,
                title: draft.title,
                entered_handle,
            };
            write(Command::AddMember { handle, tier: draft.tier.unwrap_or(Tier::Free), profile }, id)
        }
        MemberArgs::Set(MemberSet { handle: name, about, id }) => {
            let member = handle("HANDLE", &name)?;
            write(Command::ChangeMember { member, draft: draft(about.changed)? }, id)
        }
        MemberArgs::Show { handle: name } => Ok(ReadCommand::MemberShow(handle("HANDLE", &name)?).into()),
        MemberArgs::Restrict(args) => restrict(args, now),
        MemberArgs::Ban(one) => of_one(Command::BanMember, one),
        MemberArgs::Lift(one) => of_one(Command::LiftRestriction, one),
        MemberArgs::Close(one) => of_one(Command::CloseMember, one),
    }
}

fn draft(about: About) -> Resolved<MemberDraft> {
    let emails = (!about.emails.is_empty()).then(|| emails("--email", &about.emails)).transpose()?;
    let url = about.profile.map(|url| values::address(&url, ProfileUrl::parse, "a profile's URL"));
    let tier = about.tier.map(|tier| values::choice(&tier, &TIERS));
    let company = about.company.map(|company| values::text(&company, bounds::COMPANY));
    let title = about.title.map(|title| values::text(&title, bounds::TITLE));
    Ok(MemberDraft {
        tier: tier.transpose().map_err(at("--tier"))?,
        emails,
        url: url.transpose().map_err(at("--profile"))?,
        company: company.transpose().map_err(at("--company"))?,
        title: title.transpose().map_err(at("--title"))?,
    })
}

fn restrict(args: MemberRestrict, now: Option<Timestamp>) -> Resolved<CliCommand> {
    let member = handle("HANDLE", &args.handle)?;
    let until = match (args.end.until, args.end.length) {
        (Some(until), _) => Until::At(moment(&until, now).map_err(at("--until"))?),
        (None, Some(length)) => Until::For(values::span(&length).map_err(at("--for"))?),
        // clap requires one of the two. An empty length would be refused with a sentence, too.
        (None, None) => Until::For(values::span("").map_err(at("--for"))?),
    };
    let cause = values::choice(&args.cause, &CAUSES).map_err(at("--cause"))?;
    Ok(WriteCommand::Restrict { member, until, cause, command_id: command_id(args.id)? }.into())
}

fn settings(args: SettingsArgs) -> Resolved<CliCommand> {
    let member = handle("HANDLE", &args.handle)?;
    let SettingsFields { accept_from, max_degree, companies, titles, confirm } = args.change;
    let accept_from = accept_from.map(|t| values::choice(&t, &ACCEPT_FROM)).transpose();
    let max_degree = max_degree.map(|t| values::choice(&t, &DEGREES)).transpose();
    let companies = companies.map(|t| values::names(&t, bounds::COMPANY)).transpose();
    let titles = titles.map(|t| values::names(&t, bounds::TITLE)).transpose();
    let confirmation = confirm.map(|t| values::choice(&t, &CONFIRMATIONS)).transpose();
    let change = SettingsChange {
        accept_from: accept_from.map_err(at("--accept-from"))?,
        max_degree: max_degree.map_err(at("--max-degree"))?,
        companies: companies.map_err(at("--companies"))?,
        titles: titles.map_err(at("--titles"))?,
        confirmation: confirmation.map_err(at("--confirm"))?,
    };
    write(Command::ChangeSettings { member, change }, args.id)
}

fn send(request: PairArgs) -> Resolved<Send> {
    Ok(Send {
        sender: handle("FROM", &request.from)?,
        to: address("TO", request.to)?,
        note: request.note.map(|note| values::note(&note)).transpose().map_err(at("--note"))?.flatten(),
        channel: channel(&request.via).map_err(at("--via"))?,
        with_email: request.with_email.map(|email| one_email("--with-email", &email)).transpose()?,
    })
}

fn channel(entered: &str) -> Result<Channel, BadValue> {
    if let Some(client) = entered.trim().strip_prefix("api:") {
        if client.trim().is_empty() {
            let sentence =
                format!("{} names no client; write one like `api:my-program`", values::quoted(entered));
            return Err(BadValue::new(entered, sentence));
        }
        return values::text(client, bounds::CLIENT).map(Channel::Api);
    }
    match entered.trim().to_lowercase().as_str() {
        "web" => Ok(Channel::Web),
        "mobile" => Ok(Channel::Mobile),
        "desktop" => Ok(Channel::Desktop),
        _ => Err(values::no_choice(entered, &["web", "mobile", "desktop", "api:CLIENT"])),
    }
}

fn fault(args: FaultArgs) -> Resolved<CliCommand> {
    let read = |failing: &Failing| -> Resolved<(FaultChannel, Fault)> {
        let channel = values::choice(&failing.channel, &FAULT_CHANNELS).map_err(at("--channel"))?;
        Ok((channel, values::choice(&failing.kind, &FAULTS).map_err(at("--kind"))?))
    };
    match args {
        FaultArgs::Start(failing) => {
            let (channel, fault) = read(&failing)?;
            write(Command::StartFault { channel, fault }, failing.id)
        }
        FaultArgs::Stop(failing) => {
            let (channel, _) = read(&failing)?;
            write(Command::StopFault(channel), failing.id)
        }
    }
}

fn why(args: WhyArgs) -> Resolved<CliCommand> {
    let WhyArgs { from_or_request, to, all, viewer, under, shows, looks, part } = args;
    let ShowArgs { rules, events, full } = shows;
    let parts = Parts { rules, events, full };
    let default = if under.is_some() { Viewer::Engineer } else { Viewer::Sender };
    let viewer = viewer.unwrap_or_else(|| default.name().to_owned());
    if let Some(member) = all {
        let viewer = values::choice(&viewer, &VIEWERS).map_err(at("--viewer"))?;
        return Ok(
            ReadCommand::WhyAll { member: handle("--all", &member)?, viewer, part: part_of(part) }.into()
        );
    }
    let from_or_request = from_or_request.unwrap_or_default();
    let (subject, viewer) = subject(SubjectArgs { from_or_request, to, viewer })?;
    if let Some(policy) = under {
        if viewer != Viewer::Engineer {
            let sentence =
                "what another policy would have decided is for engineers only; give --viewer engineer";
            return Err(at("--viewer")(BadValue::new(viewer.name(), sentence.to_owned())));
        }
        return Ok(ReadCommand::WhyUnder { subject, policy, parts }.into());
    }
    let document = OutputKind::Answer;
    Ok(ReadCommand::Why { subject, viewer, document, parts, lookup: lookup(looks, viewer)? }.into())
}

/// The member of staff who looks, and the reason; `None` without `--as`.
pub(super) fn lookup(args: LookArgs, viewer: Viewer) -> Resolved<Option<Lookup>> {
    let (Some(agent), Some(because)) = (args.agent, args.because) else { return Ok(None) };
    if !matches!(viewer, Viewer::Agent | Viewer::Engineer) {
        let sentence = "--as is for staff; give --viewer agent or --viewer engineer, too".to_owned();
        return Err(at("--as")(BadValue::new(viewer.name(), sentence)));
    }
    Ok(Some(Lookup {
        agent: values::text(&agent, bounds::AGENT).map_err(at("--as"))?,
        because: values::text(&because, bounds::REASON).map_err(at("--because"))?,
    }))
}

fn subject(args: SubjectArgs) -> Resolved<(RequestSelector, Viewer)> {
    let viewer = values::choice(&args.viewer, &VIEWERS).map_err(at("--viewer"))?;
    let subject = match args.to {
        Some(to) => {
            RequestSelector::Pair { from: handle("FROM", &args.from_or_request)?, to: address("TO", to)? }
        }
        None => RequestSelector::Request(values::request(&args.from_or_request).map_err(at("REQUEST"))?),
    };
    Ok((subject, viewer))
}

fn list(what: Listed, args: ListArgs, only: Only) -> Resolved<CliCommand> {
    let viewer = args.viewer.map(|viewer| values::choice(&viewer, &VIEWERS));
    let viewer = viewer.transpose().map_err(at("--viewer"))?;
    let only = Only { part: part_of(args.part), ..only };
    Ok(ReadCommand::List { what, member: handle("MEMBER", &args.member)?, viewer, only }.into())
}

fn list_in_full(what: Listed, args: FullListArgs) -> Resolved<CliCommand> {
    list(what, args.list, Only { parts: in_full(args.full), ..Only::default() })
}

/// The parts to show after the first screen.
pub(super) fn in_full(args: FullArgs) -> Parts {
    Parts { full: args.full, ..Parts::default() }
}

pub(super) fn part_of(args: SliceArgs) -> ListSlice {
    ListSlice { limit: args.limit, skip: args.skip }
}

fn blocked(args: BlockedArgs, now: Option<Timestamp>) -> Resolved<CliCommand> {
    let code = args.by.map(|code| values::code(&code)).transpose().map_err(at("--by"))?;
    let since = args.since.map(|entered| since(&entered, now)).transpose().map_err(at("--since"))?;
    list(Listed::Blocked, args.list, Only { code, since, ..Only::default() })
}

fn of_two(command: fn(Pair) -> Command, two: Two) -> Resolved<CliCommand> {
    let pair = Pair { member: handle("A", &two.a)?, other: other("B", &two.b)? };
    write(command(pair), two.id)
}

fn reply(command: fn(Pair) -> Command, reply: ReplyArgs) -> Resolved<CliCommand> {
    let pair = Pair { member: handle("WHO", &reply.who)?, other: other("OTHER", &reply.other)? };
    write(command(pair), reply.id)
}

fn write(command: Command, id: CommandId) -> Resolved<CliCommand> {
    Ok(WriteCommand::Command { command, command_id: command_id(id)? }.into())
}

fn command_id(id: CommandId) -> Resolved<Option<String>> {
    id.command_id.map(|id| values::command_id(&id)).transpose().map_err(at("--command-id"))
}

pub(super) fn handle(place: &'static str, entered: &str) -> Resolved<Handle> {
    values::address(entered, Handle::parse, "a handle").map_err(at(place))
}

/// An address as entered. It is parsed later, because a send to a malformed address is recorded as a refusal.
fn address(place: &'static str, entered: String) -> Resolved<String> {
    values::within(entered, bounds::ADDRESS).map_err(at(place))
}

fn other(place: &'static str, entered: &str) -> Resolved<Address> {
    values::address(entered, Address::parse, "a handle, profile URL or e-mail address").map_err(at(place))
}

fn one_email(place: &'static str, entered: &str) -> Resolved<EmailAddress> {
    values::address(entered, EmailAddress::parse, "an e-mail address").map_err(at(place))
}

fn emails(place: &'static str, entered: &[String]) -> Resolved<Vec<EmailAddress>> {
    entered.iter().map(|email| one_email(place, email)).collect()
}

/// Adds to which argument or option an invalid value belongs.
pub(super) fn at(place: &'static str) -> impl Fn(BadValue) -> GrammarError {
    move |bad| GrammarError::Value { place: place.to_owned(), bad }
}
