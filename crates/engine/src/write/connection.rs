//! Commands about a pair of members: blocks, disconnections, and connections that were made elsewhere.

use acquaint_domain::{Address, CommandKind, Decision, Event, Pair, connection};
use acquaint_projection_members::Member;

use crate::error::SubmitError;
use crate::write::decision::Decided;
use crate::write::kernel::Kernel;

impl Kernel {
    pub(crate) fn relate<E: Into<Event>>(
        &self,
        kind: CommandKind,
        acting: &Member,
        pair: &Pair,
        decide: fn(&connection::PairFacts) -> Decision<E>,
    ) -> Decided {
        let member = acting.id;
        let other = self.views().other(member, &pair.other)?;
        let decision = decide(&self.views().pair_facts(member, other));
        self.conclude(kind, pair, (member, other), None, decision)
    }

    pub(crate) fn record_connection(&self, pair: &Pair) -> Decided {
        let views = self.views();
        let member = views.actor(&pair.member)?.id;
        let other = match &pair.other {
            Address::Email(email) => views.members.by_email(email).map(|other| other.id),
            Address::Handle(_) | Address::Profile(_) => None,
        };
        let other = match other {
            Some(other) if other != member => other,
            Some(_) | None => views.other(member, &pair.other)?,
        };
        if let Some(closed) = views.members.get(other) {
            views.actor(&closed.handle)?;
        }
        // A letter of an earlier connection that arrives later would end this one on one side only.
        if views.outbox.has_answers_between(member, other) {
            let Pair { member, other } = pair;
            return Err(SubmitError::BadInput(format!(
                "letters between `{member}` and `{other}` are still in transit; record the connection once they have arrived"
            )));
        }
        let (here, there) = (views.pair_facts(member, other), views.pair_facts(other, member));
        let decision = connection::record(self.next_request(member), &here, &there);
        self.conclude(CommandKind::Connect, pair, (member, other), None, decision)
    }
}
