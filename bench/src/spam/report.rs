//! The figures, as tables of a page.

use std::fmt::Write;

use acquaint_policy::Policy;

use super::choosing::{REPORTED_SEEDS, heavy_senders};
use super::heavy::{self, Habits, Notes};
use super::messages;
use super::ratings;
use super::rejections;
use super::socialbots::{self, BOTS, HONEST, Honesty, Outcomes};
use super::volume;

/// The number of reported heavy senders for each seed and habit.
const HEAVY_EACH: usize = 100;

/// The number of simulations for a point of the curve.
const CURVE_WORLDS: usize = 3;

/// All tables; `ratings` and `messages` are the texts of the research data, if they exist.
pub(crate) fn tables(policy: &Policy, ratings: Option<&str>, messages: Option<&str>) -> String {
    let mut page = format!(
        "Seeds {} to {}; the built-in policy `{}`.\n\n",
        REPORTED_SEEDS.start(),
        REPORTED_SEEDS.end(),
        policy.name
    );
    page.push_str(&curve(policy, messages));
    page.push_str(&students(policy, messages));
    page.push_str(&bulk(policy));
    page.push_str(&recruiters(policy));
    page.push_str(&socialbots(policy));
    page.push_str(&heavy(policy));
    page.push_str(&rejections());
    page.push_str(&rated(policy, ratings));
    page
}

/// Bots stopped and honest requests held, by the weight of the answers.
fn curve(policy: &Policy, text: Option<&str>) -> String {
    let mut table = "### Bots stopped against honest requests stopped\n\n\
         All other numbers are those of the built-in policy, whose own weight is marked.\n\n\
         | weight of the answers | bots stopped, of 102: median | students' requests stopped, first 97 days | of these \
         answered | the days after | honest members ever refused or held: most |\n|---:|---:|---:|---:|---:|---:|\n"
        .to_owned();
    let own = policy.spam.acceptance.as_ref().map(|weight| weight.each_milli);
    for acceptance_milli in [1_000, 1_050, 1_100, 1_200, 1_500, 2_000, 3_000, 4_000, 6_000] {
        let mut other = policy.clone();
        if let Some(weight) = &mut other.spam.acceptance {
            weight.each_milli = acceptance_milli;
        }
        let worlds: Vec<Outcomes> = REPORTED_SEEDS
            .take(CURVE_WORLDS)
            .map(|seed| socialbots::play(&other, seed, Honesty::Various))
            .collect();
        let mark = if own == Some(acceptance_milli) { " (built in)" } else { "" };
        let students = text.and_then(|text| messages::play(&other, text));
        let cell = |of: fn(messages::Both) -> (usize, usize)| {
            students.map_or("not there".to_owned(), |both| {
                let (part, whole) = of(both);
                percent(part, whole)
            })
        };
        let cells = [
            format!("{:.2}{mark}", f64::from(acceptance_milli) / 1_000.0),
            middle(&sorted(worlds.iter().map(|world| world.stopped))).to_string(),
            cell(|both| (both.chosen.stopped, both.chosen.requests)),
            cell(|both| (both.chosen.answered, both.chosen.stopped)),
            cell(|both| (both.reported.stopped, both.reported.requests)),
            percent(worlds.iter().map(|world| world.harmed).max().unwrap_or(0), HONEST),
        ];
        row(&mut table, &cells);
    }
    table + "\n"
}

fn students(policy: &Policy, text: Option<&str>) -> String {
    let heading = "### Students' messages, played live\n\n";
    let Some(messages::Both { chosen, reported }) = text.and_then(|text| messages::play(policy, text)) else {
        return format!(
            "{heading}Skipped: `../shared/data/collegemsg.txt` is not next to the repository.\n\n"
        );
    };
    let mut table = format!(
        "{heading}| days | requests | refused or held | of these answered in the file |\n|---|---:|---:|---:|\n"
    );
    for (days, outcomes) in
        [("the first 97, on which weights were chosen", chosen), ("all after, reported", reported)]
    {
        let messages::Outcomes { requests, stopped, answered } = outcomes;
        let share = percent(stopped, requests);
        row(
            &mut table,
            &[days.to_owned(), requests.to_string(), format!("{stopped} ({share})"), answered.to_string()],
        );
    }
    table + "\n"
}

fn bulk(policy: &Policy) -> String {
    let mut table = "### An account that asks everybody\n\n\
         300 requests a day for eight days, nobody accepts, no connections; the latest of the seeds.\n\n\
         | notes | awake | first held after | first refused after | requests out, of 2400: most |\n\
         |---|---:|---:|---:|---:|\n"
        .to_owned();
    for (text, name) in [(volume::Text::None, "none"), (volume::Text::One, "one text")] {
        for hours in [24.0, 8.0, 1.0] {
            let stopped: Vec<volume::Stopped> =
                REPORTED_SEEDS.map(|seed| volume::indiscriminate(policy, seed, text, hours)).collect();
            let latest = |of: fn(&volume::Stopped) -> Option<i64>| match stopped
                .iter()
                .map(of)
                .collect::<Option<Vec<i64>>>()
            {
                Some(all) => format!("{} h", all.into_iter().max().unwrap_or(0)),
                None => "not in every world".to_owned(),
            };
            let cells = [
                name.to_owned(),
                format!("{hours:.0} h a day"),
                latest(|stopped| stopped.held_after_hours),
                latest(|stopped| stopped.refused_after_hours),
                stopped.iter().map(|stopped| stopped.out).max().unwrap_or(0).to_string(),
            ];
            row(&mut table, &cells);
        }
    }
    table + "\n"
}

fn recruiters(policy: &Policy) -> String {
    let mut table =
        "### Recruiters and colleagues\n\n| who | requests | refused or held |\n|---|---:|---:|\n".to_owned();
    for accepted in [0.4, 0.5, 0.6] {
        let played = REPORTED_SEEDS.flat_map(heavy_senders).step_by(10);
        let played = played.map(|seed| volume::recruiter(policy, seed, accepted));
        let (requests, stopped) =
            played.fold((0, 0), |(all, bad), (requests, stopped)| (all + requests, bad + stopped));
        let who = format!("recruiters of whom {:.0} % accept", accepted * 100.0);
        row(&mut table, &[who, requests.to_string(), percent(stopped, requests)]);
    }
    let colleagues: usize =
        REPORTED_SEEDS.flat_map(heavy_senders).map(|seed| volume::colleagues(policy, seed)).sum();
    row(
        &mut table,
        &["colleagues, 3000 afternoons".to_owned(), "5 to 30 each".to_owned(), colleagues.to_string()],
    );
    table + "\n"
}

fn socialbots(policy: &Policy) -> String {
    let mut table = format!(
        "### Socialbots\n\n\
         Of {BOTS} bots in their first two weeks, and of {HONEST} honest members in eight weeks; per seed.\n\n\
         | honest members | bots stopped: least, median | out before, median bot | out of all that bots tried | \
         honest ever refused or held: median, most |\n|---|---:|---:|---:|---:|\n"
    );
    let kinds = [
        (Honesty::Geometric, "geometric number of requests, mean 6"),
        (Honesty::LogNormal, "log-normal, geometric mean 6"),
        (Honesty::Various, "log-normal, and members differ in whom they ask and who accepts"),
    ];
    for (honesty, name) in kinds {
        let worlds: Vec<Outcomes> =
            REPORTED_SEEDS.map(|seed| socialbots::play(policy, seed, honesty)).collect();
        let stopped = sorted(worlds.iter().map(|world| world.stopped));
        let out_early = sorted(worlds.iter().map(|world| world.out_early[BOTS / 2]));
        let harmed = sorted(worlds.iter().map(|world| world.harmed));
        let (out, tried): (usize, usize) =
            worlds.iter().fold((0, 0), |(out, tried), world| (out + world.out, tried + world.tried));
        row(
            &mut table,
            &[
                name.to_owned(),
                format!("{}, {}", stopped[0], middle(&stopped)),
                middle(&out_early).to_string(),
                percent(out, tried),
                format!(
                    "{}, {}",
                    percent(middle(&harmed), HONEST),
                    percent(harmed[harmed.len() - 1], HONEST)
                ),
            ],
        );
    }
    table + "\n"
}

fn heavy(policy: &Policy) -> String {
    let mut table = "### The honest heavy sender\n\n\
         | recipients with nobody in common | notes | senders | ever refused or held | requests refused or held |\n\
         |---:|---|---:|---:|---:|\n"
        .to_owned();
    let notes =
        [(Notes::None, "none"), (Notes::Own, "each their own"), (Notes::Template, "one text with a name")];
    for (notes, name) in notes {
        for strangers in [0.3, 0.7, 1.0] {
            let habits = Habits { strangers, notes };
            let stopped: Vec<usize> = REPORTED_SEEDS
                .flat_map(|seed| heavy_senders(seed).take(HEAVY_EACH))
                .map(|sender| heavy::play(policy, sender, habits))
                .collect();
            let senders = stopped.iter().filter(|stopped| **stopped > 0).count();
            let requests = stopped.iter().sum();
            let all = stopped.len() * heavy::REQUESTS;
            let cells = [
                format!("{:.0} %", strangers * 100.0),
                name.to_owned(),
                stopped.len().to_string(),
                senders.to_string(),
                percent(requests, all),
            ];
            row(&mut table, &cells);
        }
    }
    table + "\n"
}

fn rejections() -> String {
    let mut table = "### The rejection graph\n\nArea under the curve, least of the seeds.\n\n\
         | accomplices of each fake | plain share of refusals | the agents' ranking |\n|---:|---:|---:|\n"
        .to_owned();
    for accomplices in [0, 6, 40, 100] {
        let areas: Vec<rejections::Areas> =
            REPORTED_SEEDS.map(|seed| rejections::play(seed, accomplices)).collect();
        let least = |area: fn(&rejections::Areas) -> f64| areas.iter().map(area).fold(1.0, f64::min);
        let cells =
            [accomplices.to_string(), digits(least(|area| area.plain)), digits(least(|area| area.ranking))];
        row(&mut table, &cells);
    }
    table + "\n"
}

fn rated(policy: &Policy, text: Option<&str>) -> String {
    let heading = "### Ratings of a market\n\n";
    let Some(outcomes) = text.and_then(|text| ratings::play(policy, text)) else {
        return format!("{heading}Skipped: `../shared/data/bitcoinotc.csv` is not next to the repository.\n");
    };
    let ((members, reported), (later, reports)) = (outcomes.members, outcomes.ratings);
    let mut table = format!(
        "{heading}{members} members were rated in both halves of the file, {reported} of them badly in the second; \
         of their {later} ratings in the second half {reports} are bad. Area under the curve, by what the first \
         half tells.\n\n| ranked by | members reported later | later ratings that are reports |\n|---|---:|---:|\n"
    );
    for (name, of_members, of_ratings) in outcomes.areas {
        row(&mut table, &[name.to_owned(), digits(of_members), digits(of_ratings)]);
    }
    table
}

fn row(table: &mut String, cells: &[String]) {
    // Writing to a string does not fail.
    let _ = writeln!(table, "| {} |", cells.join(" | "));
}

fn sorted(values: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut values: Vec<usize> = values.collect();
    values.sort_unstable();
    values
}

fn middle(values: &[usize]) -> usize {
    values[values.len() / 2]
}

fn percent(part: usize, whole: usize) -> String {
    let percent = 100.0 * part as f64 / whole.max(1) as f64;
    if part == 0 { "0 %".to_owned() } else { format!("{percent:.2} %") }
}

/// Rounds down, so that no target seems to be reached that is not.
fn digits(area: f64) -> String {
    format!("{:.4}", (area * 10_000.0).floor() / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_formatted() {
        assert_eq!(percent(0, 100), "0 %");
        assert_eq!(percent(1, 400), "0.25 %");
        assert_eq!(digits(0.998_99), "0.9989");
        assert_eq!(middle(&sorted([3, 1, 2].into_iter())), 2);
    }
}
