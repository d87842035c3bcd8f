//! Decisions about the sender's account.

use acquaint_domain::{
    Appealed, Code, Event, Evidence, Feedback, FeedbackBasis, PolicyVersion, Recorded, RestrictionCause,
    Rule, Timestamp, Verdict, account, oversight,
};

use super::{
    ANSWERS, By, DecisionFacts, ELSEWHERE, STAFF, StatedDecision, StatementSource, by, entry, stopping_gate,
};
use crate::wording::day;

/// The event that restricted an account.
struct AccountRestriction<'a> {
    recorded: &'a Recorded,
    cause: RestrictionCause,
    /// The policy and its rule, where a policy imposed it; `None` where the operator did.
    rule: Option<(PolicyVersion, &'a str)>,
}

impl StatementSource<'_> {
    /// The decision that had restricted the account when the request was judged.
    pub(super) fn restricted(&self, judged: &Verdict) -> Option<DecisionFacts> {
        let gate = stopping_gate(judged);
        let dates = gate.and_then(|gate| {
            if let Evidence::Restriction { since, until, .. } = gate.evidence {
                Some((since, until))
            } else {
                None
            }
        })?;
        let (since, until) = dates;
        let imposed = self.imposed(since, until);
        let ended = self.ended_early(
            (since, imposed.as_ref().map(|imposed| imposed.recorded)),
            imposed.as_ref().and_then(|imposed| imposed.rule),
        );
        let meaning = entry(Code::SenderRestricted).meaning;
        let explanation = match &imposed {
            Some(imposed) => format!("{meaning} The cause that was given: {}.", cause(imposed.cause)),
            None => meaning.to_owned(),
        };
        let (version, rule) = match &imposed {
            Some(AccountRestriction { rule: Some(rule), .. }) => *rule,
            Some(_) | None => {
                (judged.policy, gate.map_or(Rule::SenderNotRestricted.name(), |gate| gate.rule.name()))
            }
        };
        let (who, led_by) = match &imposed {
            Some(AccountRestriction { rule: Some(_), .. }) => (Some(By::Program), ANSWERS),
            Some(AccountRestriction { recorded, .. }) => (by(recorded.actor), STAFF),
            None => (None, ELSEWHERE),
        };
        let facts = imposed.filter(|imposed| imposed.rule.is_some()).and_then(|imposed| {
            let before = self.own.iter().take_while(|recorded| recorded.number < imposed.recorded.number);
            before.filter_map(|recorded| self.feedback(recorded)).last()
        });
        Some(DecisionFacts {
            decision: StatedDecision::Restricted,
            since,
            until: Some(ended.map_or(until, |ended| ended.min(until))),
            facts: facts.map(feedback_words).into_iter().collect(),
            led_by,
            detected_by: who,
            decided_by: who,
            ground: Some(self.ground(version, rule, explanation)),
        })
    }

    /// The ban of the account that stopped the request when it was judged, or that withdrew it at `at`.
    pub(super) fn banned(&self, at: Timestamp, judged: &Verdict) -> DecisionFacts {
        let banned_since =
            stopping_gate(judged).filter(|gate| gate.rule == Rule::SenderNotBanned).and_then(|gate| {
                if let Evidence::Stands { since, .. } = gate.evidence { Some(since) } else { None }
            });
        let is_ban = |recorded: &&Recorded| {
            recorded.at <= at && self.account(&recorded.event) == Some(&account::Kind::Banned)
        };
        let ban = self.own.iter().rev().find(is_ban);
        let ban = ban.filter(|ban| banned_since.is_none_or(|since| since == ban.at));
        let since = banned_since.or(ban.map(|ban| ban.at)).unwrap_or(at);
        let (who, led_by) = match ban {
            Some(ban) => (by(ban.actor), STAFF),
            None => (None, ELSEWHERE),
        };
        DecisionFacts {
            decision: StatedDecision::Suspended,
            since,
            until: self.ended_early((since, ban), None),
            facts: Vec::new(),
            led_by,
            detected_by: who,
            decided_by: who,
            ground: Some(self.ground(
                judged.policy,
                Rule::SenderNotBanned.name(),
                entry(Code::SenderBanned).meaning.to_owned(),
            )),
        }
    }

    /// The event that restricted the account from `since` until `until`.
    fn imposed(&self, since: Timestamp, until: Timestamp) -> Option<AccountRestriction<'_>> {
        let at_start = self.own.iter().filter(|recorded| recorded.at == since);
        let imposed = at_start.rev().find_map(|recorded| self.restriction(recorded));
        imposed.filter(|(end, _)| *end == until).map(|(_, imposed)| imposed)
    }

    /// The end of the restriction that an event imposes on the account, and what imposed it.
    fn restriction<'e>(&self, recorded: &'e Recorded) -> Option<(Timestamp, AccountRestriction<'e>)> {
        let (member, until, cause, rule) = match &recorded.event {
            Event::Account(event) => match event.kind {
                account::Kind::Restricted { until, cause } => (event.member, until, cause, None),
                account::Kind::Added { .. }
                | account::Kind::Changed { .. }
                | account::Kind::Banned
                | account::Kind::RestrictionLifted
                | account::Kind::Closed { .. }
                | account::Kind::ContactsImported { .. }
                | account::Kind::SettingsChanged { .. }
                | account::Kind::SendChecked => return None,
            },
            Event::Oversight(event) => match event {
                oversight::Event::RestrictionImposed { member, until, cause, policy, rule, .. } => {
                    (*member, *until, *cause, Some((*policy, rule.as_str())))
                }
                oversight::Event::FeedbackTaken { .. }
                | oversight::Event::AppealOpened { .. }
                | oversight::Event::AppealUpheld { .. }
                | oversight::Event::AppealDismissed { .. }
                | oversight::Event::RequestReleased { .. }
                | oversight::Event::RequestRejected { .. }
                | oversight::Event::RequestStaysHeld { .. }
                | oversight::Event::BanReversed { .. }
                | oversight::Event::RequestRestored { .. } => return None,
            },
            Event::Network(_)
            | Event::Connection(_)
            | Event::Outgoing(_)
            | Event::Letter(_)
            | Event::Incoming(_)
            | Event::Import(_) => return None,
        };
        (member == self.sender).then_some((until, AccountRestriction { recorded, cause, rule }))
    }

    /// When a restriction or ban was lifted early, by the operator or by an upheld appeal. It began at `since`, with
    /// the event `began` where the log holds it.
    fn ended_early(
        &self,
        (since, began): (Timestamp, Option<&Recorded>),
        rule: Option<(PolicyVersion, &str)>,
    ) -> Option<Timestamp> {
        let name = rule.map_or(Appealed::OPERATOR, |(_, rule)| rule);
        let ends = |event: &Event| {
            if let Event::Oversight(oversight::Event::AppealUpheld { member, against, .. }) = event {
                *member == self.sender && against.request.is_none() && against.rule == name
            } else {
                self.account(event) == Some(&account::Kind::RestrictionLifted)
            }
        };
        let after = self.own.iter().filter(|recorded| match began {
            Some(began) => recorded.number > began.number,
            None => recorded.at >= since,
        });
        after.filter(|recorded| ends(&recorded.event)).map(|recorded| recorded.at).next()
    }

    /// The change to the sender's account that an event records.
    fn account<'e>(&self, event: &'e Event) -> Option<&'e account::Kind> {
        if let Event::Account(event) = event {
            Some(&event.kind).filter(|_| event.member == self.sender)
        } else {
            None
        }
    }

    fn feedback(&self, recorded: &Recorded) -> Option<Feedback> {
        if let Event::Oversight(oversight::Event::FeedbackTaken { member, feedback }) = &recorded.event {
            Some(*feedback).filter(|_| *member == self.sender)
        } else {
            None
        }
    }
}

fn feedback_words(feedback: Feedback) -> String {
    let Feedback { since, until, answered, declined_percent, reported_percent, basis } = feedback;
    let (since, until) = (day(since), day(until));
    let (answers, noise) = match basis {
        FeedbackBasis::AllAnswers => ("answers", ""),
        FeedbackBasis::PrivateAnswers => ("private answers", "; the numbers are rounded and contain noise"),
    };
    format!(
        "Of about {answered} {answers} from {since} to {until}, {reported_percent}% were reports and \
         {declined_percent}% were declines{noise}."
    )
}

const fn cause(cause: RestrictionCause) -> &'static str {
    match cause {
        RestrictionCause::Spam => "spam",
        RestrictionCause::Policy => "the network's policy",
        RestrictionCause::Security => "security",
    }
}
