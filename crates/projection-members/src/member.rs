//! One member.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use acquaint_checkpoint::snapshot;
use acquaint_domain::export::Network;
use acquaint_domain::{
    AcceptFrom, Appealed, Audience, Confirmation, EmailAddress, EnteredHandle, Handle, MaxDegree, MemberId,
    Personal, Profile, RestrictionCause, Settings, Span, Standing, Tier, Timestamp,
};

/// One member: what is asked of each, and [`Details`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Number that the log gave the member.
    pub id: MemberId,
    /// The public name.
    pub handle: Handle,
    /// Time at which the member joined.
    pub joined: Timestamp,
    /// Subscription of the member's account.
    pub tier: Tier,
    /// How often the settings have changed.
    pub settings_version: u32,
    /// What those who run the network last said of the account; ask [`Member::standing_at`] for a moment.
    pub standing: Standing,
    /// `None` where they are [`PLAIN`].
    details: Option<Box<Details>>,
}

/// What is known of some members only. Of all others it is the same, and takes no memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Details {
    /// What the member shows.
    pub profile: Personal<Profile>,
    /// What the member allows.
    pub settings: Settings,
    /// Restrictions that a policy imposed, by the rule's name: the newest of each.
    pub imposed: BTreeMap<String, ImposedRestriction>,
    /// Rules that leave the member alone until then, because an appeal was upheld.
    pub exempt: BTreeMap<String, Timestamp>,
    /// Appeals that nobody has decided yet, and since when.
    pub appeals: BTreeMap<Appealed, Timestamp>,
    /// When appeals against a decision were dismissed, oldest first.
    pub dismissed: BTreeMap<Appealed, Vec<Timestamp>>,
    /// The imported address book.
    pub contacts: BTreeSet<EmailAddress>,
    /// The network whose exports name them; `None` for a member of this one.
    pub network: Option<Network>,
    /// The name that exports give.
    pub name: Option<String>,
}

/// Those of a member of whom nothing but the handle is known.
pub(crate) static PLAIN: Details = Details {
    profile: Personal::Held(Profile {
        emails: Vec::new(),
        url: None,
        company: None,
        title: None,
        entered_handle: None,
    }),
    settings: Settings {
        accept_from: AcceptFrom::Everyone,
        max_degree: MaxDegree::Any,
        audience: Personal::Held(Audience { companies: BTreeSet::new(), titles: BTreeSet::new() }),
        confirmation: Confirmation::Off,
    },
    imposed: BTreeMap::new(),
    exempt: BTreeMap::new(),
    appeals: BTreeMap::new(),
    dismissed: BTreeMap::new(),
    contacts: BTreeSet::new(),
    network: None,
    name: None,
};

impl Deref for Member {
    type Target = Details;

    fn deref(&self) -> &Details {
        self.details.as_deref().unwrap_or(&PLAIN)
    }
}

impl Member {
    /// The details, to change them. The same details are always kept in the same way.
    pub(crate) fn detail(&mut self, change: impl FnOnce(&mut Details)) {
        let mut details = self.details.take().unwrap_or_else(|| Box::new(PLAIN.clone()));
        change(&mut details);
        self.details = (*details != PLAIN).then_some(details);
    }

    pub(crate) fn new(id: MemberId, handle: &Handle, joined: Timestamp) -> Self {
        Self {
            id,
            handle: handle.clone(),
            joined,
            tier: Tier::Free,
            settings_version: 0,
            standing: Standing::Good,
            details: None,
        }
    }
}

snapshot!(struct Member { id, handle, joined, tier, settings_version, standing, details });
snapshot!(struct Details { profile, settings, imposed, exempt, appeals, dismissed, contacts, network, name });
snapshot!(struct ImposedRestriction { since, until, cause, step });

/// A restriction that a policy imposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ImposedRestriction {
    /// First moment of the restriction.
    pub since: Timestamp,
    /// First moment at which it is over.
    pub until: Timestamp,
    /// Cause of the restriction.
    pub cause: RestrictionCause,
    /// 1-based number among consecutive restrictions.
    pub step: u32,
}

impl Member {
    /// The handle for people to read: as the member entered it, or canonical where that is not known.
    pub fn shown_handle(&self) -> &str {
        let entered = self.profile.held().and_then(|profile| profile.entered_handle.as_ref());
        entered.map_or(self.handle.as_str(), EnteredHandle::as_str)
    }

    /// Restriction, ban or closure of the account at `now`. A decision of the network's operator takes precedence over a policy's,
    /// for as long as it lasts.
    pub fn standing_at(&self, now: Timestamp) -> Standing {
        match self.standing.at(now) {
            Standing::Good => match self.imposed_at(now) {
                Some((_, ImposedRestriction { since, until, cause, .. })) => {
                    Standing::Restricted { since, until, cause }
                }
                None => Standing::Good,
            },
            standing @ (Standing::Restricted { .. } | Standing::Banned { .. } | Standing::Closed { .. }) => {
                standing
            }
        }
    }

    /// The restriction by a policy that lasts longest of those in force at `now`, with its rule's name.
    pub fn imposed_at(&self, now: Timestamp) -> Option<(&str, ImposedRestriction)> {
        let in_force = self.imposed.iter().filter(|(_, imposed)| now < imposed.until);
        in_force.max_by_key(|(_, imposed)| imposed.until).map(|(rule, imposed)| (rule.as_str(), *imposed))
    }

    /// 1-based number that a restriction by `rule` would have among consecutive ones at `now`, where one is forgotten this long after its end.
    pub fn next_step(&self, rule: &str, now: Timestamp, forgotten_after: Span) -> u32 {
        match self.imposed.get(rule) {
            Some(last) if now < last.until.plus(forgotten_after) => last.step + 1,
            Some(_) | None => 1,
        }
    }

    /// Whether `rule` leaves the member alone at `now`.
    pub fn is_exempt(&self, rule: &str, now: Timestamp) -> bool {
        self.exempt.get(rule).is_some_and(|until| now < *until)
    }

    /// What is lifted is over; that it was stays known, so that the next one is the next step.
    pub(crate) fn end_imposed(&mut self, at: Timestamp) {
        self.detail(|details| {
            for imposed in details.imposed.values_mut() {
                imposed.until = imposed.until.min(at);
            }
        });
    }

    /// How many appeals were dismissed against what was decided at `decided_at`.
    pub fn dismissals(&self, against: &Appealed, decided_at: Timestamp) -> u32 {
        let dismissed = self.dismissed.get(against).map_or(&[][..], Vec::as_slice);
        dismissed.iter().filter(|at| **at >= decided_at).count() as u32
    }

    pub(crate) fn uphold(&mut self, against: &Appealed, exempt_until: Timestamp) {
        self.detail(|details| {
            details.appeals.remove(against);
            if against.request.is_none() {
                // It should not have been: nothing of it is left.
                details.imposed.remove(&against.rule);
            }
            if against.rule != Appealed::OPERATOR {
                details.exempt.insert(against.rule.clone(), exempt_until);
            }
        });
        let is_by_hand = against.request.is_none() && against.rule == Appealed::OPERATOR;
        if is_by_hand && !matches!(self.standing, Standing::Closed { .. }) {
            self.standing = Standing::Good;
        }
    }
}
