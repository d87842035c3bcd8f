//! One member.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use acquaint_checkpoint::snapshot;
use acquaint_domain::export::Network;
use acquaint_domain::{
    AcceptFrom, Appealed, Audience, Confirmation, EmailAddress, EnteredHandle, Handle, MaxDegree, MemberId,
    Personal, Profile, RestrictionCause, Settings, Span, Standing, Tier, Timestamp,
};

/// One member: the fields that every member has, and [`Details`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Number of the member.
    pub id: MemberId,
    /// The public name.
    pub handle: Handle,
    /// Time at which the member joined.
    pub joined: Timestamp,
    /// Subscription tier of the account.
    pub tier: Tier,
    /// How often the settings have changed.
    pub settings_version: u32,
    /// The operator's latest decision on the account; [`Member::standing_at`] gives the standing at a moment.
    pub standing: Standing,
    /// `None` if they are [`PLAIN`].
    details: Option<Box<Details>>,
}

/// Fields that few members have. Members with the default values take no memory for them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Details {
    /// The public profile.
    pub profile: Personal<Profile>,
    /// The member's settings.
    pub settings: Settings,
    /// The newest restriction that each rule of a policy imposed, by the rule's name.
    pub imposed: BTreeMap<String, ImposedRestriction>,
    /// Rules from which the member is exempt because an appeal was upheld, each with the end of the exemption.
    pub exempt: BTreeMap<String, Timestamp>,
    /// Open appeals, with the time at which each was opened.
    pub appeals: BTreeMap<Appealed, Timestamp>,
    /// When appeals against a decision were dismissed, oldest first.
    pub dismissed: BTreeMap<Appealed, Vec<Timestamp>>,
    /// The imported address book.
    pub contacts: BTreeSet<EmailAddress>,
    /// The network of a person known from exports only; `None` for a member of this one.
    pub network: Option<Network>,
    /// The person's name in exports.
    pub name: Option<String>,
}

/// The details of a member of whom only the handle is known.
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
    /// Changes the details. Equal details always have the same representation.
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
    /// First moment after the restriction.
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

    /// The standing at `now`. A decision of the operator takes precedence over a policy's for as long as it lasts.
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

    /// Of the restrictions by a policy in force at `now`, the one that lasts longest, with its rule's name.
    pub fn imposed_at(&self, now: Timestamp) -> Option<(&str, ImposedRestriction)> {
        let in_force = self.imposed.iter().filter(|(_, imposed)| now < imposed.until);
        in_force.max_by_key(|(_, imposed)| imposed.until).map(|(rule, imposed)| (rule.as_str(), *imposed))
    }

    /// 1-based number that a restriction by `rule` would have among consecutive ones if it began at `now`. A restriction is
    /// forgotten `forgotten_after` its end.
    pub fn next_step(&self, rule: &str, now: Timestamp, forgotten_after: Span) -> u32 {
        match self.imposed.get(rule) {
            Some(last) if now < last.until.plus(forgotten_after) => last.step + 1,
            Some(_) | None => 1,
        }
    }

    /// Whether the member is exempt from `rule` at `now`.
    pub fn is_exempt(&self, rule: &str, now: Timestamp) -> bool {
        self.exempt.get(rule).is_some_and(|until| now < *until)
    }

    /// Ends the restrictions in force. They stay recorded, so the next one is the next step.
    pub(crate) fn end_imposed(&mut self, at: Timestamp) {
        self.detail(|details| {
            for imposed in details.imposed.values_mut() {
                imposed.until = imposed.until.min(at);
            }
        });
    }

    /// How many appeals against the decision of `decided_at` were dismissed.
    pub fn dismissals(&self, against: &Appealed, decided_at: Timestamp) -> u32 {
        let dismissed = self.dismissed.get(against).map_or(&[][..], Vec::as_slice);
        dismissed.iter().filter(|at| **at >= decided_at).count() as u32
    }

    pub(crate) fn uphold(&mut self, against: &Appealed, exempt_until: Timestamp) {
        self.detail(|details| {
            details.appeals.remove(against);
            if against.request.is_none() {
                // The restriction was wrong, so it does not count as a step either.
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
