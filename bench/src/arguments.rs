//! The options of every benchmark.

use std::path::PathBuf;

/// Three runs, so that a median ignores one outlier.
const RUNS: usize = 3;

/// How to measure, and how to print the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    /// How often everything is measured.
    pub(crate) runs: usize,
    /// Whether to run only long enough to see that it works.
    pub(crate) is_quick: bool,
    /// Whether to measure other systems too, in benchmarks where that is optional.
    pub(crate) has_peers: bool,
    pub(crate) format: Format,
    /// The folder for the data; `None` for the folder of this program.
    pub(crate) folder: Option<PathBuf>,
}

/// How the result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Table,
    Json,
}

/// Parses the words after the name of the benchmark.
pub(crate) fn read(words: &[&str]) -> Result<Settings, String> {
    let mut settings =
        Settings { runs: RUNS, is_quick: false, has_peers: false, format: Format::Table, folder: None };
    let mut rest = words;
    while let [word, after @ ..] = rest {
        let value = || after.first().copied().ok_or(format!("`{word}` needs a value"));
        rest = match *word {
            "--quick" => {
                settings.is_quick = true;
                after
            }
            "--peers" => {
                settings.has_peers = true;
                after
            }
            "--runs" => {
                let runs = value()?;
                let count = runs.parse().ok().filter(|count| (1..=99).contains(count));
                settings.runs = count.ok_or(format!("`{runs}` is not a number of runs; use 1 to 99"))?;
                &after[1..]
            }
            "--format" => {
                settings.format = match value()? {
                    "table" => Format::Table,
                    "json" => Format::Json,
                    unknown => return Err(format!("there is no format `{unknown}`; use table or json")),
                };
                &after[1..]
            }
            "--dir" => {
                settings.folder = Some(value()?.into());
                &after[1..]
            }
            unknown => return Err(format!("there is no option `{unknown}`")),
        };
    }
    Ok(settings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_in_any_order() {
        let read =
            read(&["--dir", "x", "--quick", "--peers", "--format", "json", "--runs", "5"]).expect("options");
        let folder = Some("x".into());
        assert_eq!(read, Settings { runs: 5, is_quick: true, has_peers: true, format: Format::Json, folder });
    }

    #[test]
    fn an_invalid_option_is_named() {
        let check = |words: &[&str], expected: &str| assert_eq!(read(words), Err(expected.to_owned()));
        check(&["--fast"], "there is no option `--fast`");
        check(&["--runs"], "`--runs` needs a value");
        check(&["--runs", "0"], "`0` is not a number of runs; use 1 to 99");
        check(&["--format", "xml"], "there is no format `xml`; use table or json");
    }
}
