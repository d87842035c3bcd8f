//! Gathers a dossier: the events of a request and what the views know about it, as far as one viewer may know.

use std::borrow::Cow;
use std::cell::LazyCell;

use acquaint_audit::{
    AddressOwner, Case, CompanyComparison, Dossier, Numbering, OwnDesk, RecipientDossier, Rehearsal,
    SenderDossier, StaffDossier, Viewer, deliveries,
};
use acquaint_domain::{
    Addressee, EventNumber, MemberId, PolicyVersion, Recorded, RequestId, RequestRef, Timestamp,
};

use super::Inquiry;
use crate::error::StartError;
use crate::read::again::Hypothetical;
use crate::read::parties::Parties;

impl Inquiry<'_> {
    /// Reads something from a viewer's dossier of a request, as of a moment; `None` if there is nothing to read. With a
    /// hypothetical history, the dossier is of that history.
    pub(crate) fn with_dossier<T>(
        &self,
        (request, viewer): (RequestId, Viewer),
        as_of: Timestamp,
        hypothetical: Option<&Hypothetical<'_>>,
        read: impl FnOnce(&Dossier<'_>) -> Option<T>,
    ) -> Result<Option<T>, StartError> {
        let views = self.views;
        let Some((parties, trace, in_force)) = self.trace_of(request, as_of)? else { return Ok(None) };
        let asked_at = trace.first().map_or(as_of, |recorded| recorded.at);
        let (mutuals, suggestions) = (self.mutuals(&parties, asked_at), self.suggestions(&parties, &trace));
        let (mut policies, mut policy) = (Cow::Borrowed(&views.policies), in_force);
        let mut trace: &[Recorded] = &trace;
        if let Some(Hypothetical { policy: (version, text), trace: other }) = hypothetical {
            policies.to_mut().insert(*version, (*text).clone());
            (policy, trace) = (*version, other);
        }
        let trouble = self.trouble_of(trace, as_of)?;
        let deliveries = deliveries(trace, &trouble.outages, &trouble.incidents);
        let today = self.today_facts((request, viewer), trace, &parties, as_of, hypothetical.is_some())?;
        let handles = |member| views.members.handle(member);
        let case =
            Case { request, sender: parties.sender, as_of, policies: &policies, policy, handles: &handles };
        let desk = |member| {
            let observed_until = self.observed_until(request, &parties, Some(member));
            OwnDesk::of(member, trace, views.exports.exports(), &deliveries, observed_until)
        };
        // Members number only the events that they may see. Which these are is looked up once, when first needed.
        let of_sender = LazyCell::new(|| self.visible_to(Viewer::Sender, parties.sender));
        let (number, position) = (|event| of_sender.rank(event), || of_sender.count());
        let sender = || SenderDossier {
            case,
            desk: desk(parties.sender),
            numbering: Numbering { number: &number, position: &position },
            mutuals: &mutuals,
            suggestions: &suggestions,
            now: today.at_sender.clone(),
        };
        Ok(match viewer {
            Viewer::Sender => read(&Dossier::Sender(sender())),
            Viewer::Recipient => recipient_of(&parties).and_then(|member| {
                let own = LazyCell::new(|| self.visible_to(Viewer::Recipient, member));
                let (number, position) = (|event| own.rank(event), || own.count());
                let numbering = Numbering { number: &number, position: &position };
                read(&Dossier::Recipient(RecipientDossier { case, desk: desk(member), numbering }))
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
                    deliveries: &deliveries,
                    there_now: today.at_recipient.clone(),
                    owner: today.owner,
                    compared: today.compared.clone(),
                })))
            }
        })
    }

    /// The parties of a request, its events until a moment, and the policy in force; `None` if there is no such request.
    fn trace_of(
        &self,
        request: RequestId,
        as_of: Timestamp,
    ) -> Result<Option<(Parties, Vec<Recorded>, PolicyVersion)>, StartError> {
        let mut trace = self.events(&self.views.index.of_request(request))?;
        let parties = Parties::of(request, &trace);
        trace.retain(|recorded| recorded.at <= as_of);
        Ok(parties.zip(self.views.policy()).map(|(parties, (policy, _))| (parties, trace, policy)))
    }

    /// What the viewer may know about the present. A hypothetical history is judged by its own policy only.
    fn today_facts(
        &self,
        (request, viewer): (RequestId, Viewer),
        trace: &[Recorded],
        parties: &Parties,
        as_of: Timestamp,
        is_hypothetical: bool,
    ) -> Result<TodayFacts, StartError> {
        let (sender, recipient) = (parties.sender, recipient_of(parties));
        let is_staff = matches!(viewer, Viewer::Agent | Viewer::Engineer);
        let mut today = TodayFacts::default();
        if !is_hypothetical {
            today.at_sender = self.rehearse_send(trace, sender, as_of)?;
        }
        if let Some(recipient) = recipient.filter(|_| is_staff && !is_hypothetical) {
            today.at_recipient =
                self.rehearse_arrival(trace, RequestRef { request, sender, recipient }, as_of)?;
        }
        if is_staff {
            today.owner = self.owner_now(trace)?;
            today.compared = self.company_comparison(trace, parties)?;
        }
        Ok(today)
    }

    /// The end of another network's records that hold the request; for a member, of the member's own exports.
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

/// What a viewer may know about the present, in addition to the recorded events.
#[derive(Default)]
struct TodayFacts {
    at_sender: Option<Rehearsal>,
    at_recipient: Option<Rehearsal>,
    owner: Option<AddressOwner>,
    compared: Option<CompanyComparison>,
}

/// The member with the address, as both desks together know it.
fn recipient_of(parties: &Parties) -> Option<MemberId> {
    match parties.addressee {
        Addressee::Member(to) => Some(to),
        Addressee::Email | Addressee::Nobody => parties.recipient,
    }
}
