//! Checks, and commands without effect whose error reveals whether an address is in use. Both count as attempts under a
//! policy that limits attempts.

use acquaint_domain::{
    Actor, Address, Code, Command, Event, Handle, MemberId, Pair, Tier, Timestamp, account,
};
use acquaint_policy::LimitBasis;

use crate::error::SubmitError;
use crate::state::receipt::{CommandOutcome, Receipt, Recording};
use crate::write::kernel::{Kernel, Provenance};

impl Kernel {
    /// A check reveals whether an address is in use, as a refused send does: under a policy that limits attempts it counts as
    /// one. A check beyond the limit reveals nothing, and is not recorded.
    pub(crate) fn count_check(
        &mut self,
        sender: &Handle,
        verdict: CommandOutcome,
        at: Timestamp,
    ) -> Result<(), SubmitError> {
        let bounds = self.views().policy().is_some_and(|(_, policy)| policy.bounds_attempts());
        if bounds && verdict != CommandOutcome::Refused(Code::AttemptsLimit) {
            let member = self.views().actor(sender)?.id;
            let provenance = Provenance { at, actor: Actor::Member(member), tag: None, cause: None };
            self.record(vec![check_event(member)], provenance);
        }
        Ok(())
    }

    /// Counts a command without effect as an attempt if its error reveals whether a public address is in use. Beyond the limit
    /// every such command gets the same refusal, and is not recorded.
    ///
    /// # Errors
    /// The command's own error, within the limit.
    pub(crate) fn count_lookup(
        &mut self,
        command: &Command,
        acting: Option<(MemberId, Tier)>,
        error: SubmitError,
        at: Timestamp,
    ) -> Result<Receipt, SubmitError> {
        let reveals = matches!(
            error,
            SubmitError::NotFound(_) | SubmitError::NotThere { .. } | SubmitError::UnknownAddress { .. }
        );
        let (true, true, Some((member, tier))) = (reveals, names_public_address(command), acting) else {
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
                recording: Recording::Skipped,
            });
        }
        let provenance = Provenance { at, actor: Actor::Member(member), tag: None, cause: None };
        self.record(vec![check_event(member)], provenance);
        Err(error)
    }
}

/// Records that a member has tried an address; which one is not kept.
fn check_event(member: MemberId) -> Event {
    Event::Account(account::Event { member, kind: account::Kind::SendChecked })
}

/// Whether a member's command names a public address, which is looked up among all members. An e-mail address never is.
fn names_public_address(command: &Command) -> bool {
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
        // A send counts by its own events; the others are the operator's, or name no other member.
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
