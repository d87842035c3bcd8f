//! Decisions about an account.

use super::{Event, Kind};
use crate::Decision;
use crate::command::{MemberDraft, SettingsChange};
use crate::ids::MemberId;
use crate::incoming::RequestGroup;
use crate::member::{Profile, RestrictionCause, Settings, Standing, Tier};
use crate::personal::Personal;
use crate::request::RequestRef;
use crate::time::Timestamp;

/// Changes the fields that the draft gives and keeps the others.
pub fn change(member: MemberId, tier: Tier, profile: &Profile, draft: MemberDraft) -> Decision<Event> {
    let profile = Profile {
        emails: draft.emails.unwrap_or_else(|| profile.emails.clone()),
        url: draft.url.or_else(|| profile.url.clone()),
        company: draft.company.or_else(|| profile.company.clone()),
        title: draft.title.or_else(|| profile.title.clone()),
        entered_handle: profile.entered_handle.clone(),
    };
    let tier = draft.tier.unwrap_or(tier);
    happens(member, Kind::Changed { tier, profile: Personal::Held(profile) })
}

/// Changes the settings that are given and keeps the others. `version` is the version in force.
pub fn change_settings(
    member: MemberId,
    settings: &Settings,
    version: u32,
    change: SettingsChange,
) -> Decision<Event> {
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
    happens(member, Kind::SettingsChanged { version: version + 1, settings })
}

/// Restricts a member in `[now, until)`.
pub fn restrict(member: MemberId, until: Timestamp, cause: RestrictionCause) -> Decision<Event> {
    happens(member, Kind::Restricted { until, cause })
}

/// Bans a member. The member's open requests are withdrawn afterwards: see [`Departure`](crate::Departure).
pub fn ban(member: MemberId) -> Decision<Event> {
    happens(member, Kind::Banned)
}

/// Lifts a restriction or ban, if `standing`, as of now, is one.
pub fn lift(member: MemberId, standing: Standing) -> Decision<Event> {
    match standing {
        Standing::Restricted { .. } | Standing::Banned { .. } => happens(member, Kind::RestrictionLifted),
        Standing::Good | Standing::Closed { .. } => Decision::NotThere(None),
    }
}

/// Closes an account. Afterwards, the member's open requests are withdrawn, the connections end, and requests to the member
/// are filed: see [`Departure`](crate::Departure).
pub fn close(member: MemberId, lingers_until: Timestamp) -> Decision<Event> {
    let (letters, files) = (Vec::new(), Vec::new());
    happens(member, Kind::Closed { lingers_until, letters, files })
}

/// The requests of a `group` that `sender` sent to `member`, whose account is closed: each is to be filed.
pub fn asks(
    member: MemberId,
    sender: MemberId,
    group: &RequestGroup,
) -> impl Iterator<Item = RequestRef> + use<> {
    let requests = group.requests.clone().into_iter();
    requests.map(move |request| RequestRef { request, sender, recipient: member })
}

fn happens(member: MemberId, kind: Kind) -> Decision<Event> {
    Decision::Happens(vec![Event { member, kind }])
}
