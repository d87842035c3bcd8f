//! Checks, and commands that reveal whose an address is although they have no effect: both count under a policy that bounds
//! attempts.

use acquaint_domain::{
    Actor, Address, Code, Command, Event, Handle, MemberId, Pair, Tier, Timestamp, Whether, account,
};
use acquaint_policy::LimitBasis;

use crate::error::SubmitError;
use crate::state::receipt::{CommandOutcome, Receipt};
use crate::write::kernel::{Kernel, Provenance};

impl Kernel {
    /// A check tells whose an address is, as a refused send does: under a policy that bounds these it counts as one of
    /// them. One that is refused for their number tells nothing, and is not written down.
    pub(crate) fn count_check(
        &mut self,
        sender: &Handle,
        verdict: CommandOutcome,
        at: Timestamp,
    ) -> Result<(), SubmitError> {
        let bounds = self.views().policy().is_some_and(|(_, policy)| policy.bounds_attempts());
        if bounds && verdict != CommandOutcome::Refused(Code::AttemptsLimit) {
            let member = self.views().actor(sender)?.id;
            let because = Provenance { at, actor: Actor::Member(member), tag: None, cause: None };
            self.record(vec![checked(member)], because);
        }
        Ok(())
    }

    /// Counts a command of a member's that had no effect, where its error tells whether a public address is somebody's.
    /// Beyond the limit it is refused with one and the same answer, and is not written down.
    ///
    /// # Errors
    /// The outcome of the command, within the limit.
    pub(crate) fn counted_lookup(
        &mut self,
        command: &Command,
        acting: Option<(MemberId, Tier)>,
        error: SubmitError,
        at: Timestamp,
    ) -> Result<Receipt, SubmitError> {
        let tells = matches!(
            error,
            SubmitError::NotFound(_) | SubmitError::NotThere { .. } | SubmitError::UnknownAddress { .. }
        );
        let (true, true, Some((member, tier))) = (tells, looks_up(command), acting) else {
            return Err(error);
        };
        let Some((_, policy)) = self.views().policy().filter(|(_, policy)| policy.bounds_attempts()) else {
            return Err(error);
        };
        let usage = self.views().ledger.usage(policy, member, tier, at);
        let is_over = policy.limits.iter().zip(usage).any(|(limit, usage)| {
            let binds = limit.counts() == LimitBasis::Attempts && !policy.is_on_trial(&limit.id);
            binds && usage.used().is_some_and(|used| used >= limit.at_most.of(tier))
        });
        if is_over {
            let (event, verdict) = (self.views().last(), CommandOutcome::Refused(Code::AttemptsLimit));
            return Ok(Receipt {
                event,
                at,
                verdict,
                request: None,
                repeated: false,
                is_recorded: Whether::No,
            });
        }
        let because = Provenance { at, actor: Actor::Member(member), tag: None, cause: None };
        self.record(vec![checked(member)], because);
        Err(error)
    }
}

/// That a member has tried whose an address is. Nothing is kept of which.
fn checked(member: MemberId) -> Event {
    Event::Account(account::Event { member, kind: account::Kind::SendChecked })
}

/// Whether a member's command names a public address, which is looked up among everybody's. An e-mail address never is.
fn looks_up(command: &Command) -> bool {
    let is_public = |pair: &Pair| match pair.other {
        Address::Handle(_) | Address::Profile(_) => true,
        Address::Email(_) => false,
    };
    match command {
        Command::Block(pair)
        | Command::Unblock(pair)
        | Command::Disconnect(pair)
        | Command::Confirm(pair)
        | Command::Accept(pair)
        | Command::Decline(pair)
        | Command::Ignore(pair)
        | Command::Report(pair)
        | Command::Withdraw(pair)
        | Command::Remind(pair) => is_public(pair),
        // A send counts by its own events; the others are the operator's, or name nobody else.
        Command::SendRequest(_)
        | Command::AddMember { .. }
        | Command::ChangeMember { .. }
        | Command::RestrictMember { .. }
        | Command::BanMember(_)
        | Command::LiftRestriction(_)
        | Command::CloseMember(_)
        | Command::ImportContacts { .. }
        | Command::ChangeSettings { .. }
        | Command::RecordConnection(_)
        | Command::RecordLookup { .. }
        | Command::AdoptPolicy { .. }
        | Command::ReleaseRequest(_)
        | Command::ReleaseWaivingLimits(_)
        | Command::RefuseRequest(_)
        | Command::OpenAppeal { .. }
        | Command::DecideAppeal { .. }
        | Command::StartFault { .. }
        | Command::StopFault(_) => false,
    }
}
