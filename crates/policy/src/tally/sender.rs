//! One sender's weeks.

use acquaint_checkpoint::snapshot;
use acquaint_domain::MemberId;

use super::counts::Counts;
use super::noise::NoiseKey;
use super::threshold::{FeedbackThreshold, WEEKS_MAX};

/// Noise is drawn for the week of a sender's last request and this many weeks after it. That covers every sender who has sent
/// in the 180 days before the end of a week.
pub(super) const ACTIVE_WEEKS_AFTER: i64 = 25;

/// The counts of one sender.
#[derive(Clone, Debug, Hash)]
pub(super) struct Sender {
    /// The week of `counts`; all earlier weeks have ended.
    week: i64,
    /// Exact counts, from zero each week.
    pub(super) counts: Counts,
    /// Noisy counts of the weeks before `week` and after the last feedback or the last week without noise, newest last.
    noisy: Vec<Counts>,
    /// The week of the last request.
    pub(super) last_sent: Option<i64>,
    /// The week at whose end the next feedback is due if nothing more happens.
    pub(super) due: Option<i64>,
}

/// The inputs of a sender's noise, and the threshold for a feedback.
pub(super) struct Drawing {
    pub(super) key: NoiseKey,
    pub(super) member: MemberId,
    pub(super) threshold: FeedbackThreshold,
}

/// Noisy counts that reach the threshold for a feedback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoisyTotals {
    /// The last of the weeks that they cover.
    pub(super) week: i64,
    /// How many weeks they cover.
    pub(super) weeks: usize,
    pub(super) sum: Counts,
}

snapshot!(struct Sender { week, counts, noisy, last_sent, due });

impl Default for Sender {
    fn default() -> Self {
        Self { week: i64::MIN, counts: Counts::default(), noisy: Vec::new(), last_sent: None, due: None }
    }
}

impl Sender {
    /// Ends every week before `next`. Without a drawing, no feedback is given, and the counts of those weeks are dropped.
    pub(super) fn end_weeks(&mut self, next: i64, drawing: Option<&Drawing>) {
        for week in self.active_weeks().take_while(|week| *week < next) {
            let Some(drawing) = drawing else { break };
            push(&mut self.noisy, std::mem::take(&mut self.counts) + drawing.noise(week));
            self.week = week.saturating_add(1);
        }
        if self.week < next {
            self.noisy.clear();
            self.counts = Counts::default();
            self.week = next;
        }
    }

    /// Drops the weeks before `next`, which a feedback has covered.
    pub(super) fn feedback_taken(&mut self, next: i64, drawing: Option<&Drawing>) {
        self.end_weeks(next, drawing);
        self.noisy.clear();
    }

    /// The next feedback if nothing more happens.
    pub(super) fn next_totals(&self, drawing: &Drawing) -> Option<NoisyTotals> {
        let mut noisy = self.noisy.clone();
        let mut counts = self.counts;
        self.active_weeks().find_map(|week| {
            push(&mut noisy, std::mem::take(&mut counts) + drawing.noise(week));
            let (weeks, sum) = drawing.threshold.reached(&noisy)?;
            Some(NoisyTotals { week, weeks, sum })
        })
    }

    /// The current and the later weeks for which noise is drawn if the sender sends nothing more.
    fn active_weeks(&self) -> impl Iterator<Item = i64> + use<> {
        // INVARIANT (sent in a week that had begun): `last_sent` is never after `week`.
        let last_sent = self.last_sent.filter(|sent| *sent <= self.week);
        let week = self.week;
        last_sent.into_iter().flat_map(move |sent| week..=sent.saturating_add(ACTIVE_WEEKS_AFTER))
    }
}

impl Drawing {
    fn noise(&self, week: i64) -> Counts {
        self.key.drawn(self.member, week)
    }
}

fn push(noisy: &mut Vec<Counts>, counts: Counts) {
    if noisy.len() == WEEKS_MAX {
        noisy.remove(0);
    }
    noisy.push(counts);
}
