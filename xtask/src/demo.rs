//! `cargo xtask demo`: builds the program and plays the tour, each script on its own data folder. `demo --serve` serves the
//! network of tests/demo instead.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::tidy::markdown;
use crate::tree;

mod serve;
mod transcript;

pub(crate) use serve::run as serve;
use transcript::{Answer, CauseAnswers, cause_answers};

const TOUR: &str = "docs/tour.md";
const SCRIPTS: &str = "tests/scripts";

/// Invented exports of one account, the oldest first.
const EXPORTS: &str = "tests/exports";
const EXPORTS_IN_ORDER: [&str; 2] =
    ["Basic_LinkedInDataExport_03-10-2024", "Basic_LinkedInDataExport_08-20-2024"];

/// The script whose data folder the suggested commands use. Nothing happens after its cause, so they print what the demo has
/// shown.
const CONTINUE_WITH: &str = "CR0804-declined";

/// The longest line, in characters, narrow enough for most terminals.
const WIDTH_MAX: usize = 96;

/// Plays every script of the tour and prints what the sender is told about each cause, and what an agent sees.
pub(crate) fn run() -> ExitCode {
    match play_tour(&tree::repository()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("demo: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn play_tour(root: &Path) -> Result<(), String> {
    let program = build(root, Features::None)?;
    let short = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_path_buf();
    let folder = program.target.join("demo");
    tree::remove_folder(&folder)?;
    let tour = fs::read_to_string(root.join(TOUR)).map_err(|error| format!("{TOUR}: {error}"))?;
    println!(
        "The causes in {TOUR}: what the sender is told, and\nwhat an agent sees on the other side if that is a different cause."
    );
    let (mut heading, mut suggestions) = (String::new(), None);
    for stop in stops_of(&tour) {
        let data = folder.join(&stop.script);
        let script = root.join(SCRIPTS).join(format!("{}.acq", stop.script));
        let transcript = program.run(&data, &["run"], Some(&script))?;
        if heading != stop.cause {
            println!("\n{}", stop.cause);
            heading.clone_from(&stop.cause);
        }
        let answers = cause_answers(&transcript, &stop.script);
        if answers == CauseAnswers::default() {
            return Err(format!("`{}` shows its cause to nobody", short(&script).display()));
        }
        print!("{}", page(&stop.script, &answers));
        if let (CONTINUE_WITH, Some(answer)) = (stop.script.as_str(), answers.sender) {
            suggestions =
                Some(suggested_commands(&short(&program.path), &short(&data), &answer, &transcript));
        }
    }
    print!("\n{}", exports_page(root, &program, &folder.join("exports"))?);
    print!("{}", suggestions.unwrap_or_default());
    Ok(())
}

/// Imports two invented exports, and returns the page about them.
fn exports_page(root: &Path, program: &Program, data: &Path) -> Result<String, String> {
    let mut page =
        format!("A member's own exports ({EXPORTS}, invented), and the outcome of the requests in them:\n\n");
    for export in EXPORTS_IN_ORDER {
        page.push_str(&program.run(data, &["import"], Some(&root.join(EXPORTS).join(export)))?);
    }
    page.push_str(&format!("\n{}", program.run(data, &["whereabouts"], None)?));
    Ok(page)
}

/// The features that the program is built with.
#[derive(Clone, Copy)]
enum Features {
    /// None: the fastest build.
    None,
    /// Those of an ordinary build, `serve` among them.
    Default,
}

struct Program {
    path: PathBuf,
    target: PathBuf,
}

/// Builds the program in the profile that tests use: an optimised build takes minutes, and a newcomer waits for the first
/// answer. The build folder is the one that contains this program.
fn build(root: &Path, features: Features) -> Result<Program, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--locked", "--package", "acquaint-cli"]).current_dir(root);
    match features {
        Features::None => command.arg("--no-default-features"),
        Features::Default => &mut command,
    };
    let status = command.status().map_err(|error| format!("cargo could not be started: {error}"))?;
    if !status.success() {
        return Err("the program could not be built".to_owned());
    }
    let own =
        std::env::current_exe().map_err(|error| format!("this program cannot find its own path: {error}"))?;
    let target = own.ancestors().nth(2).ok_or("this program is not in a build folder")?.to_path_buf();
    let path = target.join("debug").join(format!("acquaint{}", std::env::consts::EXE_SUFFIX));
    Ok(Program { path, target })
}

impl Program {
    /// Runs one command on a data folder, with `file` as its last argument, and returns what it printed.
    fn run(&self, data: &Path, words: &[&str], file: Option<&Path>) -> Result<String, String> {
        fs::create_dir_all(data)
            .map_err(|error| format!("{} could not be created: {error}", data.display()))?;
        let mut command = Command::new(&self.path);
        command.arg("--data").arg(data).args(["--seed", "1"]).args(words).args(file).stdin(Stdio::null());
        let output = command.output().map_err(|error| self.not_started(&error))?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(printed);
        }
        let (what, stderr) = (file.unwrap_or(data).display(), String::from_utf8_lossy(&output.stderr));
        Err(format!("{what} failed ({}):\n{printed}{stderr}", output.status))
    }

    fn not_started(&self, error: &io::Error) -> String {
        format!("{} could not be started: {error}", self.path.display())
    }
}

/// One stop of the tour: a cause in the article's words, and the name of the script that provokes it, without `.acq`.
#[derive(Debug, PartialEq, Eq)]
struct Stop {
    cause: String,
    script: String,
}

/// The scripts that the tour links to, in its order, each once, with the heading before the link.
fn stops_of(tour: &str) -> Vec<Stop> {
    let lines: Vec<&str> = tour.lines().collect();
    let mut stops: Vec<Stop> = Vec::new();
    for (line, target) in markdown::links(tour) {
        let Some(file) = markdown::resolve(TOUR, target) else {
            continue;
        };
        let script = file.strip_prefix("tests/scripts/").and_then(|name| name.strip_suffix(".acq"));
        let Some(script) = script.filter(|script| !stops.iter().any(|stop| stop.script == *script)) else {
            continue;
        };
        let heading = lines[..line].iter().rev().find(|line| line.starts_with('#'));
        let cause = heading.map_or(script, |heading| heading.trim_start_matches('#').trim());
        stops.push(Stop { cause: cause.to_owned(), script: script.to_owned() });
    }
    stops
}

/// The text that is printed about one script.
fn page(script: &str, answers: &CauseAnswers) -> String {
    let mut page = format!("\n  {SCRIPTS}/{script}.acq\n");
    let mut say = |who: &str, answer: &Answer| {
        let lead = format!("    {who:<12}");
        page.push_str(&paragraph(&lead, &format!("{} {}", answer.code, answer.name)));
        for text in [&answer.verdict].into_iter().chain(&answer.companions) {
            page.push_str(&paragraph(&" ".repeat(lead.len()), text));
        }
    };
    if let Some(answer) = &answers.sender {
        say("the sender", answer);
    }
    if let Some(answer) = &answers.agent {
        say("an agent", answer);
    }
    page
}

/// `text` after `lead`, wrapped and indented by the width of `lead`.
fn paragraph(lead: &str, text: &str) -> String {
    let mut lines = vec![lead.to_owned()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line + word.chars().count() >= WIDTH_MAX && line > lead.len() {
            lines.push(" ".repeat(lead.len()));
        }
        if let Some(line) = lines.last_mut() {
            if line.chars().count() > lead.chars().count() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

fn suggested_commands(program: &Path, data: &Path, answer: &Answer, transcript: &str) -> String {
    let at = transcript.lines().rev().find_map(|line| line.strip_prefix("> at "));
    let at = at.map_or(String::new(), |at| format!(" --at {at}"));
    let (program, data) = (program.display(), data.display());
    let on = format!("  {program} --data {data}{at}");
    let who = &answer.parties;
    let code = CONTINUE_WITH.split('-').next().unwrap_or_default();
    format!(
        "\nTry next (every script has left its data folder next to this one)\n\
         {on} why {who}\n{on} why {who} --viewer agent\n{on} trace {who} --viewer agent\n  \
         {program} explain {code}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The demo parses what scripts print, in a format that it does not control: a new format must not leave it silent.
    #[test]
    fn the_cause_of_every_script_of_the_tour_is_found_in_its_transcript() {
        let root = tree::repository();
        let stops = stops_of(&fs::read_to_string(root.join(TOUR)).expect("the tour"));
        assert!(stops.len() > 40, "{}", stops.len());
        for Stop { script, .. } in stops {
            let transcript = format!("tests/it/snapshots/it__scripts__transcript@{script}.acq.snap");
            let transcript = fs::read_to_string(root.join(transcript)).expect("a transcript");
            assert_ne!(cause_answers(&transcript, &script), CauseAnswers::default(), "{script}");
        }
    }

    #[test]
    fn the_tour_gives_the_order_and_the_headings() {
        let tour = "# The tour\n## You already asked\nSee [it](../tests/scripts/CR0201.acq) and [docs](README.md).\n\
                    ## The daily limit\n[once](../tests/scripts/CR0401.acq), [again](../tests/scripts/CR0201.acq)\n";
        let stop = |cause: &str, script: &str| Stop { cause: cause.to_owned(), script: script.to_owned() };
        assert_eq!(stops_of(tour), [stop("You already asked", "CR0201"), stop("The daily limit", "CR0401")]);
    }

    #[test]
    fn a_long_text_is_wrapped_and_indented() {
        let text = ["word"; 20].join(" ");
        let written = paragraph("  who  ", &text);
        let mut lines = written.lines();
        assert!(
            lines.next().is_some_and(|line| line.starts_with("  who  word word") && line.len() <= WIDTH_MAX)
        );
        assert!(lines.next().is_some_and(|line| line.starts_with("       word")));
        assert_eq!(lines.next(), None);
    }

    #[test]
    fn the_suggested_commands_use_the_time_of_the_script() {
        let answer = Answer { parties: "ana ben".to_owned(), ..Answer::default() };
        let transcript = "> at 2026-01-05T09:00:00Z\n> at 2026-01-06T09:00:00Z\n> send ana ben\n";
        let text = suggested_commands(Path::new("p"), Path::new("d"), &answer, transcript);
        let expected = "p --data d --at 2026-01-06T09:00:00Z trace ana ben --viewer agent\n";
        assert!(text.contains(expected) && text.contains("p explain CR0804\n"), "{text}");
    }

    #[test]
    fn the_script_to_continue_with_is_part_of_the_tour() {
        let tour = fs::read_to_string(tree::repository().join(TOUR)).expect("the tour");
        assert!(stops_of(&tour).iter().any(|stop| stop.script == CONTINUE_WITH));
    }
}
