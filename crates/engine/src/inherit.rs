//! Taking over a network: members, connections, open requests and blocks that were there before this log.
//!
//! A record that is here already with the same content changes nothing, so that an import that was cut short, or whose
//! file has grown, goes on. One that says otherwise than what is here stops it.

use acquaint_domain::incoming::Incoming;
use acquaint_domain::{
    Actor, Address, Addressee, Ask, ConnectionName, EmailAddress, Event, Handle, Inherited, MemberId,
    Personal, Profile, RequestId, Settings, Standing, Stands, Stretch, Tier, Timestamp, Typed, fingerprint,
};
use acquaint_projection_members::Member;
use acquaint_projection_pending::OpenRequest;

use crate::desk::{Because, Desk};
use crate::error::SubmitError;
use crate::resolve::has_email;
use crate::views::Views;

/// A part of a file of records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inheritance {
    /// What must have been taken in before; `None` for the first part.
    pub follows: Option<Stretch>,
    /// The moment as of which the records hold; none of them speaks of a later one.
    pub as_of: Timestamp,
    /// The records in their order, each with its line, from 1. They may name whom earlier ones made known.
    pub records: Vec<(u64, Bequest)>,
    /// The file up to the end of this part; `None` when the part was cut short by a record that cannot be read.
    pub upto: Option<Stretch>,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bequest {
    /// A member.
    Member(Box<MemberBequest>),
    /// A connection.
    Connection {
        /// One end.
        one: Handle,
        /// The other end.
        other: Handle,
        /// Since when.
        since: Timestamp,
    },
    /// An open request.
    Request(Box<RequestBequest>),
    /// A block.
    Block {
        /// Who blocks.
        by: Handle,
        /// Whom.
        of: Handle,
        /// Since when.
        since: Timestamp,
    },
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberBequest {
    /// The public name.
    pub handle: Handle,
    /// The subscription.
    pub tier: Tier,
    /// Since when.
    pub joined: Timestamp,
    /// What stands against the account.
    pub standing: Standing,
    /// What the member allows.
    pub settings: Settings,
    /// What the member shows.
    pub profile: Profile,
    /// The address book.
    pub contacts: Vec<EmailAddress>,
}

/// An open request that has arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestBequest {
    /// Who asked.
    pub from: Handle,
    /// Whom: by handle or e-mail address.
    pub to: Address,
    /// When.
    pub at: Timestamp,
    /// With which note.
    pub note: Option<String>,
    /// Where it is.
    pub place: Place,
}

/// Where an open request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the recipient's desk.
    Here(Stands),
    /// Nowhere: nobody had the e-mail address when it arrived.
    Nobody,
    /// Nowhere: the two were connected when it arrived.
    Connected,
}

/// How many records were taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// So many are new.
    pub new: u64,
    /// So many were here already.
    pub known: u64,
}

/// What a record comes to: nothing where it is here already, or why it cannot be.
type Comes = Result<Vec<Event>, String>;

impl Desk {
    /// Takes over a part of a network.
    ///
    /// # Errors
    /// A record does not go with what is here: what stands before it was taken in.
    pub fn inherit(&mut self, inheritance: Inheritance) -> Result<Taken, SubmitError> {
        self.settle();
        let Inheritance { follows, as_of, records, upto } = inheritance;
        if let Some(follows) = follows
            && !self.views().index.stretches().contains(&follows)
        {
            let what = format!("what stands up to line {} was not taken in; import it again", follows.lines);
            return Err(SubmitError::BadInput(what));
        }
        let at = self.views().last_at().map_or(as_of, |last| last.max(as_of));
        let because = Because { at, actor: Actor::Archive, tag: None, cause: None };
        let mut taken = Taken::default();
        for (line, bequest) in records {
            let comes = match bequest {
                Bequest::Member(member) => self.inherit_member(*member),
                Bequest::Connection { one, other, since } => self.inherit_connection(&one, &other, since),
                Bequest::Request(request) => self.inherit_request(*request),
                Bequest::Block { by, of, since } => self.inherit_block(&by, &of, since),
            };
            let events = comes.map_err(|why| SubmitError::BadInput(format!("line {line}: {why}")))?;
            if events.is_empty() {
                taken.known += 1
            } else {
                taken.new += 1
            }
            self.record(events, because);
        }
        if let Some(upto) = upto.filter(|upto| !self.views().index.stretches().contains(upto)) {
            self.record(vec![Event::Inherited(Inherited::StretchTaken(upto))], because);
        }
        Ok(taken)
    }

    fn inherit_member(&self, bequest: MemberBequest) -> Comes {
        let views = self.views();
        if let Some(known) = views.members.by_handle(&bequest.handle) {
            return match difference(known, &bequest) {
                None => Ok(Vec::new()),
                Some(field) => Err(format!(
                    "the member `{}` is here already with another `{field}`; take the line out, or make it say the same",
                    bequest.handle
                )),
            };
        }
        views.check_profile(None, &bequest.profile).map_err(|error| error.to_string())?;
        let MemberBequest { handle, tier, joined, standing, settings, profile, contacts } = bequest;
        let (member, profile, contacts) =
            (views.members.next_id(), Personal::Held(profile), Personal::Held(contacts));
        Ok(vec![Event::Inherited(Inherited::MemberInherited {
            member,
            handle,
            tier,
            joined,
            standing,
            settings,
            profile,
            contacts,
        })])
    }

    fn inherit_connection(&self, one: &Handle, other: &Handle, since: Timestamp) -> Comes {
        let views = self.views();
        let (member, known) = (member(views, one)?, member(views, other)?);
        if member.id == known.id {
            return Err(format!("`{one}` would be connected with `{one}`; name two members"));
        }
        let (here, there) =
            (views.connected.end(member.id, known.id), views.connected.end(known.id, member.id));
        if let (Some(here), Some(there)) = (here, there) {
            return if here.since.min(there.since) == since {
                Ok(Vec::new())
            } else {
                Err(format!(
                    "`{one}` and `{other}` are connected already, since another moment; take the line out"
                ))
            };
        }
        for closed in [member, known].into_iter().filter(|member| is_closed(member)) {
            return Err(format!(
                "`{}` has closed the account, and is connected with nobody; take the line out",
                closed.handle
            ));
        }
        if blocks_between(views, member.id, known.id) {
            return Err(format!(
                "`{one}` and `{other}` are connected here, and one of them blocks the other; keep one of the two"
            ));
        }
        let asks = |from: MemberId, to: MemberId| {
            views.pending.to_member(from, to).is_some() || views.pending.matter(to, from).is_some()
        };
        if here.is_some() || there.is_some() || asks(member.id, known.id) || asks(known.id, member.id) {
            return Err(format!(
                "between `{one}` and `{other}` there is an open request; keep it or the connection"
            ));
        }
        let name = ConnectionName::of([self.next_request(member.id)]);
        let (member, other) = (member.id, known.id);
        Ok(vec![Event::Inherited(Inherited::ConnectionInherited { name, member, other, since })])
    }

    fn inherit_request(&self, bequest: RequestBequest) -> Comes {
        let views = self.views();
        let RequestBequest { from, to, at, note, place } = bequest;
        let sender = member(views, &from)?;
        let (addressee, recipient) = addressed(views, sender, &to)?;
        let open = match (&to, recipient) {
            (Address::Email(email), _) => views.pending.to_email(sender.id, email),
            (_, Some(recipient)) => views.pending.to_member(sender.id, recipient.id),
            (_, None) => None,
        };
        if let Some(open) = open {
            let is_same = open.submitted_at == at
                && note_of(open) == note.as_deref()
                && place_of(views, open) == Some(place);
            return if is_same {
                Ok(Vec::new())
            } else {
                Err(format!(
                    "`{from}` has another open request to `{to}`; a member has one at most to an address"
                ))
            };
        }
        if is_closed(sender) {
            return Err(format!("`{from}` has closed the account, and has nothing open; take the line out"));
        }
        let request = self.next_request(sender.id);
        let arrived = arrived(views, sender, recipient, addressee, place, (request, at))
            .map_err(|why| format!("the request of `{from}` to `{to}`: {why}"))?;
        let typed = Typed {
            address: to.as_str().to_owned(),
            with_email: None,
            note_fingerprint: note.as_deref().map(fingerprint),
            normalised: Some(to),
            note,
        };
        let (sender, typed, asked_at) = (sender.id, Personal::Held(typed), at);
        let asked =
            Event::Inherited(Inherited::RequestInherited { request, sender, addressee, typed, asked_at });
        Ok(vec![asked, arrived])
    }

    fn inherit_block(&self, by: &Handle, of: &Handle, since: Timestamp) -> Comes {
        let views = self.views();
        let (member, other) = (member(views, by)?.id, member(views, of)?.id);
        if member == other {
            return Err(format!("`{by}` would block `{by}`; name two members"));
        }
        match views.blocked.since(member, other) {
            Some(known) if known == since => return Ok(Vec::new()),
            Some(_) => {
                return Err(format!("`{by}` blocks `{of}` already, since another moment; take the line out"));
            }
            None => {}
        }
        if is_connected(views, member, other) {
            return Err(format!("`{by}` blocks `{of}` here, and the two are connected; keep one of the two"));
        }
        if views.pending.to_member(member, other).is_some() {
            return Err(format!(
                "`{by}` blocks `{of}` here, and has an open request to them; keep one of the two"
            ));
        }
        let matter = views.pending.matter(member, other);
        if matter.is_some_and(|matter| is_before_a_blocker(matter.state)) {
            return Err(format!(
                "`{by}` blocks `{of}`, whose request must then be `\"stands\":\"filed\",\"reason\":\"CR0703\"`; mend that line"
            ));
        }
        Ok(vec![Event::Inherited(Inherited::BlockInherited { member, other, since })])
    }
}

impl Views {
    /// Where an open request is, as a record would say it; `None` while it is on its way to somewhere.
    pub fn place_of(&self, open: &OpenRequest) -> Option<Place> {
        place_of(self, open)
    }
}

/// What the other side had of a request, as an event.
fn arrived(
    views: &Views,
    sender: &Member,
    recipient: Option<&Member>,
    addressee: Addressee,
    place: Place,
    (request, since): (RequestId, Timestamp),
) -> Result<Event, &'static str> {
    let ask = |recipient: &Member| Ask { request, sender: sender.id, recipient: recipient.id };
    match (place, recipient) {
        (Place::Nobody, _) if addressee != Addressee::Email => {
            Err("only one to an e-mail address can stand with `nobody`; say where it stands")
        }
        (Place::Nobody, _) => Ok(Event::RequestUnclaimed { request, sender: sender.id }),
        (Place::Here(_) | Place::Connected, None) => Err(
            "no member has the address; say `\"stands\":\"nobody\"`, or put that member's line before this one",
        ),
        (Place::Connected, Some(recipient)) if has_both_ends(views, sender.id, recipient.id) => {
            Ok(Event::RequestMerged { ask: ask(recipient), into: None })
        }
        (Place::Connected, Some(_)) => Err("the two are not connected; say where it stands"),
        (Place::Here(stands), Some(recipient)) => {
            let ask = ask(recipient);
            check_stands(views, ask, recipient, addressee, stands)?;
            Ok(Event::Inherited(Inherited::ArrivalInherited { ask, stands, since }))
        }
    }
}

fn check_stands(
    views: &Views,
    Ask { sender, recipient: to, .. }: Ask,
    recipient: &Member,
    addressee: Addressee,
    stands: Stands,
) -> Result<(), &'static str> {
    if is_connected(views, sender, to) {
        return Err("the two are connected; take it out, or say `\"stands\":\"connected\"`");
    }
    if addressee != Addressee::Email && views.blocked.since(sender, to).is_some() {
        return Err("its sender blocks whom it is to; keep it or the block");
    }
    let is_stopped = is_closed(recipient) || views.blocked.since(to, sender).is_some();
    if is_stopped && is_before_a_blocker(stands.incoming()) {
        return Err("whom it is to blocks its sender or has closed the account; say `\"stands\":\"filed\"`");
    }
    match views.pending.matter(to, sender) {
        Some(matter) if matter.state != stands.incoming() => {
            Err("another request to the same member stands elsewhere; the two stand together")
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether it is where a block would have filed it.
fn is_before_a_blocker(state: Incoming) -> bool {
    match state {
        Incoming::Delivered | Incoming::AwaitingConfirmation | Incoming::Dismissed => true,
        Incoming::Filed(_)
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => false,
    }
}

fn place_of(views: &Views, open: &OpenRequest) -> Option<Place> {
    use acquaint_domain::outgoing::Outgoing;
    if open.open.state != Outgoing::Sent {
        return None;
    }
    let (request, sender) = (open.open.request, open.open.sender);
    if let Some((recipient, _)) = views.pending.holder_of(request) {
        return Stands::of(views.pending.matter(recipient, sender)?.state).map(Place::Here);
    }
    let recipient = views.index.parties(request)?.recipient;
    match (recipient, open.open.addressee) {
        (None, Addressee::Email) => Some(Place::Nobody),
        (Some(recipient), _) if has_both_ends(views, sender, recipient) => Some(Place::Connected),
        (Some(_) | None, _) => None,
    }
}

fn note_of(open: &OpenRequest) -> Option<&str> {
    open.typed.as_ref()?.held()?.note.as_deref()
}

fn addressed<'a>(
    views: &'a Views,
    sender: &Member,
    to: &Address,
) -> Result<(Addressee, Option<&'a Member>), String> {
    let oneself = || format!("`{to}` is the sender's own address; name somebody else");
    match to {
        Address::Email(email) if has_email(sender, email) => Err(oneself()),
        Address::Email(email) => Ok((Addressee::Email, views.members.by_email(email))),
        Address::Handle(handle) => {
            let recipient = member(views, handle)?;
            if recipient.id == sender.id {
                return Err(oneself());
            }
            Ok((Addressee::Member(recipient.id), Some(recipient)))
        }
        Address::Profile(_) => Err(format!("`{to}` is a profile; give the handle or an e-mail address")),
    }
}

fn member<'a>(views: &'a Views, handle: &Handle) -> Result<&'a Member, String> {
    views.members.by_handle(handle).filter(|member| member.network.is_none()).ok_or_else(|| {
        format!(
            "no member has the handle `{handle}`; put that member's line before this one, or mend the handle"
        )
    })
}

fn is_closed(member: &Member) -> bool {
    matches!(member.standing, Standing::Closed { .. })
}

fn is_connected(views: &Views, one: MemberId, other: MemberId) -> bool {
    views.connected.end(one, other).is_some() || views.connected.end(other, one).is_some()
}

fn has_both_ends(views: &Views, one: MemberId, other: MemberId) -> bool {
    views.connected.end(one, other).is_some() && views.connected.end(other, one).is_some()
}

fn blocks_between(views: &Views, one: MemberId, other: MemberId) -> bool {
    views.blocked.since(one, other).is_some() || views.blocked.since(other, one).is_some()
}

/// The first field in which the member that is here is another than the record's.
fn difference(known: &Member, bequest: &MemberBequest) -> Option<&'static str> {
    let MemberBequest { handle: _, tier, joined, standing, settings, profile, contacts } = bequest;
    let Some(held) = known.profile.held() else { return Some("emails") };
    let own: Vec<&EmailAddress> = known.contacts.iter().collect();
    let mut given: Vec<&EmailAddress> = contacts.iter().collect();
    given.sort_unstable();
    given.dedup();
    let fields = [
        ("tier", known.tier == *tier),
        ("joined", known.joined == *joined),
        ("emails", held.emails == profile.emails),
        ("profile", held.url == profile.url),
        ("company", held.company == profile.company),
        ("title", held.title == profile.title),
        ("settings", known.settings == *settings),
        ("contacts", own == given),
        ("standing", known.standing == *standing),
    ];
    fields.into_iter().find(|(_, is_same)| !is_same).map(|(field, _)| field)
}
