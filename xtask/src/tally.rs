//! The number of tests that ran, parsed from the output of the test runners.

use std::fmt;

/// A count of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    /// The sum of both counts.
    pub(crate) fn plus(self, other: Tally) -> Tally {
        Tally {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

/// Parses the output of nextest, which ends with `Summary [ 0.1s] 3 tests run: 2 passed (1 slow), 1 timed out, 1 skipped`.
/// The output of a failed test comes before it and may contain anything.
pub(crate) fn of_nextest(output: &str) -> Tally {
    let lines = output.lines().rev().map(without_colours);
    let summary = lines.filter(|line| line.trim_start().starts_with("Summary ["));
    summary
        .take(1)
        .filter_map(|line| Some(counts(line.split_once(" run: ")?.1)))
        .fold(Tally::default(), Tally::plus)
}

/// Parses the output of `cargo test`, which has a line for each test binary and each crate's doc tests: `test result: FAILED.
/// 2 passed; 1 failed; 1 ignored; 0 measured; 3 filtered out; ..`.
pub(crate) fn of_cargo_test(output: &str) -> Tally {
    let results = output.lines().map(without_colours).filter(|line| line.starts_with("test result: "));
    results.filter_map(|line| Some(counts(line.split_once(". ")?.1))).fold(Tally::default(), Tally::plus)
}

/// Sums the numbers in one summary, separated by `,` or `;`.
fn counts(summary: &str) -> Tally {
    let mut tally = Tally::default();
    for part in summary.split([',', ';']) {
        let Some((number, what)) = part.trim().split_once(' ') else {
            continue;
        };
        let Ok(number) = number.parse::<u64>() else {
            continue;
        };
        // In `5 passed (1 slow, 1 flaky)` the numbers in brackets are part of the five.
        match what.split(" (").next().unwrap_or(what) {
            "passed" => tally.passed += number,
            "failed" | "timed out" | "exec failed" => tally.failed += number,
            "skipped" | "ignored" => tally.skipped += number,
            _ => {}
        }
    }
    tally
}

/// `line` without terminal escape sequences.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut in_escape = false;
    for c in line.chars() {
        match c {
            '\u{1b}' => in_escape = true,
            _ if in_escape => in_escape = !c.is_ascii_alphabetic(),
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn nextest(output: &str, expected: &str) {
        assert_eq!(of_nextest(output).to_string(), expected);
    }

    #[track_caller]
    fn cargo_test(output: &str, expected: &str) {
        assert_eq!(of_cargo_test(output).to_string(), expected);
    }

    #[test]
    fn the_summary_of_nextest_is_counted() {
        nextest("     Summary [   0.086s] 2 tests run: 2 passed, 0 skipped", "2 passed, 0 failed");
        nextest(
            "     Summary [   0.086s] 3 tests run: 1 passed, 2 failed, 4 skipped",
            "1 passed, 2 failed, 4 skipped",
        );
        nextest(
            "Summary [ 9.1s] 5/9 tests run: 2 passed (1 slow), 1 timed out, 2 failed",
            "2 passed, 3 failed",
        );
        nextest(
            "\u{1b}[1m     Summary\u{1b}[0m [ 0.1s] 1 test run: \u{1b}[32;1m1\u{1b}[0m passed, 0 skipped",
            "1 passed, 0 failed",
        );
    }

    #[test]
    fn numbers_in_brackets_are_not_counted_twice() {
        nextest("Summary [ 9.1s] 6 tests run: 5 passed (1 slow, 1 leaky), 1 failed", "5 passed, 1 failed");
    }

    #[test]
    fn the_output_of_a_failed_test_is_not_counted() {
        let output = "\
        FAIL [ 0.1s] (1/1) it fails
  stdout ---
    Summary [ 0.1s] 7 tests run: 7 passed, 0 skipped
    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 44 filtered out; finished in 0.00s
     Summary [ 0.1s] 1 test run: 0 passed, 1 failed, 0 skipped
        FAIL [ 0.1s] (1/1) it fails
";
        nextest(output, "0 passed, 1 failed");
        cargo_test(output, "0 passed, 0 failed");
    }

    #[test]
    fn every_test_binary_of_cargo_test_counts() {
        let output = "\
test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.00s
some other line: 99 passed, 99 failed
test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";
        cargo_test(output, "4 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn without_a_summary_no_test_counts() {
        nextest("error: could not compile `acquaint`", "0 passed, 0 failed");
    }
}
