//! From what was typed to what it means.

mod log;

use acquaint_audit::Viewer;
use acquaint_domain::bounds;
use acquaint_domain::{
    AcceptFrom, Address, Channel, Command, Confirmation, EmailAddress, Fault, FaultChannel, Handle, Lookup,
    MaxDegree, MemberDraft, Pair, Profile, ProfileUrl, RestrictionCause, Send, SettingsChange, Span, Tier,
    Timestamp,
};

use super::archive::{self, PageFormat};
use super::error::GrammarError;
use super::words::{
    About, BlockedArgs, CheckWord, CommandId, ContactsArgs, ExportArgs, Failing, FaultArgs, FullListWord,
    FullWord, GlobalArgs, ListArgs, LookArgs, MemberAdd, MemberArgs, MemberRestrict, MemberSet, One,
    PairArgs, ReplyArgs, SettingsArgs, SettingsFields, ShowArgs, SliceArgs, SubcommandArgs, SubjectArgs, Two,
    WhyArgs,
};
use super::{
    CliCommand, Color, Format, Global, ListSlice, Listed, MaintainCommand, Only, OutputKind, Parts,
    PolicyCommand, ReadCommand, ReportForm, RequestSelector, Talk, TimeTrust, Until, Width, WriteCommand,
    pages,
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

/// The longest time to wait for another writer.
const WAIT_MAX: Span = Span::days(1);

pub(super) fn global(typed: GlobalArgs, clock: Timestamp) -> Resolved<Global> {
    Ok(Global {
        data: typed.data,
        format: format(typed.format)?,
        at: typed.at.map(|t| moment(&t, Some(clock))).transpose().map_err(at("--at"))?,
        wait: typed.wait.map(|length| wait(&length)).transpose().map_err(at("--wait"))?,
        width: if typed.wide { Width::Rows } else { Width::Page },
        time: if typed.confirm_time { TimeTrust::Confirmed } else { TimeTrust::Checked },
        at_position: typed
            .at_position
            .map(|n| values::number(&n))
            .transpose()
            .map_err(at("--at-position"))?,
        seed: typed.seed.map(|n| values::number(&n)).transpose().map_err(at("--seed"))?,
        color: values::choice(&typed.color, &COLORS).map_err(at("--color"))?,
        talk: if typed.quiet { Talk::Quiet } else { Talk::Normal },
    })
}

fn wait(typed: &str) -> Result<Span, BadValue> {
    let length = values::span(typed)?;
    if length > WAIT_MAX {
        let sentence = format!("{} is longer than {WAIT_MAX}; wait for less", values::quoted(typed));
        return Err(BadValue::new(typed, sentence));
    }
    Ok(length)
}

/// A moment that could be meant either way when it is a bare length of time.
fn moment(typed: &str, now: Option<Timestamp>) -> Result<Timestamp, BadValue> {
    values::moment(typed, now, Bare::Unclear)
}

/// A moment from which something is looked at; a bare length of time is that long ago.
pub(super) fn since(typed: &str, now: Option<Timestamp>) -> Result<Timestamp, BadValue> {
    values::moment(typed, now, Bare::Ago)
}

pub(super) fn format(typed: String) -> Resolved<Format> {
    values::choice(&typed, &FORMATS).map_err(at("--format"))
}

/// The order, written as that.
pub(super) fn as_document(mut order: CliCommand, asked: OutputKind) -> CliCommand {
    if let CliCommand::Read(ReadCommand::Why { document, .. }) = &mut order {
        *document = asked;
    } else if let (
        CliCommand::Read(ReadCommand::Policy(PolicyCommand::Backtest(backtest))),
        OutputKind::Html,
    ) = (&mut order, asked)
    {
        backtest.page = ReportForm::Html;
    }
    order
}

/// What a command line means; `page` is how its answer is to be written, where it can be a page, and `now` is what moments
/// are counted from.
pub(super) fn order(
    word: SubcommandArgs,
    page: Option<PageFormat>,
    now: Option<Timestamp>,
) -> Resolved<CliCommand> {
    match word {
        SubcommandArgs::Member(word) => member(word, now),
        SubcommandArgs::Contacts(ContactsArgs::Import { handle: member, emails: contacts, id }) => {
            let (member, contacts) = (handle("HANDLE", &member)?, emails("EMAIL", &contacts)?);
            write(Command::ImportContacts { member, contacts }, id)
        }
        SubcommandArgs::Settings(word) => settings(word),
        SubcommandArgs::Block(two) => of_two(Command::Block, two),
        SubcommandArgs::Unblock(two) => of_two(Command::Unblock, two),
        SubcommandArgs::Connect(two) => of_two(Command::RecordConnection, two),
        SubcommandArgs::Disconnect(two) => of_two(Command::Disconnect, two),
        SubcommandArgs::Send(word) => {
            Ok(WriteCommand::Send { send: send(word.asked)?, command_id: command_id(word.id)? }.into())
        }
        SubcommandArgs::Check(CheckWord { asked, rules, full }) => {
            Ok(ReadCommand::Check(send(asked)?, Parts { rules, ..in_full(full) }).into())
        }
        SubcommandArgs::Confirm(two) => reply(Command::Confirm, two),
        SubcommandArgs::Accept(two) => reply(Command::Accept, two),
        SubcommandArgs::Decline(two) => reply(Command::Decline, two),
        SubcommandArgs::Dismiss(two) => reply(Command::Ignore, two),
        SubcommandArgs::Report(two) => reply(Command::Report, two),
        SubcommandArgs::Withdraw(two) => reply(Command::Withdraw, two),
        SubcommandArgs::Remind(two) => reply(Command::Remind, two),
        SubcommandArgs::Fault(word) => fault(word),
        SubcommandArgs::Why(word) => why(word),
        SubcommandArgs::Trace(word) => {
            let (subject, viewer) = subject(word.subject)?;
            Ok(ReadCommand::Trace { subject, viewer, lookup: lookup(word.looks, viewer)? }.into())
        }
        SubcommandArgs::Explain { code } => {
            values::code(&code).map(|code| ReadCommand::Explain(code).into()).map_err(at("CODE"))
        }
        SubcommandArgs::Incidents { hit } => Ok(ReadCommand::Incidents { hit }.into()),
        SubcommandArgs::Pending(word) => list(Listed::Pending, word, Only::default()),
        SubcommandArgs::Connected(word) => list(Listed::Connected, word, Only::default()),
        SubcommandArgs::Blocked(word) => blocked(word, now),
        SubcommandArgs::Help { topic } => Err(pages::help(&topic)),
        SubcommandArgs::Completions { shell } => Err(pages::completions(&shell)),
        SubcommandArgs::Man { word } => Err(pages::man(&word)),
        SubcommandArgs::Find(word) => {
            let text = values::within(word.text.join(" "), bounds::SEARCH).map_err(at("TEXT"))?;
            let parts = in_full(word.full);
            Ok(ReadCommand::Find { text, lookup: lookup(word.looks, Viewer::Agent)?, parts }.into())
        }
        SubcommandArgs::Requests(word) => super::requests::requests(word),
        SubcommandArgs::Quota(word) => list_in_full(Listed::Quota, word),
        SubcommandArgs::Standing(word) => list_in_full(Listed::Standing, word),
        SubcommandArgs::FollowUp(word) => list_in_full(Listed::FollowUp, word),
        SubcommandArgs::Log(word) => log::log(word),
        SubcommandArgs::Policy(word) => policy::policy(word, now),
        SubcommandArgs::Review(word) => policy::review(word),
        SubcommandArgs::Appeal(word) => policy::appeal(word),
        SubcommandArgs::Replay => Ok(MaintainCommand::Replay.into()),
        SubcommandArgs::Checkpoint => Ok(MaintainCommand::Checkpoint.into()),
        SubcommandArgs::Import(word) => archive::import(word),
        SubcommandArgs::Export(ExportArgs::Ndjson { file }) => Ok(ReadCommand::ExportNetwork(file).into()),
        SubcommandArgs::Whereabouts(word) => archive::whereabouts(word, page),
        SubcommandArgs::Serve(word) => super::serve::serve(&word),
        SubcommandArgs::Keys(word) => super::serve::keys(word),
        SubcommandArgs::Run { script } => Ok(MaintainCommand::Run(script).into()),
    }
}

fn member(word: MemberArgs, now: Option<Timestamp>) -> Resolved<CliCommand> {
    let of_one =
        |command: fn(Handle) -> Command, one: One| write(command(handle("HANDLE", &one.handle)?), one.id);
    match word {
        MemberArgs::Add(MemberAdd { handle: name, about, id }) => {
            let handle = handle("HANDLE", &name)?;
            let draft = draft(about)?;
            let profile = Profile {
                emails: draft.emails.unwrap_or_default(),
                url: draft.url,
                company: draft.company,
                title: draft.title,
            };
            write(Command::AddMember { handle, tier: draft.tier.unwrap_or(Tier::Free), profile }, id)
        }
        MemberArgs::Set(MemberSet { handle: name, about, id }) => {
            let member = handle("HANDLE", &name)?;
            write(Command::ChangeMember { member, draft: draft(about.changed)? }, id)
        }
        MemberArgs::Show { handle: name } => Ok(ReadCommand::MemberShow(handle("HANDLE", &name)?).into()),
        MemberArgs::Restrict(word) => restrict(word, now),
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

fn restrict(word: MemberRestrict, now: Option<Timestamp>) -> Resolved<CliCommand> {
    let member = handle("HANDLE", &word.handle)?;
    let until = match (word.end.until, word.end.length) {
        (Some(until), _) => Until::At(moment(&until, now).map_err(at("--until"))?),
        (None, Some(length)) => Until::For(values::span(&length).map_err(at("--for"))?),
        // clap requires one of the two; an empty length is refused with a sentence all the same.
        (None, None) => Until::For(values::span("").map_err(at("--for"))?),
    };
    let cause = values::choice(&word.cause, &CAUSES).map_err(at("--cause"))?;
    Ok(WriteCommand::Restrict { member, until, cause, command_id: command_id(word.id)? }.into())
}

fn settings(word: SettingsArgs) -> Resolved<CliCommand> {
    let member = handle("HANDLE", &word.handle)?;
    let SettingsFields { accept_from, max_degree, companies, titles, confirm } = word.change;
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
    write(Command::ChangeSettings { member, change }, word.id)
}

fn send(asked: PairArgs) -> Resolved<Send> {
    Ok(Send {
        sender: handle("FROM", &asked.from)?,
        to: address("TO", asked.to)?,
        note: asked.note.map(|note| values::note(&note)).transpose().map_err(at("--note"))?.flatten(),
        channel: channel(&asked.via).map_err(at("--via"))?,
        with_email: asked.with_email.map(|email| one_email("--with-email", &email)).transpose()?,
    })
}

fn channel(typed: &str) -> Result<Channel, BadValue> {
    if let Some(client) = typed.trim().strip_prefix("api:") {
        if client.trim().is_empty() {
            let sentence =
                format!("{} names no client; write one like `api:my-program`", values::quoted(typed));
            return Err(BadValue::new(typed, sentence));
        }
        return values::text(client, bounds::CLIENT).map(Channel::Api);
    }
    match typed.trim().to_lowercase().as_str() {
        "web" => Ok(Channel::Web),
        "mobile" => Ok(Channel::Mobile),
        "desktop" => Ok(Channel::Desktop),
        _ => Err(values::no_choice(typed, &["web", "mobile", "desktop", "api:CLIENT"])),
    }
}

fn fault(word: FaultArgs) -> Resolved<CliCommand> {
    let read = |failing: &Failing| -> Resolved<(FaultChannel, Fault)> {
        let channel = values::choice(&failing.channel, &FAULT_CHANNELS).map_err(at("--channel"))?;
        Ok((channel, values::choice(&failing.kind, &FAULTS).map_err(at("--kind"))?))
    };
    match word {
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

fn why(word: WhyArgs) -> Resolved<CliCommand> {
    let WhyArgs { from_or_request, to, all, viewer, under, shows, looks, part } = word;
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
                "what another policy would have said is for engineers only; give --viewer engineer";
            return Err(at("--viewer")(BadValue::new(viewer.name(), sentence.to_owned())));
        }
        return Ok(ReadCommand::WhyUnder { subject, policy, parts }.into());
    }
    let document = OutputKind::Answer;
    Ok(ReadCommand::Why { subject, viewer, document, parts, lookup: lookup(looks, viewer)? }.into())
}

/// Who of the staff looks, and why; `None` where nobody says so.
pub(super) fn lookup(word: LookArgs, viewer: Viewer) -> Resolved<Option<Lookup>> {
    let (Some(agent), Some(because)) = (word.agent, word.because) else { return Ok(None) };
    if !matches!(viewer, Viewer::Agent | Viewer::Engineer) {
        let sentence = "staff looks as staff; give --viewer agent or --viewer engineer, too".to_owned();
        return Err(at("--as")(BadValue::new(viewer.name(), sentence)));
    }
    Ok(Some(Lookup {
        agent: values::text(&agent, bounds::AGENT).map_err(at("--as"))?,
        because: values::text(&because, bounds::REASON).map_err(at("--because"))?,
    }))
}

fn subject(word: SubjectArgs) -> Resolved<(RequestSelector, Viewer)> {
    let viewer = values::choice(&word.viewer, &VIEWERS).map_err(at("--viewer"))?;
    let subject = match word.to {
        Some(to) => {
            RequestSelector::Pair { from: handle("FROM", &word.from_or_request)?, to: address("TO", to)? }
        }
        None => RequestSelector::Request(values::request(&word.from_or_request).map_err(at("REQUEST"))?),
    };
    Ok((subject, viewer))
}

fn list(what: Listed, word: ListArgs, only: Only) -> Resolved<CliCommand> {
    let viewer = word.viewer.map(|viewer| values::choice(&viewer, &VIEWERS));
    let viewer = viewer.transpose().map_err(at("--viewer"))?;
    let only = Only { part: part_of(word.part), ..only };
    Ok(ReadCommand::List { what, member: handle("MEMBER", &word.member)?, viewer, only }.into())
}

fn list_in_full(what: Listed, word: FullListWord) -> Resolved<CliCommand> {
    list(what, word.list, Only { parts: in_full(word.full), ..Only::default() })
}

/// What follows the first screen.
pub(super) fn in_full(word: FullWord) -> Parts {
    Parts { full: word.full, ..Parts::default() }
}

pub(super) fn part_of(word: SliceArgs) -> ListSlice {
    ListSlice { limit: word.limit, skip: word.skip }
}

fn blocked(word: BlockedArgs, now: Option<Timestamp>) -> Resolved<CliCommand> {
    let code = word.by.map(|code| values::code(&code)).transpose().map_err(at("--by"))?;
    let since = word.since.map(|typed| since(&typed, now)).transpose().map_err(at("--since"))?;
    list(Listed::Blocked, word.list, Only { code, since, ..Only::default() })
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

pub(super) fn handle(place: &'static str, typed: &str) -> Resolved<Handle> {
    values::address(typed, Handle::parse, "a handle").map_err(at(place))
}

/// An address as typed, which is looked at later: what is sent to one that is none is recorded as a refusal.
fn address(place: &'static str, typed: String) -> Resolved<String> {
    values::within(typed, bounds::ADDRESS).map_err(at(place))
}

fn other(place: &'static str, typed: &str) -> Resolved<Address> {
    values::address(typed, Address::parse, "a handle, profile URL or e-mail address").map_err(at(place))
}

fn one_email(place: &'static str, typed: &str) -> Resolved<EmailAddress> {
    values::address(typed, EmailAddress::parse, "an e-mail address").map_err(at(place))
}

fn emails(place: &'static str, typed: &[String]) -> Resolved<Vec<EmailAddress>> {
    typed.iter().map(|email| one_email(place, email)).collect()
}

/// Says at which argument or option a value is bad.
pub(super) fn at(place: &'static str) -> impl Fn(BadValue) -> GrammarError {
    move |bad| GrammarError::Value { place: place.to_owned(), bad }
}
