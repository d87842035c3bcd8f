//! Everything that can have happened.

use crate::address::{EmailAddress, Handle};
use crate::export::{ExportEvent, Join, Seen};
use crate::ids::{LetterNumber, MemberId, PolicyVersion, RequestId};
use crate::letter::{Addressee, Channel, Fault, FaultChannel, Leg, Posted, WithdrawalCause};
use crate::member::{Profile, RestrictionCause, Settings, Tier};
use crate::outgoing::{Charge, Crossing};
use crate::recorded::{RefusedCommand, WithdrawnBy};
use crate::relation::ConnectionName;
use crate::reminder::{Looked, Reminded, ReminderTaken};
use crate::verdict::{Distance, Verdict};
use crate::{Ask, ClosedEnd, Inherited, Oversight, Personal, Span, Timestamp, Typed};

/// What happened. Each variant's type id and stored form are the codec's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The log began.
    Founded {
        /// The key under which request ids derive.
        id_key: u128,
    },
    /// From here on this policy judges.
    PolicyAdopted {
        /// Its number in this log.
        version: PolicyVersion,
        /// The name that the document gives itself.
        name: String,
        /// The document, as it was adopted.
        text: String,
        /// BLAKE3 of the text.
        hash: [u8; 32],
        /// The version of the IANA time zone database, such as `2026b`, in the program that adopted it: it says when the
        /// days and weeks of the policy's time zones begin. `None` where it was not recorded.
        tzdata: Option<String>,
    },
    /// A member joined.
    MemberAdded {
        /// Who.
        member: MemberId,
        /// Under which handle.
        handle: Handle,
        /// With which subscription.
        tier: Tier,
        /// And which profile.
        profile: Personal<Profile>,
    },
    /// A member's subscription or profile is now this.
    MemberChanged {
        /// Whose.
        member: MemberId,
        /// The subscription.
        tier: Tier,
        /// The whole profile.
        profile: Personal<Profile>,
    },
    /// A member may neither send nor receive for a time.
    MemberRestricted {
        /// Who.
        member: MemberId,
        /// First moment at which it is over.
        until: Timestamp,
        /// Why.
        cause: RestrictionCause,
    },
    /// A member may do nothing.
    MemberBanned(MemberId),
    /// A restriction or a ban is over.
    RestrictionLifted(MemberId),
    /// A member deleted the account. What follows comes in slices ([`Departure`](crate::Departure)); older logs have all of it here.
    MemberClosed {
        /// Who.
        member: MemberId,
        /// Until when the member's connections still count in other members' paths.
        lingers_until: Timestamp,
        /// The connections that this event itself ends, and the letters that say so. Empty in newer logs.
        letters: Vec<(MemberId, LetterNumber)>,
        /// The requests to the member that this event itself files. Empty in newer logs.
        files: Vec<RequestId>,
    },
    /// A closed account's end of a connection ended.
    ConnectionClosed(ClosedEnd),
    /// A request to a closed account was filed: nobody will answer it.
    RequestFiledByClosure(Ask),
    /// A member's address book grew.
    ContactsImported {
        /// Whose.
        member: MemberId,
        /// By these.
        contacts: Personal<Vec<EmailAddress>>,
    },
    /// A member's settings are now these.
    SettingsChanged {
        /// Whose.
        member: MemberId,
        /// How many changes there have been, this one included.
        version: u32,
        /// The whole settings; companies and titles are personal.
        settings: Settings,
    },
    /// A member blocks another.
    MemberBlocked {
        /// Who.
        member: MemberId,
        /// Whom.
        other: MemberId,
        /// The other's requests that are filed by it.
        files: Vec<RequestId>,
    },
    /// A member no longer blocks another.
    MemberUnblocked {
        /// Who.
        member: MemberId,
        /// Whom.
        other: MemberId,
    },
    /// A connection that existed already was written down.
    ConnectionRecorded {
        /// Its name.
        name: ConnectionName,
        /// One end.
        member: MemberId,
        /// The other end.
        other: MemberId,
    },
    /// A member ended a connection.
    MemberDisconnected {
        /// Who.
        member: MemberId,
        /// From whom.
        other: MemberId,
        /// Which connection.
        name: ConnectionName,
        /// The letter that says so.
        letter: LetterNumber,
    },
    /// The other end has ended the connection.
    DisconnectionTaken {
        /// Whose desk.
        member: MemberId,
        /// The other end.
        other: MemberId,
        /// Which connection.
        name: ConnectionName,
        /// The letter taken.
        letter: LetterNumber,
    },
    /// The other end has closed the account.
    ClosureTaken {
        /// Whose desk.
        member: MemberId,
        /// The other end.
        other: MemberId,
        /// The connection that ends by it; `None` when there was none any more.
        name: Option<ConnectionName>,
        /// The letter taken.
        letter: LetterNumber,
    },
    /// A member asked to connect: recorded whatever became of it.
    RequestSubmitted {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// To whom, as the outgoing desk knows it.
        addressee: Addressee,
        /// What was typed.
        typed: Personal<Typed>,
        /// By which channel.
        channel: Channel,
        /// How far apart the two are at this moment; `None` where the sender's side cannot know.
        distance: Option<Distance>,
    },
    /// It goes no further.
    RequestRefused {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// Why.
        verdict: Verdict,
    },
    /// It waits at the sender's desk.
    RequestHeld {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// Why.
        verdict: Verdict,
        /// What it counts against the sender's limits.
        charge: Charge,
    },
    /// It is on its way.
    RequestSent {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// Why it may.
        verdict: Verdict,
        /// The letter it goes by.
        posted: Posted,
    },
    /// The sender confirmed it; it is on its way.
    RequestConfirmed {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// Why it may.
        verdict: Verdict,
        /// The letter it goes by.
        posted: Posted,
        /// What it counts against the sender's limits.
        charge: Charge,
    },
    /// It was taken back.
    RequestWithdrawn {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// By whom.
        by: WithdrawnBy,
        /// The letter that says so; `None` when the request had not arrived, whose letter is cancelled instead.
        posted: Option<Posted>,
    },
    /// It grew too old.
    RequestExpired {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// The age at which the policy lets requests expire.
        expiry: Span,
        /// The letter that says so; `None` when the request had not arrived.
        posted: Option<Posted>,
    },
    /// A member asked what a send would come to, under a policy that bounds such attempts. Nothing is kept of what was asked.
    RequestChecked(MemberId),
    /// The sender reminded the recipient of it.
    RequestReminded(Reminded),
    /// The recipient's desk was reminded of a request.
    ReminderTaken(ReminderTaken),
    /// Somebody of the network's staff looked at a member's request.
    LookupRecorded(Looked),
    /// A letter did not get through this time.
    DeliveryFailed {
        /// The letter.
        leg: Leg,
        /// The request, when the letter is one.
        request: Option<RequestId>,
        /// Which attempt, from 1.
        attempt: u32,
        /// The channel that it came in by.
        channel: Option<Channel>,
        /// What went wrong.
        fault: Fault,
        /// When it is tried again; `None` when it was the last attempt.
        next_attempt: Option<Timestamp>,
    },
    /// A request's letter was given up.
    DeliveryAbandoned {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// The letter.
        leg: Leg,
        /// How many attempts there were.
        attempts: u32,
        /// What went wrong at the last one.
        fault: Fault,
        /// When the first one was.
        first_attempt: Timestamp,
    },
    /// A request's letter has arrived; what became of it there is not the sender's to know.
    RequestArrived {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// The letter.
        leg: Leg,
    },
    /// It is in the recipient's inbox.
    RequestDelivered {
        /// Which request, whose, to whom.
        ask: Ask,
        /// Why it may.
        verdict: Verdict,
    },
    /// It waits for the recipient's word before it is displayed.
    RequestHeldByRecipient {
        /// Which request, whose, to whom.
        ask: Ask,
        /// Why.
        verdict: Verdict,
    },
    /// It is filed where the recipient may look, and is not in the inbox.
    RequestFiled {
        /// Which request, whose, to whom.
        ask: Ask,
        /// Why.
        verdict: Verdict,
    },
    /// Nobody has the e-mail address that it was sent to.
    RequestUnclaimed {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
    },
    /// The recipient has it already: one person, asked twice by different addresses, or connected already.
    RequestMerged {
        /// Which request, whose, to whom.
        ask: Ask,
        /// Into this request; `None` when the two are connected.
        into: Option<RequestId>,
    },
    /// The recipient had asked the sender as well: the two are connected.
    RequestsCrossed {
        /// Which request arrived, whose, to whom.
        ask: Ask,
        /// The connection's name, which holds both.
        name: ConnectionName,
        /// The letter that says so.
        letter: LetterNumber,
    },
    /// The recipient gave the word that it waited for: it is in the inbox.
    RequestShown(Ask),
    /// The recipient said yes.
    RequestAccepted {
        /// Which request, whose, to whom.
        ask: Ask,
        /// The connection's name.
        name: ConnectionName,
        /// The letter that says so.
        letter: LetterNumber,
        /// The send that says so, where the recipient sent a request of their own.
        crossing: Option<Crossing>,
    },
    /// The recipient said no.
    RequestDeclined(Ask),
    /// The recipient set it aside.
    RequestDismissed(Ask),
    /// The recipient reported it.
    RequestReported(Ask),
    /// The recipient's desk learned that it is no longer open.
    WithdrawalTaken {
        /// Which request.
        request: RequestId,
        /// Whose.
        sender: MemberId,
        /// To whom; `None` when nobody has the e-mail address.
        recipient: Option<MemberId>,
        /// Why.
        cause: WithdrawalCause,
        /// The connection that ends by it: the recipient had said yes, and the yes comes too late.
        ends: Option<ConnectionName>,
        /// The letter.
        leg: Leg,
    },
    /// The sender's desk learned of a yes.
    AcceptanceTaken {
        /// Whose desk.
        member: MemberId,
        /// Who said yes.
        other: MemberId,
        /// The connection's name.
        name: ConnectionName,
        /// Other requests between the two, which it makes pointless.
        also: Vec<RequestId>,
        /// The other's request, when this desk has it too: both asked.
        crossed: Option<RequestId>,
        /// The letter taken.
        letter: LetterNumber,
    },
    /// The sender's desk learned of a yes to a request that is no longer open, and answered that there is no connection.
    AcceptanceLapsed {
        /// Whose desk.
        member: MemberId,
        /// Who said yes.
        other: MemberId,
        /// The connection's name.
        name: ConnectionName,
        /// The letter taken.
        letter: LetterNumber,
        /// The letter that answers.
        answer: LetterNumber,
    },
    /// A command was refused, and left nothing else behind.
    CommandRefused(RefusedCommand),
    /// The network did something about a member of its own accord.
    Oversight(Oversight),
    /// Letters of this channel begin to fail (a test aid).
    FaultStarted {
        /// Which.
        channel: FaultChannel,
        /// How.
        fault: Fault,
    },
    /// Letters of this channel no longer fail (a test aid).
    FaultStopped(FaultChannel),
    /// Somebody else's records begin.
    ImportBegun {
        /// BLAKE3 of the file.
        source: [u8; 32],
        /// How many requests it holds.
        requests: u32,
        /// How many of them were accepted.
        accepted: u32,
    },
    /// A request that another network carried: it was sent and arrived; nothing is known of how it was judged.
    RequestObserved {
        /// Which request, whose, to whom.
        ask: Ask,
        /// When, by those records.
        observed_at: Timestamp,
        /// Where that is said.
        seen: Seen,
        /// The note that went with it.
        note: Personal<Option<String>>,
    },
    /// An acceptance that another network carried: the two are connected.
    AcceptanceObserved {
        /// Of which request, whose, by whom.
        ask: Ask,
        /// When, by those records.
        observed_at: Timestamp,
        /// Where that is said.
        seen: Seen,
        /// By what it was found.
        join: Join,
    },
    /// What a member's own export of another network says.
    Export(ExportEvent),
    /// What the network had before this log.
    Inherited(Inherited),
}
