//! What happens to members themselves.

use crate::Decision;
use crate::command::{MemberDraft, SettingsChange};
use crate::event::Event;
use crate::ids::{LetterNumber, MemberId, RequestId};
use crate::member::{Profile, RestrictionCause, Settings, Standing, Tier};
use crate::outgoing::{self, Open};
use crate::personal::Personal;
use crate::recorded::WithdrawnBy;
use crate::time::Timestamp;

/// Changes what the draft gives and keeps the rest.
pub fn change(member: MemberId, tier: Tier, profile: &Profile, draft: MemberDraft) -> Decision {
    let profile = Profile {
        emails: draft.emails.unwrap_or_else(|| profile.emails.clone()),
        url: draft.url.or_else(|| profile.url.clone()),
        company: draft.company.or_else(|| profile.company.clone()),
        title: draft.title.or_else(|| profile.title.clone()),
    };
    let tier = draft.tier.unwrap_or(tier);
    Decision::Happens(vec![Event::MemberChanged { member, tier, profile: Personal::Held(profile) }])
}

/// Changes the settings that are given and keeps the rest. `version` is the version in force.
pub fn change_settings(
    member: MemberId,
    settings: &Settings,
    version: u32,
    change: SettingsChange,
) -> Decision {
    let mut settings = settings.clone();
    if let Some(accept_from) = change.accept_from {
        settings.accept_from = accept_from;
    }
    if let Some(max_degree) = change.max_degree {
        settings.max_degree = max_degree;
    }
    let mut audience = settings.audience.held().cloned().unwrap_or_default();
    if let Some(companies) = change.companies {
        audience.companies = companies.into_iter().collect();
    }
    if let Some(titles) = change.titles {
        audience.titles = titles.into_iter().collect();
    }
    settings.audience = Personal::Held(audience);
    if let Some(confirmation) = change.confirmation {
        settings.confirmation = confirmation;
    }
    Decision::Happens(vec![Event::SettingsChanged { member, version: version + 1, settings }])
}

/// Restricts a member in `[now, until)`.
pub fn restrict(member: MemberId, until: Timestamp, cause: RestrictionCause) -> Decision {
    Decision::Happens(vec![Event::MemberRestricted { member, until, cause }])
}

/// An open request and the number that its next letter would get.
pub type Withdrawable = (Open, LetterNumber);

/// Bans a member; what they have open is withdrawn for them.
pub fn ban(member: MemberId, open: &[Withdrawable]) -> Decision {
    let withdrawn = open.iter().flat_map(|request| withdrawal(request, WithdrawnBy::Enforcement));
    Decision::Happens(std::iter::once(Event::MemberBanned(member)).chain(withdrawn).collect())
}

/// Lifts a restriction or ban, if `standing`, as of now, is one.
pub fn lift(member: MemberId, standing: Standing) -> Decision {
    match standing {
        Standing::Restricted { .. } | Standing::Banned { .. } => {
            Decision::Happens(vec![Event::RestrictionLifted(member)])
        }
        Standing::Good | Standing::Closed { .. } => Decision::NotThere(None),
    }
}

/// What a member leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Estate {
    /// Their open requests; a letter to a member among `connections` is numbered as if none of those had been written.
    pub open: Vec<Withdrawable>,
    /// Their connections, with the number that the next letter there gets.
    pub connections: Vec<(MemberId, LetterNumber)>,
    /// The requests to them that are still with them.
    pub incoming: Vec<RequestId>,
}

/// Closes an account: open requests are withdrawn, connections are told, requests to the member are filed.
pub fn close(member: MemberId, estate: Estate, lingers_until: Timestamp) -> Decision {
    let withdrawn = estate.open.iter().flat_map(|request| withdrawal(request, WithdrawnBy::Closure));
    let mut events: Vec<Event> = withdrawn.collect();
    // INVARIANT (one open request or one connection): nobody is in both lists, so no number is given out twice.
    let letters = estate.connections;
    events.push(Event::MemberClosed { member, lingers_until, letters, files: estate.incoming });
    Decision::Happens(events)
}

fn withdrawal((open, number): &Withdrawable, by: WithdrawnBy) -> Vec<Event> {
    match outgoing::withdraw(open, by, *number) {
        Decision::Happens(events) => events,
        Decision::Refused(_) | Decision::NotThere(_) => Vec::new(),
    }
}
