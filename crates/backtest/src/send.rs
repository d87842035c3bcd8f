//! Sends, as events have them.

use acquaint_domain::{
    Addressee, Channel, Event, EventNumber, Evidence, MemberId, Personal, Recorded, RequestId, Rule,
    SymbolKind, Timestamp, Typed, Verdict, import, incoming, outgoing,
};
use acquaint_engine::Asked;
use acquaint_policy::{Facts, Reading, Share, SpamFacts};

/// What is known of what was typed where nothing is.
static NOTHING: Typed =
    Typed { address: String::new(), normalised: None, with_email: None, note: None, note_fingerprint: None };

/// By what a request came that another network carried is not known; nothing is held against it.
static UNKNOWN: Channel = Channel::Web;

/// A send of the past.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'e> {
    pub(crate) request: RequestId,
    pub(crate) sender: MemberId,
    pub(crate) at: Timestamp,
    pub(crate) number: EventNumber,
    pub(crate) asked: Asked<'e>,
    /// Whether what was typed was erased.
    pub(crate) erased: bool,
}

impl<'e> Sent<'e> {
    /// The send that an event tells of; `None` for any other event.
    pub(crate) fn of(recorded: &'e Recorded) -> Option<Self> {
        let (number, at) = (recorded.number, recorded.at);
        if let Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Submitted { addressee, typed, channel, distance },
        }) = &recorded.event
        {
            let (typed, erased) = match typed {
                Personal::Held(typed) => (typed, false),
                Personal::Erased => (&NOTHING, true),
            };
            let (request, sender) = (*request, *sender);
            let asked = Asked { sender, addressee: *addressee, typed, channel, distance: *distance, at };
            Some(Self { request, sender, at, number, asked, erased })
        } else if let Event::Import(import::Event::RequestObserved { ask, observed_at, .. }) = &recorded.event
        {
            let (request, sender, at) = (ask.request, ask.sender, *observed_at);
            let addressee = Addressee::Member(ask.recipient);
            let asked = Asked { sender, addressee, typed: &NOTHING, channel: &UNKNOWN, distance: None, at };
            Some(Self { request, sender, at, number, asked, erased: false })
        } else {
            None
        }
    }
}

/// What was decided about a send, where that is what the event tells of.
pub(crate) fn decided(event: &Event) -> Option<(RequestId, &Verdict)> {
    if let Event::Outgoing(outgoing::Event { request, kind: outgoing::Kind::Sent { verdict, .. }, .. })
    | Event::Outgoing(outgoing::Event { request, kind: outgoing::Kind::Held { verdict, .. }, .. })
    | Event::Outgoing(outgoing::Event { request, kind: outgoing::Kind::Refused { verdict }, .. }) = event
    {
        Some((*request, verdict))
    } else if let Event::Incoming(incoming::Event {
        kind: incoming::Kind::Accepted { crossing: Some(crossing), .. },
        ..
    }) = event
    {
        Some((crossing.request, &crossing.verdict))
    } else {
        None
    }
}

/// The request that a send would have answered, if it could have: by the evidence of the recorded verdict.
pub(crate) fn crossing(recorded: &Verdict) -> Option<(Timestamp, RequestId)> {
    let gate = recorded.gates.iter().find(|gate| gate.rule == Rule::Crossing)?;
    if let Evidence::Stands { since, request: Some(request) } = gate.evidence {
        Some((since, request))
    } else {
        None
    }
}

/// Puts into facts what the evidence of the recorded verdict still has of a text that was erased. A rule that had not
/// been reached left none: it finds nothing then.
pub(crate) fn restore(facts: &mut Facts, recorded: &Verdict) {
    for gate in &recorded.gates {
        if let (Rule::AddressForm, Evidence::Form(Some(malformed))) = (gate.rule, &gate.evidence) {
            facts.address = Reading::Malformed(*malformed);
        } else if let (Rule::AddressForm, Evidence::Form(None)) = (gate.rule, &gate.evidence)
            && matches!(facts.address, Reading::Malformed(_))
        {
            facts.address = Reading::Unknown;
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
            // The other symbols do not ask for the text.
            let seen = SymbolKind::ALL.map(|kind| {
                let is_of_the_text = kind == SymbolKind::RepeatedNote;
                (kind, if is_of_the_text { repeated } else { facts.spam.of(kind) })
            });
            facts.spam = SpamFacts::new(seen);
        }
    }
}
