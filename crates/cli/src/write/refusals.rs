//! Why a command other than a send was refused, since when, and what to do.

use acquaint_audit::{Act, Viewer, entry};
use acquaint_domain::{
    Address, AppealDecision, Code, Command, MemberId, Pair, RequestId, Standing, Timestamp,
};
use acquaint_engine::{CommandOutcome, Receipt};

use crate::failure::CliError;
use crate::session::ReadView;
use crate::values::human_time;

/// What the output says about a command in addition to its description; mostly for refused commands.
#[derive(Default)]
pub(crate) struct Reasons {
    /// What stops the command, with the date.
    pub(crate) verdict: Option<String>,
    /// What would have to change, if that is known.
    pub(crate) would_pass: Option<String>,
    /// What to do.
    pub(crate) remedy: Vec<String>,
}

/// The reasons for a command's outcome, for the member who gave the command.
pub(crate) fn reasons(view: ReadView<'_>, command: &Command, receipt: &Receipt) -> Result<Reasons, CliError> {
    match (command, receipt.verdict) {
        (
            Command::Confirm(pair) | Command::Accept(pair) | Command::Remind(pair),
            CommandOutcome::Refused(code),
        ) => refused(view, pair, code, receipt),
        (Command::OpenAppeal { request, .. }, CommandOutcome::Refused(code)) => {
            Ok(refused_appeal(view, *request, code))
        }
        (
            Command::DecideAppeal { request: Some(request), decision: AppealDecision::Upheld, .. },
            CommandOutcome::Done,
        ) => {
            let held = view.views.pending.request(*request);
            if held.and_then(|own| own.to_release_from).is_none() {
                return Ok(Reasons::default());
            }
            let answer = view.inquiry().explain(*request, Viewer::Agent, receipt.at)?;
            Ok(Reasons { verdict: answer.map(|answer| answer.verdict), ..Reasons::default() })
        }
        _ => Ok(Reasons::default()),
    }
}

fn refused(view: ReadView<'_>, pair: &Pair, code: Code, receipt: &Receipt) -> Result<Reasons, CliError> {
    let Some(member) = view.views.members.by_handle(&pair.member) else { return Ok(Reasons::default()) };
    // INVARIANT (own desk): a member's own request is explained as to its sender; for a request to the member, the sender's
    // half is not read.
    let is_own =
        |request| view.views.pending.request(request).is_some_and(|own| own.open.sender == member.id);
    let own = receipt.request.filter(|request| is_own(*request));
    if let Some(request) = own
        && let Some(answer) = view.inquiry().explain(request, Viewer::Sender, receipt.at)?
    {
        // A refused confirmation is the request's main answer; a refused reminder accompanies it, under its own code.
        let companion = answer.accompanied_by.into_iter().find(|companion| companion.code == code);
        return Ok(match companion {
            Some(companion) => Reasons {
                verdict: Some(companion.text),
                would_pass: None,
                remedy: entry(code).remedy.iter().map(|help| help.text.to_owned()).collect(),
            },
            None => {
                Reasons { verdict: Some(answer.verdict), would_pass: answer.would_pass, remedy: Vec::new() }
            }
        });
    }
    let handle = &pair.member;
    let verdict = match (code, member.standing_at(receipt.at)) {
        (Code::SenderBanned, Standing::Banned { since }) => {
            format!("{handle}'s account is banned since {}", human_time(since))
        }
        (Code::YouBlockedThem, _) => match blocked_since(view, member.id, &pair.other) {
            Some(since) => format!("{handle} blocks {} since {}", pair.other, human_time(since)),
            None => format!("{handle} blocks {}", pair.other),
        },
        _ => entry(code).title.to_owned(),
    };
    let other = &pair.other;
    let remedies = [
        (Code::SenderBanned, "Appeal; a ban does not end by itself.".to_owned()),
        (Code::YouBlockedThem, format!("Unblock {other} first; then accept the request.")),
        (
            Code::RecipientNetworkFull,
            "End a connection you no longer need; then accept the request.".to_owned(),
        ),
    ];
    let remedy = remedies.into_iter().filter(|(of, _)| *of == code).map(|(_, remedy)| remedy).collect();
    Ok(Reasons { verdict: Some(verdict), would_pass: None, remedy })
}

/// Why an appeal was refused, with the policy's numbers.
fn refused_appeal(view: ReadView<'_>, request: Option<RequestId>, code: Code) -> Reasons {
    let about = request.map_or_else(|| "the account".to_owned(), |request| format!("request {request}"));
    let verdict = if code == Code::NothingToAppeal {
        format!("there is no decision about {about} that can be appealed against")
    } else {
        appeal_bar(view, code)
    };
    let remedy = entry(code).remedy.iter().map(|help| match (help.act, request) {
        (Some(Act::Why), Some(request)) => {
            format!("{}: acquaint why {request}", help.text.trim_end_matches('.'))
        }
        _ => help.text.to_owned(),
    });
    // An appeal about the account has no request that `why` could show.
    let remedy = remedy.filter(|_| request.is_some() || code != Code::NothingToAppeal).collect();
    Reasons { verdict: Some(verdict), would_pass: None, remedy }
}

/// Why no further appeal can be opened, with the limits of the policy in force.
pub(crate) fn appeal_bar(view: ReadView<'_>, code: Code) -> String {
    let review = view.views.policy().and_then(|(_, policy)| policy.review.as_ref());
    let most = review.and_then(|review| review.appeals);
    let within = review.and_then(|review| review.appeal_within);
    match (code, most, within) {
        (Code::AppealLimit, Some(most), _) => {
            let plural = if most == 1 { "" } else { "s" };
            format!(
                "the policy allows {most} appeal{plural} against one decision, and no more; the decision stands"
            )
        }
        (Code::AppealTooLate, _, Some(within)) => {
            let (days, plural) = (within.whole_days(), if within.whole_days() == 1 { "" } else { "s" });
            format!("it is too late: a decision can be appealed against for {days} day{plural}; it stands")
        }
        _ => entry(code).title.to_owned(),
    }
}

fn blocked_since(view: ReadView<'_>, member: MemberId, other: &Address) -> Option<Timestamp> {
    let other = view.views.members.by_public_address(other)?;
    view.views.blocked.since(member, other.id)
}
