//! Gathering a dossier: the events of a request and what the views know of it, as one viewer may have it.

use std::borrow::Cow;
use std::cell::LazyCell;

use acquaint_audit::{
    Case, Dossier, Numbering, OwnDesk, RecipientDossier, SenderDossier, StaffDossier, Viewer,
};
use acquaint_domain::{Addressee, Ask, EventNumber, MemberId, Recorded, RequestId, Timestamp};

use super::Inquiry;
use crate::again::Imagined;
use crate::error::OpenError;
use crate::parties::Parties;

impl Inquiry<'_> {
    /// Reads something from a viewer's dossier of a request, as of a moment; `None` where there is nothing to read. With an
    /// imagined life, the dossier is of that one.
    pub(crate) fn with_dossier<T>(
        &self,
        (request, viewer): (RequestId, Viewer),
        as_of: Timestamp,
        imagined: Option<&Imagined<'_>>,
        read: impl FnOnce(&Dossier<'_>) -> Option<T>,
    ) -> Result<Option<T>, OpenError> {
        let views = self.views;
        let mut trace = self.events(&views.index.of_request(request))?;
        let (Some(parties), Some((in_force, _))) = (Parties::of(request, &trace), views.policy()) else {
            return Ok(None);
        };
        trace.retain(|recorded| recorded.at <= as_of);
        let incident = self.incident(&trace, as_of)?;
        let asked_at = trace.first().map_or(as_of, |recorded| recorded.at);
        let (mutuals, suggestions) = (self.mutuals(&parties, asked_at), self.suggestions(&parties, &trace));
        let (mut policies, mut policy) = (Cow::Borrowed(&views.policies), in_force);
        let mut trace: &[Recorded] = &trace;
        if let Some(Imagined { policy: (version, text), trace: other }) = imagined {
            policies.to_mut().insert(*version, (*text).clone());
            (policy, trace) = (*version, other);
        }
        // An imagined life is judged by its own policy, not by today's rules.
        let now = match imagined {
            None => self.rehearse_send(trace, parties.sender, as_of)?,
            Some(_) => None,
        };
        let there_now = match (recipient_of(&parties), viewer, imagined) {
            (_, Viewer::Sender, _) | (None, ..) | (.., Some(_)) => None,
            (Some(recipient), Viewer::Recipient | Viewer::Agent | Viewer::Engineer, None) => {
                self.rehearse_arrival(trace, Ask { request, sender: parties.sender, recipient }, as_of)?
            }
        };
        let handles = |member| views.members.handle(member);
        let case =
            Case { request, sender: parties.sender, as_of, policies: &policies, policy, handles: &handles };
        let desk = |member| {
            let observed_until = self.observed_until(request, &parties, Some(member));
            OwnDesk::of(member, trace, views.exports.exports(), observed_until)
        };
        // Members count the events that they may see; which these are is looked up once, and only when it is needed.
        let of_sender = LazyCell::new(|| self.visible_to(Viewer::Sender, parties.sender));
        let (number, position) = (|event| of_sender.place(event), || of_sender.count());
        let sender = || SenderDossier {
            case,
            desk: desk(parties.sender),
            numbering: Numbering { number: &number, position: &position },
            mutuals: &mutuals,
            suggestions: &suggestions,
            incident: incident.as_ref().map(|incident| incident.rounded()),
            now: now.clone(),
        };
        Ok(match viewer {
            Viewer::Sender => read(&Dossier::Sender(sender())),
            Viewer::Recipient => recipient_of(&parties).and_then(|member| {
                let own = LazyCell::new(|| self.visible_to(Viewer::Recipient, member));
                let (number, position) = (|event| own.place(event), || own.count());
                let numbering = Numbering { number: &number, position: &position };
                read(&Dossier::Recipient(RecipientDossier {
                    case,
                    desk: desk(member),
                    numbering,
                    now: there_now.clone(),
                    underway: self.underway(parties.sender, member, Some(member)),
                }))
            }),
            Viewer::Agent | Viewer::Engineer => {
                let (number, position) = (|event: EventNumber| event.0, || views.last().0);
                read(&Dossier::Staff(Box::new(StaffDossier {
                    viewer,
                    sender: sender(),
                    trace,
                    recipient: recipient_of(&parties),
                    exports: views.exports.exports(),
                    observed_until: self.observed_until(request, &parties, None),
                    numbering: Numbering { number: &number, position: &position },
                    incident: incident.clone(),
                    there_now: there_now.clone(),
                    underway: match recipient_of(&parties) {
                        Some(recipient) => self.underway(parties.sender, recipient, None),
                        None => Vec::new(),
                    },
                    owner: self.owner_now(trace)?,
                    compared: self.compared(trace, &parties)?,
                })))
            }
        })
    }

    /// The end of the records of another network that hold the request; to a member, of those that are the member's own.
    fn observed_until(
        &self,
        request: RequestId,
        parties: &Parties,
        reader: Option<MemberId>,
    ) -> Option<Timestamp> {
        let exports = &self.views.exports;
        let shown = exports.invitation(request);
        let shown = shown.filter(|shown| reader.is_none_or(|reader| shown.invitation.owner() == reader));
        let newest = shown.and_then(|shown| {
            exports.newest(shown.invitation.owner(), shown.network).map(|export| export.as_of)
        });
        newest.or(self.views.index.observed_until().filter(|_| parties.observed))
    }
}

/// The member behind the address, as both halves together know.
fn recipient_of(parties: &Parties) -> Option<MemberId> {
    match parties.addressee {
        Addressee::Member(to) => Some(to),
        Addressee::Email | Addressee::Nobody => parties.recipient,
    }
}
