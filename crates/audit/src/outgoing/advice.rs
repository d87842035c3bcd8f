//! Advice to the sender: the catalogue's remedies, made specific with the numbers and names of the case.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Channel, Code, Evidence, Gate, Rule, Tier, Timestamp};
use acquaint_policy::DisclosureLevel;

use super::half::{Appeal, OutgoingHalf};
use crate::answer::action::{Act, Advice, Whom};
use crate::catalogue::entry;
use crate::half::limit_words;
use crate::half::verdicts::{stopped_with, stopping_gate};
use crate::wording::{Party, Speech, channel, day, from_moment, list, moment, short_name};

/// What stops the same request today: according to today's rules where they were rehearsed, otherwise as recorded.
pub(crate) struct Obstacle<'a> {
    pub(crate) code: Code,
    pub(crate) gate: Option<&'a Gate>,
}

impl<'a> Obstacle<'a> {
    /// `None` where nothing stops it any longer.
    pub(crate) fn of(half: &'a OutgoingHalf) -> Option<Self> {
        let recorded = Self { code: half.code(), gate: half.stopping_gate() };
        let stops = match half.state {
            Outgoing::Refused(_) => true,
            // A request that ended in another way can be made again, unless one of today's rules stops it.
            Outgoing::Failed(_) | Outgoing::Withdrawn(_) | Outgoing::Expired => false,
            Outgoing::Submitted
            | Outgoing::AwaitingOwnConfirmation
            | Outgoing::HeldForReview
            | Outgoing::InTransit { .. }
            | Outgoing::Sent
            | Outgoing::Connected
            | Outgoing::Disconnected => return Some(recorded),
        };
        let now = half.dossier.now.as_ref().map(|now| &now.verdict);
        match (now, now.and_then(stopped_with)) {
            (None, _) => Some(recorded),
            (Some(_), None) if stops => None,
            (Some(_), None) => Some(recorded),
            (Some(verdict), Some(code)) => Some(Self { code, gate: stopping_gate(verdict) }),
        }
    }
}

/// The members and the request that advice to the sender is about.
pub(crate) fn whom(half: &OutgoingHalf) -> Whom {
    let case = &half.dossier.case;
    let entered = half.submitted().and_then(|(_, _, entered)| entered.held());
    let other = match (half.other_end(), entered) {
        (Some(member), _) => case.handle(member),
        (None, Some(entered)) => match &entered.normalised {
            Some(address) => address.as_str().to_owned(),
            None => entered.address.trim().to_owned(),
        },
        (None, None) => half.recipient().0,
    };
    Whom { member: case.handle(case.sender), other, request: case.request }
}

/// What the sender can do.
pub(crate) fn for_sender(half: &OutgoingHalf, speech: &Speech) -> Vec<Advice> {
    let whom = whom(half);
    if let Some(advice) = confirm_again(half, &whom).or_else(|| after_appeal(half, &whom)) {
        return advice;
    }
    let Some(obstacle) = Obstacle::of(half) else {
        return vec![whom.advice("Send it again: nothing on this side stops it any longer.", Act::Send)];
    };
    if obstacle.code == Code::Undisclosed {
        return follow_up(half, &whom, speech);
    }
    let computed = if is_told_by_class(half, obstacle.code) {
        Vec::new()
    } else {
        computed(half, &obstacle, &whom, speech)
    };
    // A computed time or name replaces the catalogue's first line.
    let replaced = usize::from(
        !computed.is_empty()
            && matches!(
                obstacle.code,
                Code::DailyLimit
                    | Code::WeeklyLimit
                    | Code::AttemptsLimit
                    | Code::ResendCooldown
                    | Code::SenderRestricted
                    | Code::DeliveryRetrying
                    | Code::AlreadyPending
            ),
    );
    let catalogued = entry(obstacle.code).remedy.iter().skip(replaced).map(|help| whom.help(help));
    // An upheld appeal leaves nothing to appeal against.
    let is_upheld = matches!(half.appeal(), Some(Appeal::Upheld { .. }));
    let is_appeal =
        |advice: &Advice| advice.action.as_ref().is_some_and(|action| action.act == Act::AppealRequest);
    computed.into_iter().chain(catalogued.filter(|advice| !is_upheld || !is_appeal(advice))).collect()
}

/// What to do about a held request whose confirmation was refused; `None` for any other.
fn confirm_again(half: &OutgoingHalf, whom: &Whom) -> Option<Vec<Advice>> {
    let (at, recorded) = refused_confirmation(half)?;
    let gate = match &half.dossier.now {
        Some(now) => stopping_gate(&now.verdict),
        None => Some(recorded),
    };
    let again = match gate.map(|gate| (gate.rule, frees_at(gate))) {
        Some((_, Some(from))) if from > half.dossier.case.as_of => {
            format!("Confirm it again from {} on; until then it stays held.", from_moment(from))
        }
        None | Some((_, Some(_))) => {
            format!("Confirm it again: what kept it back on {} is over.", moment(at))
        }
        Some((Rule::Spam, None)) => "Send less for some days, then confirm it again.".to_owned(),
        Some((_, None)) => "Resolve what kept it back, then confirm it again.".to_owned(),
    };
    Some(vec![whom.advice(again, Act::Confirm), whom.advice("Or withdraw it.", Act::Withdraw)])
}

/// When a confirmation of a request that is still held was last refused, and by which rule.
fn refused_confirmation<'a>(half: &OutgoingHalf<'a>) -> Option<(Timestamp, &'a Gate)> {
    half.refused_confirmation().filter(|_| half.state == Outgoing::AwaitingOwnConfirmation)
}

/// When a rule's obstacle ends by itself.
fn frees_at(gate: &Gate) -> Option<Timestamp> {
    if let Evidence::Restriction { until, .. } = &gate.evidence {
        Some(*until)
    } else {
        limit_words::frees_at(gate)
    }
}

/// What to do about a stopped request whose sender has appealed; `None` without an appeal, and where the appeal does
/// not change what to do.
pub(crate) fn after_appeal(half: &OutgoingHalf, whom: &Whom) -> Option<Vec<Advice>> {
    if !matches!(half.state, Outgoing::Refused(_) | Outgoing::HeldForReview) {
        return None;
    }
    let stopped_now = half.dossier.now.as_ref().and_then(|now| stopped_with(&now.verdict));
    Some(match (half.appeal()?, half.state) {
        (Appeal::Open { .. }, _) => vec![Advice::say("Wait for the decision on the appeal.")],
        (Appeal::Upheld { .. }, Outgoing::HeldForReview) => {
            vec![Advice::say("Wait until it is released; the appeal was upheld.")]
        }
        (Appeal::Upheld { exempt_until, .. }, _)
            if exempt_until > half.dossier.case.as_of && stopped_now.is_none() =>
        {
            let text = format!(
                "Send it again: the rule that stopped it does not stop this sender's requests until {}.",
                moment(exempt_until)
            );
            vec![whom.advice(text, Act::Send)]
        }
        (Appeal::Upheld { .. } | Appeal::Dismissed { .. }, _) => return None,
    })
}

/// Whether the policy in force lets a sender know only the kind of this cause.
pub(crate) fn is_told_by_class(half: &OutgoingHalf, code: Code) -> bool {
    let mut levels = half.dossier.case.in_force().into_iter().flat_map(|policy| policy.told());
    levels.any(|(other, level)| other == code && level == DisclosureLevel::ClassOnly)
}

/// What the sender should not do.
pub(crate) fn not_for_sender(half: &OutgoingHalf) -> Vec<String> {
    if refused_confirmation(half).is_some() {
        return vec!["Do not wait: it is not sent until it is confirmed again.".to_owned()];
    }
    Obstacle::of(half).map_or(Vec::new(), |obstacle| entry(obstacle.code).wont_help_owned())
}

fn computed(half: &OutgoingHalf, obstacle: &Obstacle, whom: &Whom, speech: &Speech) -> Vec<Advice> {
    let dossier = half.dossier;
    if let Outgoing::InTransit { .. } | Outgoing::Failed(_) = half.state
        && obstacle.code == half.code()
    {
        return courier_advice(half, whom);
    }
    if obstacle.code == Code::AddressUnknown {
        return did_you_mean(whom, dossier.suggestions);
    }
    let Some(gate) = obstacle.gate else { return Vec::new() };
    match (gate.rule, &gate.evidence) {
        (Rule::AddressForm, _) => {
            let entered = half.submitted().and_then(|(_, _, entered)| entered.held());
            let meant = entered.and_then(|entered| acquaint_domain::correction(&entered.address));
            did_you_mean(whom, meant.as_slice())
        }
        (Rule::NotPending, Evidence::Stands { request: Some(request), .. }) => {
            vec![
                whom.about(*request)
                    .advice(format!("Follow up on the earlier request, {request}."), Act::Why),
            ]
        }
        (Rule::SenderNotRestricted, Evidence::Restriction { until, .. }) => {
            let text = format!("Send again from {} on, when the restriction is over.", from_moment(*until));
            vec![whom.advice(text, Act::Send)]
        }
        (Rule::OwnDegree, _) if !dossier.mutuals.is_empty() && !half.is_to_hidden_owner() => {
            vec![Advice::say(format!(
                "{} is connected with {}: ask for an introduction.",
                list(&dossier.mutuals[..1]),
                both(speech)
            ))]
        }
        (Rule::ResendCooldown, Evidence::Cooldown { until, .. }) => {
            vec![whom.advice(format!("Send again from {} on.", from_moment(*until)), Act::Send)]
        }
        _ => {
            let sends = limit_words::frees_at(gate)
                .map(|at| whom.advice(format!("Send again from {} on.", from_moment(at)), Act::Send));
            let is_limit = matches!(gate.evidence, Evidence::Count { .. } | Evidence::Bucket { .. });
            let more = paid_limit(half, gate).filter(|_| is_limit).map(Advice::say);
            sends.into_iter().chain(more).collect()
        }
    }
}

/// Says that paid accounts have a higher limit, where the policy gives them one.
fn paid_limit(half: &OutgoingHalf, gate: &Gate) -> Option<String> {
    let used_limit = if let Evidence::Count { limit, .. } | Evidence::Bucket { limit, .. } = &gate.evidence {
        *limit
    } else {
        return None;
    };
    let policy = half.dossier.case.in_force()?;
    let limit = limit_words::limit_of(policy, gate)?;
    let higher = [(Tier::Premium, "premium"), (Tier::SalesNavigator, "sales navigator")];
    let higher = higher.into_iter().map(|(tier, name)| (limit.at_most.of(tier), name));
    let higher: Vec<String> = higher
        .filter(|(at_most, _)| *at_most > used_limit)
        .map(|(at_most, name)| format!("{at_most} ({name})"))
        .collect();
    (!higher.is_empty()).then(|| format!("A paid account may send more: {}.", list(&higher)))
}

fn did_you_mean(whom: &Whom, meant: &[String]) -> Vec<Advice> {
    let ask = |text: &String| {
        let other = Whom { other: text.clone(), ..whom.clone() };
        other.advice(format!("Did you mean `{}`?", short_name(text)), Act::Send)
    };
    meant.iter().map(ask).collect()
}

fn both(speech: &Speech) -> &'static str {
    match &speech.sender {
        Party::You => "both of you",
        Party::They(_) => "both",
    }
}

/// What to do when delivery fails: when it is tried again, and which channel seems to work.
fn courier_advice(half: &OutgoingHalf, whom: &Whom) -> Vec<Advice> {
    let mut advice = Vec::new();
    if let Outgoing::InTransit { next_attempt: Some(next), .. } = half.state {
        advice.push(Advice::say(format!("Wait: it is tried again automatically on {}.", moment(next))));
    }
    let bad = bad_channels(half);
    if bad.is_empty() {
        return advice;
    }
    let good =
        [Channel::Mobile, Channel::Desktop, Channel::Web].into_iter().filter(|good| !bad.contains(good));
    let good: Vec<String> = good.map(|good| channel(&good)).collect();
    advice.push(match (good.is_empty(), half.state) {
        (true, _) => Advice::say("Every channel seems to be affected: wait for the fault to end."),
        (false, Outgoing::Failed(_)) => {
            whom.advice(format!("Use another channel this time: {}.", good.join(" or ")), Act::Send)
        }
        (false, _) => whom.advice(
            format!("If it cannot wait, withdraw it and send it via another channel: {}.", good.join(" or ")),
            Act::Withdraw,
        ),
    });
    advice
}

fn bad_channels(half: &OutgoingHalf) -> Vec<Channel> {
    let incident = half.dossier.desk.own_delivery().and_then(|delivery| delivery.incident.as_ref());
    let others = incident.into_iter().flat_map(|incident| incident.channels().iter().cloned());
    half.facts.failed_channels.iter().cloned().chain(others).collect()
}

/// The article's advice for an unanswered request, with the dates and names of this one. Nothing in it depends on what
/// happened on the other side.
fn follow_up(half: &OutgoingHalf, whom: &Whom, speech: &Speech) -> Vec<Advice> {
    let to = speech.recipient.name();
    let mut advice = vec![Advice::say(format!("Write to {to} another way; {}.", introduction(half, speech)))];
    let due = half.dossier.case.in_force().map(|policy| half.asked_at().plus(policy.answers.follow_up_after));
    let is_due = due.is_none_or(|due| due <= half.horizon());
    if is_due && half.reminders_left() > 0 {
        advice.push(whom.advice(format!("Or remind {to} of it."), Act::Remind));
    }
    if let Some(due) = due.filter(|_| !is_due) {
        advice.insert(0, Advice::say(format!("Wait, and check back on {}.", day(due))));
    }
    advice.push(Advice::say("Do not take silence personally; ask others meanwhile."));
    advice
}

/// Who could introduce the two. INVARIANT (own desk): the connections of an e-mail address's owner would reveal the
/// owner, so none is named.
fn introduction(half: &OutgoingHalf, speech: &Speech) -> String {
    const NAMED_MAX: usize = 2;
    let both = both(speech);
    let them = match speech.sender {
        Party::You => "you",
        Party::They(_) => "the two",
    };
    if half.is_to_hidden_owner() {
        return format!("a person who knows {both} could introduce {them}");
    }
    match half.dossier.mutuals {
        [] => format!("no one is connected with {both}, but another person could introduce {them}"),
        [one] => format!("{} knows {both} and could introduce {them}", short_name(one)),
        several => {
            let named: Vec<String> = several[..NAMED_MAX].iter().map(|name| short_name(name)).collect();
            let more = match several.len() - named.len() {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            format!("{}{more} know {both} and could introduce {them}", list(&named))
        }
    }
}
