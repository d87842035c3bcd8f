//! The figures, as tables of a page.

use std::fmt::Write;

use acquaint_policy::Policy;

use super::choosing::{REPORTED_SEEDS, heavy_senders};
use super::heavy::{self, Habits, Notes};
use super::ratings;
use super::rejections;
use super::socialbots::{self, BOTS, HONEST, Honesty, Outcomes};

/// How many heavy senders are reported on, to a seed and habit.
const HEAVY_EACH: usize = 100;

/// All tables; `ratings` is the text of the file of ratings, where it is there.
pub(crate) fn tables(policy: &Policy, ratings: Option<&str>) -> String {
    let mut page = format!(
        "Seeds {} to {}; the built-in policy `{}`.\n\n",
        REPORTED_SEEDS.start(),
        REPORTED_SEEDS.end(),
        policy.name
    );
    page.push_str(&socialbots(policy));
    page.push_str(&heavy(policy));
    page.push_str(&rejections());
    page.push_str(&rated(policy, ratings));
    page
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
        return format!("{heading}Skipped: `../shared/data/bitcoinotc.csv` is not beside the repository.\n");
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
    // Writing to a text does not fail.
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

/// Rounded downward, so that nothing is said to be reached that is not.
fn digits(area: f64) -> String {
    format!("{:.4}", (area * 10_000.0).floor() / 10_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_they_are_read() {
        assert_eq!(percent(0, 100), "0 %");
        assert_eq!(percent(1, 400), "0.25 %");
        assert_eq!(digits(0.998_99), "0.9989");
        assert_eq!(middle(&sorted([3, 1, 2].into_iter())), 2);
    }
}
