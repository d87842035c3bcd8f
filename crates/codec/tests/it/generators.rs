//! Arbitrary events of every type.

use acquaint_domain::export::{AttestedBy, Join, Precision, SourceFile, SourceRef};
use acquaint_domain::oversight;
use acquaint_domain::*;
use acquaint_domain::{account, connection, import, incoming, letter, network, outgoing};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

use crate::samples;

mod exports;
mod inherited;

/// An event with an arbitrary number, time, actor, command and cause.
pub(crate) fn recorded(event: BoxedStrategy<Event>) -> impl Strategy<Value = Recorded> {
    let actor = prop_oneof![
        member().prop_map(Actor::Member),
        select(&[Actor::Operator, Actor::Courier, Actor::Timer, Actor::Archive]),
    ];
    let tag =
        (any::<u128>(), any::<u64>()).prop_map(|(key, content)| CommandTag { key: CommandKey(key), content });
    let number = || any::<u64>().prop_map(EventNumber);
    (number(), time(), actor, option::of(tag), option::of(number()), event).prop_map(
        |(number, at, actor, command, cause, event)| Recorded { number, at, actor, command, cause, event },
    )
}

/// A strategy for each type of event.
pub(crate) fn events() -> Vec<BoxedStrategy<Event>> {
    [
        network(),
        members(),
        connections(),
        outgoing(),
        letters(),
        incoming(),
        observed(),
        oversight(),
        inherited::all(),
    ]
    .concat()
}

fn oversight() -> Vec<BoxedStrategy<Event>> {
    let against = || (text(), option::of(request())).prop_map(|(rule, request)| Appealed { rule, request });
    let basis = prop_oneof![Just(FeedbackBasis::AllAnswers), Just(FeedbackBasis::PrivateAnswers)];
    let feedback = (member(), time(), time(), any::<u32>(), any::<u8>(), any::<u8>(), basis);
    let feedback =
        feedback.prop_map(|(member, since, until, answered, declined_percent, reported_percent, basis)| {
            let feedback = Feedback { since, until, answered, declined_percent, reported_percent, basis };
            oversight::Event::FeedbackTaken { member, feedback }
        });
    let imposed = (member(), time(), cause(), any::<u32>(), text(), any::<u32>());
    let imposed = imposed.prop_map(|(member, until, cause, policy, rule, step)| {
        let policy = PolicyVersion(policy);
        oversight::Event::RestrictionImposed { member, until, cause, policy, rule, step }
    });
    let opened = (member(), against());
    let upheld = (member(), against(), time());
    let dismissed = (member(), against());
    let released = (request(), member(), verdict(), option::of(posted()), charge());
    let rejected = (request(), member(), code());
    let stays = (request(), member(), code(), option::of(time()));
    let reversed = (member(), proptest::collection::vec(request(), 0..9));
    let restored = (request(), member(), option::of(posted()), option::of(code()));
    let all: Vec<BoxedStrategy<oversight::Event>> = vec![
        feedback.boxed(),
        imposed.boxed(),
        opened.prop_map(|(member, against)| oversight::Event::AppealOpened { member, against }).boxed(),
        upheld
            .prop_map(|(member, against, exempt_until)| oversight::Event::AppealUpheld {
                member,
                against,
                exempt_until,
            })
            .boxed(),
        dismissed.prop_map(|(member, against)| oversight::Event::AppealDismissed { member, against }).boxed(),
        released
            .prop_map(|(request, sender, verdict, posted, charge)| oversight::Event::RequestReleased {
                request,
                sender,
                verdict,
                posted,
                charge,
            })
            .boxed(),
        rejected
            .prop_map(|(request, sender, code)| oversight::Event::RequestRejected { request, sender, code })
            .boxed(),
        stays
            .prop_map(|(request, sender, code, until)| oversight::Event::RequestStaysHeld {
                request,
                sender,
                code,
                until,
            })
            .boxed(),
        reversed.prop_map(|(member, restores)| oversight::Event::BanReversed { member, restores }).boxed(),
        restored
            .prop_map(|(request, sender, posted, held)| oversight::Event::RequestRestored {
                request,
                sender,
                posted,
                held,
            })
            .boxed(),
    ];
    all.into_iter().map(|strategy| strategy.prop_map(Event::Oversight).boxed()).collect()
}

fn network() -> Vec<BoxedStrategy<Event>> {
    let commands = [
        CommandKind::Confirm,
        CommandKind::Accept,
        CommandKind::Decline,
        CommandKind::Ignore,
        CommandKind::Report,
        CommandKind::Withdraw,
        CommandKind::Block,
        CommandKind::Unblock,
        CommandKind::Connect,
        CommandKind::Disconnect,
        CommandKind::Settings,
        CommandKind::Contacts,
        CommandKind::Remind,
        CommandKind::Appeal,
    ];
    let refused = (select(&commands), member(), option::of(member()), option::of(request()), code());
    let channels = [FaultChannel::Web, FaultChannel::Mobile, FaultChannel::Desktop, FaultChannel::All];
    vec![
        any::<u128>().prop_map(|id_key| Event::Network(network::Event::Founded { id_key })).boxed(),
        (any::<u32>(), text(), text(), any::<[u8; 32]>(), option::of(text()))
            .prop_map(|(version, name, text, hash, tzdata)| {
                Event::Network(network::Event::PolicyAdopted {
                    version: PolicyVersion(version),
                    name,
                    text,
                    hash,
                    tzdata,
                })
            })
            .boxed(),
        (refused, option::of(verdict()))
            .prop_map(|((command, member, other, request, code), verdict)| {
                Event::Network(network::Event::CommandRefused(RefusedCommand {
                    command,
                    member,
                    other,
                    request,
                    code,
                    verdict,
                }))
            })
            .boxed(),
        (select(&channels), fault())
            .prop_map(|(channel, fault)| Event::Network(network::Event::FaultStarted { channel, fault }))
            .boxed(),
        select(&channels).prop_map(|channel| Event::Network(network::Event::FaultStopped(channel))).boxed(),
    ]
}

fn members() -> Vec<BoxedStrategy<Event>> {
    let tier = || select(&[Tier::Free, Tier::Premium, Tier::SalesNavigator]);
    let changed = (member(), any::<u32>(), settings());
    let closed = (member(), time(), vec((member(), letter_number()), 0..4), requests());
    vec![
        (member(), handle(), tier(), personal(profile()))
            .prop_map(|(member, handle, tier, profile)| {
                Event::Account(account::Event {
                    member,
                    kind: account::Kind::Added { handle, tier, profile },
                })
            })
            .boxed(),
        (member(), tier(), personal(profile()))
            .prop_map(|(member, tier, profile)| {
                Event::Account(account::Event { member, kind: account::Kind::Changed { tier, profile } })
            })
            .boxed(),
        (member(), time(), cause())
            .prop_map(|(member, until, cause)| {
                Event::Account(account::Event { member, kind: account::Kind::Restricted { until, cause } })
            })
            .boxed(),
        of_account(account::Kind::Banned),
        of_account(account::Kind::RestrictionLifted),
        closed
            .prop_map(|(member, lingers_until, letters, files)| {
                Event::Account(account::Event {
                    member,
                    kind: account::Kind::Closed { lingers_until, letters, files },
                })
            })
            .boxed(),
        of_incoming(incoming::Kind::FiledByClosure),
        (member(), personal(vec(email(), 0..4)))
            .prop_map(|(member, contacts)| {
                Event::Account(account::Event { member, kind: account::Kind::ContactsImported { contacts } })
            })
            .boxed(),
        changed
            .prop_map(|(member, version, settings)| {
                Event::Account(account::Event {
                    member,
                    kind: account::Kind::SettingsChanged { version, settings },
                })
            })
            .boxed(),
    ]
}

fn connections() -> Vec<BoxedStrategy<Event>> {
    let pair = || (member(), member());
    vec![
        (pair(), requests())
            .prop_map(|((member, other), files)| {
                Event::Connection(connection::Event {
                    member,
                    other,
                    kind: connection::Kind::Blocked { files },
                })
            })
            .boxed(),
        pair()
            .prop_map(|(member, other)| {
                Event::Connection(connection::Event { member, other, kind: connection::Kind::Unblocked })
            })
            .boxed(),
        (pair(), name())
            .prop_map(|((member, other), name)| {
                Event::Connection(connection::Event {
                    member,
                    other,
                    kind: connection::Kind::Recorded { name },
                })
            })
            .boxed(),
        (pair(), name(), letter_number())
            .prop_map(|((member, other), name, letter)| {
                Event::Connection(connection::Event {
                    member,
                    other,
                    kind: connection::Kind::Disconnected { name, letter },
                })
            })
            .boxed(),
        (pair(), name(), letter_number())
            .prop_map(|((member, other), name, letter)| {
                Event::Connection(connection::Event {
                    member,
                    other,
                    kind: connection::Kind::Closed { name, letter },
                })
            })
            .boxed(),
    ]
}

fn of_request((request, sender): (RequestId, MemberId), kind: outgoing::Kind) -> Event {
    Event::Outgoing(outgoing::Event { request, sender, kind })
}

fn of_letter(letter_id: LetterId, kind: letter::Kind) -> Event {
    Event::Letter(letter::Event { letter_id, kind })
}

fn between((member, other): (MemberId, MemberId), kind: connection::Kind) -> Event {
    Event::Connection(connection::Event { member, other, kind })
}

fn outgoing() -> Vec<BoxedStrategy<Event>> {
    let sent_request = || (request(), member());
    let addressee =
        prop_oneof![member().prop_map(Addressee::Member), Just(Addressee::Email), Just(Addressee::Nobody)];
    let submitted = (sent_request(), addressee, personal(entered()), channel(), option::of(distance()));
    let by =
        select(&[WithdrawnBy::Member, WithdrawnBy::Block, WithdrawnBy::Enforcement, WithdrawnBy::Closure]);
    vec![
        submitted
            .prop_map(|(sent, addressee, entered, channel, distance)| {
                of_request(sent, outgoing::Kind::Submitted { addressee, entered, channel, distance })
            })
            .boxed(),
        (sent_request(), verdict())
            .prop_map(|(sent, verdict)| of_request(sent, outgoing::Kind::Refused { verdict }))
            .boxed(),
        (sent_request(), verdict(), charge())
            .prop_map(|(sent, verdict, charge)| of_request(sent, outgoing::Kind::Held { verdict, charge }))
            .boxed(),
        (sent_request(), verdict(), posted())
            .prop_map(|(sent, verdict, posted)| of_request(sent, outgoing::Kind::Sent { verdict, posted }))
            .boxed(),
        (sent_request(), verdict(), posted(), charge())
            .prop_map(|(sent, verdict, posted, charge)| {
                of_request(sent, outgoing::Kind::Confirmed { verdict, posted, charge })
            })
            .boxed(),
        of_account(account::Kind::SendChecked),
        (sent_request(), by, option::of(posted()))
            .prop_map(|(sent, by, posted)| of_request(sent, outgoing::Kind::Withdrawn { by, posted }))
            .boxed(),
        (sent_request(), span(), option::of(posted()))
            .prop_map(|(sent, expiry, posted)| of_request(sent, outgoing::Kind::Expired { expiry, posted }))
            .boxed(),
        (sent_request(), posted())
            .prop_map(|(sent, posted)| of_request(sent, outgoing::Kind::Reminded { posted }))
            .boxed(),
        (sent_request(), option::of(member()), letter_id())
            .prop_map(|((request, sender), recipient, letter_id)| {
                of_letter(letter_id, letter::Kind::ReminderTaken { request, sender, recipient })
            })
            .boxed(),
        (sent_request(), text(), text())
            .prop_map(|((request, sender), agent, because)| {
                Event::Network(network::Event::LookupRecorded(StaffLookup {
                    request,
                    sender,
                    lookup: Personal::Held(Lookup { agent, because }),
                }))
            })
            .boxed(),
    ]
}

fn letters() -> Vec<BoxedStrategy<Event>> {
    let sent_request = || (request(), member());
    let pair = || (member(), member());
    let failed = (
        letter_id(),
        option::of(request()),
        any::<u32>(),
        option::of(channel()),
        fault(),
        option::of(time()),
    );
    let abandoned = (sent_request(), letter_id(), any::<u32>(), fault(), time());
    let withdrawn = (sent_request(), option::of(member()), withdrawal(), option::of(name()), letter_id());
    vec![
        failed
            .prop_map(|(letter_id, request, attempt, channel, fault, next_attempt)| {
                of_letter(
                    letter_id,
                    letter::Kind::DeliveryFailed { request, attempt, channel, fault, next_attempt },
                )
            })
            .boxed(),
        abandoned
            .prop_map(|((request, sender), letter_id, attempts, fault, first_attempt)| {
                of_letter(
                    letter_id,
                    letter::Kind::DeliveryAbandoned { request, sender, attempts, fault, first_attempt },
                )
            })
            .boxed(),
        (sent_request(), letter_id())
            .prop_map(|((request, sender), letter_id)| {
                of_letter(letter_id, letter::Kind::RequestArrived { request, sender })
            })
            .boxed(),
        withdrawn
            .prop_map(|((request, sender), recipient, cause, ends, letter_id)| {
                of_letter(
                    letter_id,
                    letter::Kind::WithdrawalTaken { request, sender, recipient, cause, ends },
                )
            })
            .boxed(),
        (pair(), name(), requests(), option::of(request()), letter_number())
            .prop_map(|(pair, name, also, crossed, letter)| {
                between(pair, connection::Kind::AcceptanceTaken { name, also, crossed, letter })
            })
            .boxed(),
        (pair(), name(), letter_number(), letter_number())
            .prop_map(|(pair, name, letter, answer)| {
                between(pair, connection::Kind::AcceptanceLapsed { name, letter, answer })
            })
            .boxed(),
        (pair(), name(), letter_number())
            .prop_map(|(pair, name, letter)| {
                between(pair, connection::Kind::DisconnectionTaken { name, letter })
            })
            .boxed(),
        (pair(), option::of(name()), letter_number())
            .prop_map(|(pair, name, letter)| between(pair, connection::Kind::ClosureTaken { name, letter }))
            .boxed(),
    ]
}

fn incoming() -> Vec<BoxedStrategy<Event>> {
    let judged = || (request_ref(), verdict());
    let named = || (request_ref(), name(), letter_number());
    vec![
        judged()
            .prop_map(|(request_ref, verdict)| {
                Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Delivered { verdict } })
            })
            .boxed(),
        judged()
            .prop_map(|(request_ref, verdict)| {
                Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Held { verdict } })
            })
            .boxed(),
        judged()
            .prop_map(|(request_ref, verdict)| {
                Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Filed { verdict } })
            })
            .boxed(),
        (request(), member())
            .prop_map(|(request, sender)| {
                Event::Network(network::Event::RequestUnclaimed { request, sender })
            })
            .boxed(),
        (request_ref(), option::of(request()))
            .prop_map(|(request_ref, into)| {
                Event::Incoming(incoming::Event { request_ref, kind: incoming::Kind::Merged { into } })
            })
            .boxed(),
        named()
            .prop_map(|(request_ref, name, letter)| {
                Event::Incoming(incoming::Event {
                    request_ref,
                    kind: incoming::Kind::Crossed { name, letter },
                })
            })
            .boxed(),
        of_incoming(incoming::Kind::Shown),
        (named(), option::of((request(), verdict())))
            .prop_map(|((request_ref, name, letter), crossing)| {
                let crossing = crossing.map(|(request, verdict)| outgoing::Crossing { request, verdict });
                Event::Incoming(incoming::Event {
                    request_ref,
                    kind: incoming::Kind::Accepted { name, letter, crossing },
                })
            })
            .boxed(),
        of_incoming(incoming::Kind::Declined),
        of_incoming(incoming::Kind::Dismissed),
        of_incoming(incoming::Kind::Reported),
    ]
}

fn observed() -> Vec<BoxedStrategy<Event>> {
    let line = || (request_ref(), time(), any::<u32>());
    vec![
        (any::<[u8; 32]>(), any::<u32>(), any::<u32>())
            .prop_map(|(source, requests, accepted)| {
                Event::Import(import::Event::Begun { source, requests, accepted })
            })
            .boxed(),
        (line(), personal(option::of(text())), seen())
            .prop_map(|((request_ref, observed_at, _), note, seen)| {
                Event::Import(import::Event::RequestObserved { request_ref, observed_at, seen, note })
            })
            .boxed(),
        (line(), seen(), select(&[Join::Stated, Join::Url, Join::NameAndDate, Join::Name, Join::Email]))
            .prop_map(|((request_ref, observed_at, _), seen, join)| {
                Event::Import(import::Event::AcceptanceObserved { request_ref, observed_at, seen, join })
            })
            .boxed(),
    ]
    .into_iter()
    .chain(exports::all())
    .collect()
}

fn seen() -> impl Strategy<Value = SourceRef> {
    let witnesses = select(&[AttestedBy::Network, AttestedBy::Sender, AttestedBy::Recipient]);
    let files = select(&[SourceFile::Messages, SourceFile::Friends, SourceFile::Blocks]);
    let precisions = select(&[Precision::Second, Precision::Day, Precision::Undated]);
    (any::<u32>(), witnesses, files, any::<u32>(), precisions).prop_map(
        |(export, witness, file, line, precision)| SourceRef { export, witness, file, line, precision },
    )
}

fn select<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + use<T> {
    proptest::sample::select(values.to_vec())
}

fn member() -> impl Strategy<Value = MemberId> {
    any::<u32>().prop_map(MemberId)
}

fn request() -> impl Strategy<Value = RequestId> {
    any::<u64>().prop_map(RequestId)
}

fn requests() -> impl Strategy<Value = Vec<RequestId>> {
    vec(request(), 0..4)
}

fn letter_number() -> impl Strategy<Value = LetterNumber> {
    any::<u32>().prop_map(LetterNumber)
}

fn name() -> impl Strategy<Value = ConnectionName> {
    requests().prop_map(ConnectionName::of)
}

fn time() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp::from_millis)
}

fn span() -> impl Strategy<Value = Span> {
    any::<i64>().prop_map(Span::millis)
}

fn text() -> impl Strategy<Value = String> {
    any::<String>()
}

fn code() -> impl Strategy<Value = Code> {
    select(&Code::ALL)
}

fn fault() -> impl Strategy<Value = Fault> {
    select(&[Fault::ServerError, Fault::Timeout, Fault::AppBug])
}

fn cause() -> impl Strategy<Value = RestrictionCause> {
    select(&[RestrictionCause::Spam, RestrictionCause::Policy, RestrictionCause::Security])
}

fn withdrawal() -> impl Strategy<Value = WithdrawalCause> {
    select(&[WithdrawalCause::Withdrawn, WithdrawalCause::Expired, WithdrawalCause::SenderClosed])
}

fn whether() -> impl Strategy<Value = bool> {
    any::<bool>()
}

fn accept_from() -> impl Strategy<Value = AcceptFrom> {
    select(&[AcceptFrom::Everyone, AcceptFrom::Contacts, AcceptFrom::ContactsOrEmail])
}

fn personal<T: Clone + std::fmt::Debug>(
    field: impl Strategy<Value = T>,
) -> impl Strategy<Value = Personal<T>> {
    option::weighted(0.8, field).prop_map(|field| field.map_or(Personal::Erased, Personal::Held))
}

/// What somebody enters as a handle, an e-mail address or a profile's URL; not always a valid one.
pub(crate) fn entered_address() -> impl Strategy<Value = String> {
    prop_oneof![3 => entered_handle(), 3 => entered_email(), 3 => entered_profile_url(), 1 => jumble(0..8), 1 => text()]
}

fn entered_handle() -> impl Strategy<Value = String> {
    let spellings =
        vec(select(&["A", "é", "漢", "ß", "Σ", "0", "-", "_", ".", "%41", "%C3%89", "www."]), 1..12);
    ("[ \t]?@?", spellings, select(&["", " ", "%20"]))
        .prop_map(|(before, name, after)| before + &name.concat() + after)
}

fn entered_email() -> impl Strategy<Value = String> {
    let before = select(&["", " ", "mailto:", "MailTo:", "%20"]);
    let at = select(&["@", "@", "%40@", "%40"]);
    (before, spelling(0..8), at, host(), select(&["", " ", "%0A"]))
        .prop_map(|(before, local, at, host, after)| [before, &local, at, &host, after].concat())
}

fn entered_profile_url() -> impl Strategy<Value = String> {
    let scheme = select(&["", "", "http://", "https://", "HTTPS://", " http://"]);
    let site = (scheme, select(&["", "", "www.", "WWW.", "www.www."]), host());
    let path = prop_oneof![3 => spelling(1..8), 1 => jumble(1..8)];
    let after = select(&["", "", "/", "//", "%2F", "%2f/", "?x=%zz", "#%23", "/?/#/", " "]);
    (site, select(&["/", "/", "//", "/in/"]), path, after).prop_map(
        |((scheme, www, host), slash, path, after)| [scheme, www, &host, slash, &path, after].concat(),
    )
}

fn host() -> impl Strategy<Value = String> {
    let label = || select(&["A", "b-9", "example", "www", "İ", "ß", "éa", "Σ", "5"]);
    vec(label(), 2..4).prop_map(|labels| labels.join("."))
}

/// Pieces of an e-mail address before its `@` and of a URL's path; many mean something else once decoded.
fn spelling(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let pieces_of = [
        "A",
        "z",
        "é",
        "漢",
        "ß",
        "Σ",
        "0",
        "41",
        ".",
        "-",
        "_",
        "+",
        "'",
        "~",
        "%25",
        "%2541",
        "%252541",
        "%41",
        "%2F",
        "%23",
        "%3f",
        "%C3%89",
        "%E6%BC%A2",
    ];
    vec(select(&pieces_of), pieces).prop_map(|pieces| pieces.concat())
}

/// Pieces that have a meaning somewhere in an address, in any order.
fn jumble(pieces: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let pieces_of = [
        "a",
        "İ",
        "%C4%B0",
        "5",
        ".",
        "-",
        "/",
        "//",
        "@",
        "%",
        "%25",
        "%2541",
        "%40",
        "%2F",
        "%20",
        "%00",
        "%C2%85",
        "%ff",
        "?",
        "#",
        ":",
        "http://",
        "https://",
        "mailto:",
        "www.",
        "example.org",
        " ",
    ];
    vec(select(&pieces_of), pieces).prop_map(|pieces| pieces.concat())
}

fn handle() -> impl Strategy<Value = Handle> {
    entered_handle().prop_filter_map("no handle", |entered| Handle::parse(&entered).ok())
}

fn email() -> impl Strategy<Value = EmailAddress> {
    entered_email().prop_filter_map("no e-mail address", |entered| EmailAddress::parse(&entered).ok())
}

fn profile_url() -> impl Strategy<Value = ProfileUrl> {
    entered_profile_url().prop_filter_map("no profile's URL", |entered| ProfileUrl::parse(&entered).ok())
}

fn address() -> impl Strategy<Value = Address> {
    entered_address().prop_filter_map("no address", |entered| Address::parse(&entered).ok())
}

fn profile() -> impl Strategy<Value = Profile> {
    let entered =
        option::of("[@ ]?[A-Za-zÀ-ÿ]{1,20}".prop_filter_map("canonical", |text| EnteredHandle::of(&text)));
    (vec(email(), 0..3), option::of(profile_url()), option::of(text()), option::of(text()), entered).prop_map(
        |(emails, url, company, title, entered_handle)| Profile {
            emails,
            url,
            company,
            title,
            entered_handle,
        },
    )
}

fn settings() -> impl Strategy<Value = Settings> {
    let max_degree = prop_oneof![Just(MaxDegree::Any), any::<u8>().prop_map(MaxDegree::Within)];
    let texts = || btree_set(text(), 0..4);
    let confirmation = select(&[Confirmation::Off, Confirmation::First]);
    let audience = (texts(), texts()).prop_map(|(companies, titles)| Audience { companies, titles });
    (accept_from(), max_degree, personal(audience), confirmation).prop_map(
        |(accept_from, max_degree, audience, confirmation)| Settings {
            accept_from,
            max_degree,
            audience,
            confirmation,
        },
    )
}

fn entered() -> impl Strategy<Value = Entered> {
    (text(), option::of(address()), option::of(email()), option::of(text()), option::of(any::<u64>()))
        .prop_map(|(address, normalised, with_email, note, note_fingerprint)| Entered {
            address,
            normalised,
            with_email,
            note,
            note_fingerprint,
        })
}

fn channel() -> impl Strategy<Value = Channel> {
    prop_oneof![select(&[Channel::Web, Channel::Mobile, Channel::Desktop]), text().prop_map(Channel::Api)]
}

fn distance() -> impl Strategy<Value = Distance> {
    (option::of(any::<u8>()), any::<u32>()).prop_map(|(degree, mutuals)| Distance { degree, mutuals })
}

fn request_ref() -> impl Strategy<Value = RequestRef> {
    (request(), member(), member()).prop_map(|(request, sender, recipient)| RequestRef {
        request,
        sender,
        recipient,
    })
}

fn letter_id() -> impl Strategy<Value = LetterId> {
    let lane = prop_oneof![
        (member(), member()).prop_map(|(from, to)| Lane::Member { from, to }),
        (member(), request()).prop_map(|(from, request)| Lane::Email { from, request }),
    ];
    (lane, letter_number()).prop_map(|(lane, number)| LetterId { lane, number })
}

fn posted() -> impl Strategy<Value = PostedLetter> {
    let letter = prop_oneof![
        (request(), option::of(distance()))
            .prop_map(|(request, distance)| Letter::Request { request, distance }),
        name().prop_map(|name| Letter::Accepted { name }),
        (request(), withdrawal()).prop_map(|(request, cause)| Letter::Withdrawn { request, cause }),
        name().prop_map(|name| Letter::Disconnected { name }),
        Just(Letter::Closed),
        request().prop_map(|request| Letter::Reminder { request }),
    ];
    (letter_id(), letter).prop_map(|(letter_id, letter)| PostedLetter { letter_id, letter })
}

fn charge() -> impl Strategy<Value = outgoing::Charge> {
    select(&[outgoing::Charge::Nothing, outgoing::Charge::Request, outgoing::Charge::RequestWithNote])
}

fn verdict() -> impl Strategy<Value = Verdict> {
    let outcome =
        prop_oneof![Just(Outcome::Pass), code().prop_map(Outcome::Hold), code().prop_map(Outcome::Refuse)];
    (any::<u32>(), any::<u64>(), outcome, gates()).prop_map(|(policy, facts_at, outcome, gates)| Verdict {
        policy: PolicyVersion(policy),
        facts_at: EventNumber(facts_at),
        outcome,
        gates,
    })
}

/// Arbitrary gates, or a desk's gates where nobody has settings, some of them left out or changed.
fn gates() -> impl Strategy<Value = Vec<Gate>> {
    let usual = prop_oneof![Just(samples::own_verdict()), Just(samples::their_verdict())];
    let usual = usual.prop_map(|verdict| verdict.gates.into_iter().map(samples::unset).collect::<Vec<_>>());
    let changed = usual.prop_flat_map(|gates| {
        let change = |kept: Gate| {
            let not_reached =
                Gate { finding: Finding::NotReached, evidence: Evidence::Nothing, ..kept.clone() };
            prop_oneof![6 => Just(vec![kept]), 1 => Just(vec![not_reached]), 1 => vec(gate(), 0..2)]
        };
        gates.into_iter().map(change).collect::<Vec<_>>()
    });
    prop_oneof![vec(gate(), 0..20), changed.prop_map(|gates| gates.concat())]
}

fn gate() -> impl Strategy<Value = Gate> {
    let finding = prop_oneof![
        select(&[Finding::Passed, Finding::Unevaluated, Finding::NotReached]),
        code().prop_map(Finding::Failed),
        code().prop_map(Finding::Held),
        code().prop_map(Finding::FailedUnseen),
        code().prop_map(|code| Finding::Shadow(Outcome::Refuse(code))),
    ];
    (select(&Rule::ALL), finding, prop_oneof![small_evidence(), wide_evidence()])
        .prop_map(|(rule, finding, evidence)| Gate { rule, finding, evidence })
}

/// Every problem with an address.
pub(crate) const PROBLEMS: [AddressProblem; 9] = [
    AddressProblem::Empty,
    AddressProblem::Character,
    AddressProblem::TooLong,
    AddressProblem::NoLocalPart,
    AddressProblem::NoDomain,
    AddressProblem::SecondAt,
    AddressProblem::PercentEncoding,
    AddressProblem::Scheme,
    AddressProblem::NoPath,
];

const BUCKETS: [BucketKind; 3] = [BucketKind::FromFirst, BucketKind::Day, BucketKind::Week];

fn small_evidence() -> impl Strategy<Value = Evidence> {
    let malformed =
        (any::<u32>(), select(&PROBLEMS)).prop_map(|(offset, problem)| MalformedAddress { offset, problem });
    prop_oneof![
        Just(Evidence::Nothing),
        Just(Evidence::Hidden),
        Just(Evidence::Uncounted),
        (any::<u32>(), any::<u32>()).prop_map(|(found, limit)| Evidence::Size { found, limit }),
        (time(), time()).prop_map(|(since, until)| Evidence::Cooldown { since, until }),
        (any::<u32>(), any::<u8>(), whether()).prop_map(|(answered, percent, by_email)| {
            Evidence::Reported { answered, reported_percent: percent, limit_percent: percent / 2, by_email }
        }),
        (select(&BUCKETS), any::<u32>(), any::<u32>(), time(), time()).prop_map(
            |(kind, used, limit, begins, ends)| Evidence::Bucket { kind, used, limit, begins, ends }
        ),
        option::of(malformed).prop_map(Evidence::Form),
        whether().prop_map(Evidence::Holds),
        (time(), option::of(request())).prop_map(|(since, request)| Evidence::Stands { since, request }),
        (time(), time(), cause()).prop_map(|(since, until, cause)| Evidence::Restriction {
            since,
            until,
            cause
        }),
    ]
}

fn wide_evidence() -> impl Strategy<Value = Evidence> {
    let kinds = SymbolKind::ALL;
    let symbol = (select(&kinds), any::<u32>(), any::<u32>(), any::<i32>())
        .prop_map(|(kind, value, of, score_milli)| Symbol { kind, value, of, score_milli });
    let symbols = (vec(symbol, 0..4), any::<i32>(), any::<i32>(), any::<i32>(), whether());
    prop_oneof![
        (accept_from(), whether(), whether(), any::<u32>()).prop_map(
            |(setting, in_contacts, by_email, settings_version)| Evidence::Contact {
                setting,
                in_contacts,
                by_email,
                settings_version,
            }
        ),
        (option::of(any::<u8>()), option::of(distance()), any::<u32>()).prop_map(
            |(allowed, distance, settings_version)| Evidence::Degree { allowed, distance, settings_version }
        ),
        (any::<u32>(), any::<u32>(), span(), option::of(time()))
            .prop_map(|(used, limit, window, frees_at)| Evidence::Count { used, limit, window, frees_at }),
        symbols.prop_map(|(symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts)| {
            Evidence::Symbols { symbols, score_milli, hold_at_milli, refuse_at_milli, in_contacts }
        }),
        (any::<u32>(), whether(), whether(), any::<u32>()).prop_map(
            |(criteria, company, title, settings_version)| Evidence::Audience {
                criteria,
                company,
                title,
                settings_version,
            }
        ),
    ]
}

/// An event of an arbitrary account.
fn of_account(kind: account::Kind) -> BoxedStrategy<Event> {
    member().prop_map(move |member| Event::Account(account::Event { member, kind: kind.clone() })).boxed()
}

/// An event of the recipient's desk about an arbitrary request.
fn of_incoming(kind: incoming::Kind) -> BoxedStrategy<Event> {
    request_ref()
        .prop_map(move |request_ref| Event::Incoming(incoming::Event { request_ref, kind: kind.clone() }))
        .boxed()
}
