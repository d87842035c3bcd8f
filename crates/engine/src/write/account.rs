//! Commands about members themselves.

use acquaint_domain::{
    Decision, EmailAddress, Event, Handle, MemberDraft, Personal, Profile, RestrictionCause, SettingsChange,
    Standing, Tier, Timestamp, account,
};

use crate::error::SubmitError;
use crate::write::decision::{Decided, events_of};
use crate::write::gather::profile;
use crate::write::kernel::{Kernel, no_policy};

impl Kernel {
    pub(crate) fn add_member(&self, handle: &Handle, tier: Tier, profile: &Profile) -> Decided {
        if let Some(known) = self.views().members.by_handle(handle) {
            return Err(match known.standing {
                Standing::Closed { .. } => SubmitError::HandleOfClosed(handle.clone()),
                Standing::Good | Standing::Restricted { .. } | Standing::Banned { .. } => {
                    SubmitError::HandleTaken(handle.clone())
                }
            });
        }
        if let Some(entered) = profile.entered_handle.as_ref().filter(|entered| !entered.is_of(handle)) {
            return Err(SubmitError::BadInput(format!(
                "`{}` is not a way to write the handle `{handle}`; leave it out, or give the handle as it was entered",
                entered.as_str()
            )));
        }
        self.views().check_profile(None, profile)?;
        let profile = Personal::Held(profile.clone());
        Ok(vec![Event::Account(account::Event {
            member: self.views().members.next_id(),
            kind: account::Kind::Added { handle: handle.clone(), tier, profile },
        })])
    }

    pub(crate) fn change_member(&self, member: &Handle, draft: &MemberDraft) -> Decided {
        let known = self.views().actor(member)?;
        if *draft == MemberDraft::default() {
            return Err(nothing_given("a tier, an e-mail address, a profile, a company or a title"));
        }
        let events = events_of(account::change(known.id, known.tier, &profile(known), draft.clone()))?;
        if let Some(Event::Account(account::Event {
            kind: account::Kind::Changed { profile: Personal::Held(profile), .. },
            ..
        })) = events.first()
        {
            self.views().check_profile(Some(known.id), profile)?;
        }
        Ok(events)
    }

    pub(crate) fn restrict_member(
        &self,
        member: &Handle,
        until: Timestamp,
        cause: RestrictionCause,
        at: Timestamp,
    ) -> Decided {
        if until <= at {
            return Err(SubmitError::BadInput(format!(
                "the restriction of `{member}` would end before it begins; give an end in the future"
            )));
        }
        events_of(account::restrict(self.views().actor(member)?.id, until, cause))
    }

    pub(crate) fn ban_member(&self, member: &Handle) -> Decided {
        let member = self.views().actor(member)?.id;
        events_of(account::ban(member))
    }

    pub(crate) fn lift_restriction(&self, handle: &Handle, at: Timestamp) -> Decided {
        let member = self.views().actor(handle)?;
        match account::lift(member.id, member.standing_at(at)).widen() {
            Decision::Happens(events) => Ok(events),
            Decision::Refused(_) | Decision::NotThere(_) => Err(SubmitError::NotThere {
                what: format!("`{handle}` is neither restricted nor banned: there is nothing to lift"),
                code: None,
            }),
        }
    }

    pub(crate) fn close_member(&self, member: &Handle, at: Timestamp) -> Decided {
        let member = self.views().actor(member)?.id;
        let expiry = self.views().policy().ok_or_else(no_policy)?.1.expiry.after;
        events_of(account::close(member, at.plus(expiry)))
    }

    pub(crate) fn import_contacts(&self, member: &Handle, contacts: &[EmailAddress]) -> Decided {
        let member = self.views().actor(member)?.id;
        Ok(vec![Event::Account(account::Event {
            member,
            kind: account::Kind::ContactsImported { contacts: Personal::Held(contacts.to_vec()) },
        })])
    }

    pub(crate) fn change_settings(&self, member: &Handle, change: &SettingsChange) -> Decided {
        let known = self.views().actor(member)?;
        if *change == SettingsChange::default() {
            return Err(nothing_given("one of the settings"));
        }
        events_of(account::change_settings(known.id, &known.settings, known.settings_version, change.clone()))
    }
}

fn nothing_given(wanted: &str) -> SubmitError {
    SubmitError::BadInput(format!("there is nothing to change; give {wanted}"))
}
