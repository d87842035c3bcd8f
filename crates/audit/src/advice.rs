//! What to do: the catalogue's remedies, sharpened with the numbers and names of the case.

use acquaint_domain::outgoing::Outgoing;
use acquaint_domain::{Channel, Code, Event, Evidence, Rule, Timestamp};

use crate::catalogue::entry;
use crate::incoming_half::IncomingHalf;
use crate::limit_words;
use crate::outgoing_half::{OutgoingHalf, stopping_gate};
use crate::wording::{Speech, channel, day, days, list, moment};

/// What the sender can do about `code`, which their own half gave.
pub(crate) fn for_sender(half: &OutgoingHalf, code: Code, speech: &Speech) -> Vec<String> {
    if code == Code::CannotBeToldApart {
        return follow_up(half, speech);
    }
    let computed = computed(half, code, speech);
    // A computed time says the catalogue's first line better.
    let said = usize::from(
        !computed.is_empty()
            && matches!(
                code,
                Code::DailyLimit
                    | Code::WeeklyLimit
                    | Code::AttemptsLimit
                    | Code::ResendCooldown
                    | Code::SenderRestricted
                    | Code::DeliveryRetrying
            ),
    );
    let catalogued = entry(code).remedy.iter().skip(said).map(|text| (*text).to_owned());
    computed.into_iter().chain(catalogued).collect()
}

fn computed(half: &OutgoingHalf, code: Code, speech: &Speech) -> Vec<String> {
    let dossier = half.dossier;
    let sender_side = match half.state {
        Outgoing::InTransit { .. } | Outgoing::Failed(_) => courier_advice(half),
        Outgoing::Refused(_)
        | Outgoing::Submitted
        | Outgoing::AwaitingOwnConfirmation
        | Outgoing::HeldForReview
        | Outgoing::Sent
        | Outgoing::Withdrawn(_)
        | Outgoing::Expired
        | Outgoing::Connected
        | Outgoing::Disconnected => Vec::new(),
    };
    if code == Code::AddressUnknown {
        return did_you_mean(dossier.suggestions);
    }
    let Some(gate) = half.stopping_gate().filter(|_| matches!(half.state, Outgoing::Refused(_))) else {
        return sender_side;
    };
    match (gate.rule, &gate.evidence) {
        (Rule::AddressForm, _) => {
            let typed = half.submitted().and_then(|(_, _, typed)| typed.held());
            let meant = typed.and_then(|typed| acquaint_domain::correction(&typed.address));
            did_you_mean(meant.as_slice())
        }
        (Rule::NotPending, Evidence::Stands { request: Some(request), .. }) => {
            vec![format!("The earlier request is {request}; look at that one.")]
        }
        (Rule::SenderNotRestricted, Evidence::Restriction { until, .. }) => {
            vec![format!("Send again from {} on, when the restriction is over; or appeal.", moment(*until))]
        }
        (Rule::OwnDegree, _) if !dossier.mutuals.is_empty() && !half.is_to_hidden_owner() => vec![format!(
            "{} is connected with {}: ask for an introduction.",
            list(&dossier.mutuals[..1]),
            both(speech)
        )],
        (Rule::ResendCooldown, Evidence::Cooldown { until, .. }) => {
            vec![format!("Send again from {} on, when the way is free.", moment(*until))]
        }
        _ => match limit_words::frees_at(gate) {
            Some(at) => vec![format!("Send again from {} on, when the next one frees.", moment(at))],
            None => sender_side,
        },
    }
}

fn did_you_mean(meant: &[String]) -> Vec<String> {
    if meant.is_empty() {
        return Vec::new();
    }
    let quoted: Vec<String> = meant.iter().map(|text| format!("`{text}`")).collect();
    vec![format!("Did you mean {}?", quoted.join(" or "))]
}

fn both(speech: &Speech) -> String {
    match &speech.sender {
        crate::wording::Party::You => "both of you".to_owned(),
        crate::wording::Party::They(_) => "both".to_owned(),
    }
}

/// What to do when the road is bad: when it is tried again, and which channel seems to be good.
fn courier_advice(half: &OutgoingHalf) -> Vec<String> {
    let mut advice = Vec::new();
    if let Outgoing::InTransit { next_attempt: Some(next), .. } = half.state {
        advice.push(format!("Wait: it is tried again by itself on {}.", moment(next)));
    }
    let bad = bad_channels(half);
    if bad.is_empty() {
        return advice;
    }
    let good =
        [Channel::Mobile, Channel::Desktop, Channel::Web].into_iter().filter(|good| !bad.contains(good));
    let good: Vec<String> = good.map(|good| channel(&good)).collect();
    advice.push(match (good.is_empty(), half.state) {
        (true, _) => "Every channel seems to be affected: wait for the fault to end.".to_owned(),
        (false, Outgoing::Failed(_)) => {
            format!("Use another channel this time: {}.", good.join(" or "))
        }
        (false, _) => {
            format!("If it cannot wait, withdraw it and send it by another channel: {}.", good.join(" or "))
        }
    });
    advice
}

fn bad_channels(half: &OutgoingHalf) -> Vec<Channel> {
    let own = half.events.iter().filter_map(|recorded| {
        if let Event::DeliveryFailed { channel, .. } = &recorded.event { channel.clone() } else { None }
    });
    let others = half.dossier.incident.iter().flat_map(|incident| incident.channels().iter().cloned());
    own.chain(others).collect()
}

/// The article's list for a request that nobody answers, with this request's days and names. Nothing in it depends on
/// what happened on the other side.
fn follow_up(half: &OutgoingHalf, speech: &Speech) -> Vec<String> {
    let to = speech.recipient.name();
    let mut advice = Vec::new();
    if let Some(policy) = half.dossier.case.in_force() {
        advice.push(when_to_follow_up(half.asked_at(), policy.answers.follow_up_after, half.horizon()));
    }
    advice.push(format!(
        "Write to {to} another way, by e-mail or on social media, and ask politely to look at the request, or for a \
         change of settings if those keep it away."
    ));
    advice.push(introduction(half, speech));
    advice.push("Leave the request open meanwhile, and do not resend it.".to_owned());
    if let Some(expires) = half.expires() {
        advice.push(format!(
            "It ends by itself on {}, if it is still open then; after that it can be sent again.",
            moment(expires)
        ));
    }
    advice.push("Do not take silence personally; ask others meanwhile.".to_owned());
    advice
}

fn when_to_follow_up(asked: Timestamp, after: acquaint_domain::Span, now: Timestamp) -> String {
    let due = asked.plus(after);
    if now < due {
        format!("Check back on {}, {} after it was sent.", day(due), days(after))
    } else {
        format!("It has been open for {}: follow up now.", days(now.since(asked)))
    }
}

/// INVARIANT (own desk): who is connected with the owner of an e-mail address would tell who that is.
fn introduction(half: &OutgoingHalf, speech: &Speech) -> String {
    const NAMED_MAX: usize = 3;
    let both = both(speech);
    if half.is_to_hidden_owner() {
        return "Ask somebody who knows both of you to introduce you.".to_owned();
    }
    match half.dossier.mutuals {
        [] => {
            format!("Nobody is connected with {both}; ask somebody who knows both of you to introduce you.")
        }
        [one] => format!("{one} is connected with {both}: ask for an introduction."),
        several => {
            let named = &several[..several.len().min(NAMED_MAX)];
            let are = format!("{} are connected with {both}", list(named));
            let more = match several.len() - named.len() {
                0 => String::new(),
                more => format!(", and {more} more"),
            };
            format!("{are}{more}: ask one of them for an introduction.")
        }
    }
}

/// What can be done about `code`, which the recipient's half gave, as those say who read both halves.
pub(crate) fn for_the_other_side(half: Option<&IncomingHalf>, code: Code) -> Vec<String> {
    let mut remedy: Vec<String> = entry(code).remedy.iter().map(|text| (*text).to_owned()).collect();
    let gate = half.and_then(|half| half.verdicts().last().copied().and_then(stopping_gate));
    if let (Code::RecipientRestricted, Some(Evidence::Restriction { until, .. })) =
        (code, gate.map(|gate| &gate.evidence))
    {
        // A computed time says the catalogue's last line better.
        remedy.pop();
        remedy.push(format!(
            "Or withdraw it, and send a new one from {} on, when the restriction is over.",
            moment(*until)
        ));
    }
    remedy
}

/// What the recipient can do about `code`.
pub(crate) fn for_recipient(code: Code) -> Vec<String> {
    match entry(code).recipient_remedy {
        [] => vec!["Nothing needs to be done.".to_owned()],
        remedy => remedy.iter().map(|text| (*text).to_owned()).collect(),
    }
}
