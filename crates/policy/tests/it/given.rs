//! The fixture of the tables: a send that no rule stops.

use acquaint_domain::{
    AcceptFrom, Confirmation, Distance, EventNumber, Finding, MaxDegree, PolicyVersion, Rule, Standing,
    SymbolKind, Tier, Timestamp, Verdict,
};
use acquaint_policy::{ARTICLE, AddressLookup, Facts, Policy, Share, SpamFacts, Usage};

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub(crate) fn article() -> Policy {
    Policy::parse(ARTICLE).expect("the built-in policy reads")
}

/// The built-in policy with one passage of its document replaced.
pub(crate) fn article_with(passage: &str, other: &str) -> Policy {
    let text = ARTICLE.replacen(passage, other, 1);
    assert_ne!(text, ARTICLE, "{passage} is not in the document");
    Policy::parse(&text).expect("it still reads")
}

pub(crate) fn facts() -> Facts {
    Facts {
        policy: PolicyVersion(1),
        facts_at: EventNumber(5),
        now: at(0),
        address: AddressLookup::Member,
        blocked_since: None,
        connected: None,
        pending: None,
        crossing: None,
        withdrawn: None,
        standing: Standing::Good,
        tier: Tier::Free,
        accept_from: AcceptFrom::Everyone,
        max_degree: MaxDegree::Any,
        confirmation: Confirmation::Off,
        settings_version: 3,
        in_contacts: false,
        by_email: false,
        distance: Some(Distance { degree: Some(2), mutuals: 1 }),
        open: 0,
        connections: 0,
        note_chars: None,
        feedback: None,
        exempt: std::collections::BTreeSet::new(),
        usage: vec![Usage::Sliding { used: 0, frees_at: None }],
        spam: SpamFacts::default(),
    }
}

/// The spam filter's facts, with plain numbers.
pub(crate) fn seen<const N: usize>(numbers: [(SymbolKind, u32); N]) -> SpamFacts {
    SpamFacts::new(numbers.map(|(kind, value)| (kind, Share::from(value))))
}

/// The same send to an e-mail address.
pub(crate) fn by_email(facts: Facts) -> Facts {
    Facts { address: AddressLookup::Email, by_email: true, distance: None, ..facts }
}

pub(crate) fn finding(verdict: &Verdict, rule: Rule) -> Finding {
    let gate = verdict.gates.iter().find(|gate| gate.rule == rule);
    gate.map(|gate| gate.finding).expect("the rule is asked")
}
