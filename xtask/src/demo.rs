//! `cargo xtask demo`: builds the program and plays the tour, each script on a data folder of its own.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::tidy::markdown;
use crate::tree;

const TOUR: &str = "docs/tour.md";
const SCRIPTS: &str = "tests/scripts";

/// Plays every script of the tour and prints the last answer of each.
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
    let program = build(root)?;
    let short = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_path_buf();
    let folder = program.target.join("demo");
    remove(&folder).map_err(|error| format!("{} could not be removed: {error}", folder.display()))?;
    let stops = match fs::read_to_string(root.join(TOUR)) {
        Ok(tour) => stops_of(&tour),
        Err(_) => stops_in_file_order(root)?,
    };
    let mut last = None;
    for stop in &stops {
        let data = folder.join(&stop.script);
        println!("\n{}", stop.cause);
        let transcript =
            play(&program.path, &data, &root.join(SCRIPTS).join(format!("{}.acq", stop.script)))?;
        for line in last_answer(&transcript) {
            println!("    {line}");
        }
        last = Some((data, stop));
    }
    let (data, stop) = last.ok_or("there is no script to play")?;
    let script =
        fs::read_to_string(root.join(SCRIPTS).join(format!("{}.acq", stop.script))).unwrap_or_default();
    print!("{}", commands_to_go_on_with(&short(&program.path), &short(&data), &script));
    Ok(())
}

struct Program {
    path: PathBuf,
    target: PathBuf,
}

/// Builds the release binary. It lies beside this program's own folder, wherever the build folder is.
fn build(root: &Path) -> Result<Program, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--release", "--locked", "--package", "acquaint"]).current_dir(root);
    let status = command.status().map_err(|error| format!("cargo could not be started: {error}"))?;
    if !status.success() {
        return Err("the program could not be built".to_owned());
    }
    let own =
        std::env::current_exe().map_err(|error| format!("this program does not find itself: {error}"))?;
    let target = own.ancestors().nth(2).ok_or("this program is not in a build folder")?.to_path_buf();
    let path = target.join("release").join(format!("acquaint{}", std::env::consts::EXE_SUFFIX));
    Ok(Program { path, target })
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Runs one script on a fresh data folder and returns what it printed.
fn play(program: &Path, data: &Path, script: &Path) -> Result<String, String> {
    fs::create_dir_all(data).map_err(|error| format!("{} could not be made: {error}", data.display()))?;
    let mut command = Command::new(program);
    command.arg("--data").arg(data).args(["--seed", "1", "run"]).arg(script).stdin(Stdio::null());
    let output =
        command.output().map_err(|error| format!("{} could not be started: {error}", program.display()))?;
    let transcript = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(transcript);
    }
    let talk = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} failed ({}):\n{transcript}{talk}", script.display(), output.status))
}

/// One stop of the tour: a cause in the article's words, and the script (without `.acq`) that provokes it.
#[derive(Debug, PartialEq, Eq)]
struct Stop {
    cause: String,
    script: String,
}

/// The scripts that the tour links to, in its order, each once, under the heading before the link.
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

/// Without a tour: every script of a cause, in the order of the codes.
fn stops_in_file_order(root: &Path) -> Result<Vec<Stop>, String> {
    let entries =
        fs::read_dir(root.join(SCRIPTS)).map_err(|error| format!("{SCRIPTS} could not be read: {error}"))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut scripts: Vec<String> =
        names.filter_map(|name| Some(name.strip_suffix(".acq")?.to_owned())).collect();
    scripts.retain(|script| script.starts_with("CR"));
    scripts.sort();
    Ok(scripts.into_iter().map(|script| Stop { cause: script.clone(), script }).collect())
}

/// The lines after the last command of a transcript; a line of a command begins with `> ` or `$ `.
fn last_answer(transcript: &str) -> Vec<&str> {
    let lines: Vec<&str> = transcript.trim_end().lines().collect();
    let is_command = |line: &&str| line.starts_with("> ") || line.starts_with("$ ");
    let start = lines.iter().rposition(is_command).map_or(0, |command| command + 1);
    lines[start..].to_vec()
}

fn commands_to_go_on_with(program: &Path, data: &Path, script: &str) -> String {
    let question = script.lines().map(str::trim).rfind(|line| line.starts_with("why "));
    let who = question.and_then(|line| line.strip_prefix("why ")).unwrap_or("FROM TO");
    let program = program.display();
    let data = data.display();
    format!(
        "\nGo on with\n  {program} --data {data} why {who}\n  {program} --data {data} trace {who}\n  {program} explain CR0401\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tour_gives_the_order_and_the_words() {
        let tour = "# The tour\n## You already asked\nSee [it](../tests/scripts/CR0201.acq) and [docs](README.md).\n\
                    ## The daily limit\n[once](../tests/scripts/CR0401.acq), [again](../tests/scripts/CR0201.acq)\n";
        let stop = |cause: &str, script: &str| Stop { cause: cause.to_owned(), script: script.to_owned() };
        assert_eq!(stops_of(tour), [stop("You already asked", "CR0201"), stop("The daily limit", "CR0401")]);
    }

    #[test]
    fn the_last_answer_is_what_follows_the_last_command() {
        assert_eq!(last_answer("> send a b\nok\n> why a b\nCR0401\n  wait\n"), ["CR0401", "  wait"]);
        assert_eq!(last_answer("no command\n"), ["no command"]);
    }

    #[test]
    fn the_commands_ask_what_the_script_asked_last() {
        let text = commands_to_go_on_with(
            Path::new("p"),
            Path::new("d"),
            "why a b\n  why ana ben --viewer agent\nexpect ok\n",
        );
        assert!(text.contains("p --data d trace ana ben --viewer agent\n"), "{text}");
    }
}
