//! Sends and verdicts in events.

use acquaint_domain::{
    Addressee, Channel, Entered, Event, EventNumber, Evidence, MemberId, Personal, Recorded, RequestId, Rule,
    SymbolKind, Timestamp, Verdict, import, incoming, outgoing,
};
use acquaint_engine::RecordedSend;
use acquaint_policy::{AddressLookup, Facts, Share, SpamFacts};

/// The entered text of a send whose text is unknown.
static NOTHING: Entered = Entered {
    address: String::new(),
    normalised: None,
    with_email: None,
    note: None,
    note_fingerprint: None,
};

/// The channel of a request observed on another network is unknown; the web is never held against a request.
static UNKNOWN: Channel = Channel::Web;

/// A past send.
#[derive(Clone, Copy)]
pub(crate) struct PastSend<'e> {
    pub(crate) request: RequestId,
    pub(crate) sender: MemberId,
    pub(crate) at: Timestamp,
    pub(crate) number: EventNumber,
    pub(crate) asked: RecordedSend<'e>,
    /// Whether the entered text was erased.
    pub(crate) erased: bool,
}

impl<'e> PastSend<'e> {
    /// The send that an event records; `None` for any other event.
    pub(crate) fn of(recorded: &'e Recorded) -> Option<Self> {
        let (number, at) = (recorded.number, recorded.at);
        match &recorded.event {
            Event::Outgoing(event) => match &event.kind {
                outgoing::Kind::Submitted { addressee, entered, channel, distance } => {
                    let (entered, erased) = match entered {
                        Personal::Held(entered) => (entered, false),
                        Personal::Erased => (&NOTHING, true),
                    };
                    let (request, sender) = (event.request, event.sender);
                    let asked = RecordedSend {
                        sender,
                        addressee: *addressee,
                        entered,
                        channel,
                        distance: *distance,
                        at,
                    };
                    Some(Self { request, sender, at, number, asked, erased })
                }
                outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Confirmed { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Expired { .. }
                | outgoing::Kind::Reminded { .. } => None,
            },
            Event::Import(event) => match event {
                import::Event::RequestObserved { request_ref, observed_at, .. } => {
                    let (request, sender, at) = (request_ref.request, request_ref.sender, *observed_at);
                    let addressee = Addressee::Member(request_ref.recipient);
                    let (entered, channel) = (&NOTHING, &UNKNOWN);
                    let asked = RecordedSend { sender, addressee, entered, channel, distance: None, at };
                    Some(Self { request, sender, at, number, asked, erased: false })
                }
                import::Event::Begun { .. }
                | import::Event::AcceptanceObserved { .. }
                | import::Event::Export(_)
                | import::Event::Inherited(_) => None,
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Oversight(_) => None,
        }
    }
}

/// The request and verdict of a send that an event records; `None` for any other event.
pub(crate) fn decided(event: &Event) -> Option<(RequestId, &Verdict)> {
    match event {
        Event::Outgoing(event) => match &event.kind {
            outgoing::Kind::Sent { verdict, .. }
            | outgoing::Kind::Held { verdict, .. }
            | outgoing::Kind::Refused { verdict } => Some((event.request, verdict)),
            // This is the second judgement of a held send.
            outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Submitted { .. }
            | outgoing::Kind::Withdrawn { .. }
            | outgoing::Kind::Expired { .. }
            | outgoing::Kind::Reminded { .. } => None,
        },
        Event::Incoming(event) => match &event.kind {
            incoming::Kind::Accepted { crossing: Some(crossing), .. } => {
                Some((crossing.request, &crossing.verdict))
            }
            incoming::Kind::Accepted { crossing: None, .. }
            | incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Crossed { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => None,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Letter(_)
        | Event::Oversight(_)
        | Event::Import(_) => None,
    }
}

/// The open request in the other direction that a send would have answered, by the evidence of the recorded verdict.
pub(crate) fn crossing(recorded: &Verdict) -> Option<(Timestamp, RequestId)> {
    let gate = recorded.gates.iter().find(|gate| gate.rule == Rule::Crossing)?;
    if let Evidence::Stands { since, request: Some(request) } = gate.evidence {
        Some((since, request))
    } else {
        None
    }
}

/// Restores facts about an erased text from the evidence of the recorded verdict. A rule that was not reached left no
/// evidence, so it finds nothing.
pub(crate) fn restore(facts: &mut Facts, recorded: &Verdict) {
    for gate in &recorded.gates {
        if let (Rule::AddressForm, Evidence::Form(Some(malformed))) = (gate.rule, &gate.evidence) {
            facts.address = AddressLookup::Malformed(*malformed);
        } else if let (Rule::AddressForm, Evidence::Form(None)) = (gate.rule, &gate.evidence)
            && matches!(facts.address, AddressLookup::Malformed(_))
        {
            facts.address = AddressLookup::Unknown;
        } else if let (Rule::NotPending, Evidence::Stands { since, request: Some(request) }) =
            (gate.rule, &gate.evidence)
        {
            facts.pending = Some((*since, *request));
        } else if let (Rule::ResendCooldown, Evidence::Cooldown { since, .. }) = (gate.rule, &gate.evidence) {
            facts.withdrawn = Some(*since);
        } else if let (Rule::OwnContacts, Evidence::Contact { in_contacts, by_email, .. }) =
            (gate.rule, &gate.evidence)
        {
            (facts.in_contacts, facts.by_email) = (*in_contacts, *by_email);
        } else if let (Rule::NoteLength, Evidence::Size { found, .. }) = (gate.rule, &gate.evidence) {
            facts.note_chars = Some(*found);
        } else if let (Rule::Spam, Evidence::Symbols { symbols, in_contacts, .. }) =
            (gate.rule, &gate.evidence)
        {
            facts.in_contacts = *in_contacts;
            let repeated = symbols.iter().find(|symbol| symbol.kind == SymbolKind::RepeatedNote);
            let repeated =
                repeated.map_or(Share::default(), |symbol| Share { value: symbol.value, of: symbol.of });
            // The other symbols do not depend on the text.
            let seen = SymbolKind::ALL.map(|kind| {
                let is_of_the_text = kind == SymbolKind::RepeatedNote;
                (kind, if is_of_the_text { repeated } else { facts.spam.of(kind) })
            });
            facts.spam = SpamFacts::new(seen);
        }
    }
}
