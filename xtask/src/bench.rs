//! `cargo xtask bench NAME`: measures in a release build, and writes the page of a full run to docs/benchmarks.md.
//!
//! The benchmarks are a separate workspace (bench/), because the peers that they measure take minutes to build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use crate::tree;

const MANIFEST: &str = "bench/Cargo.toml";
/// Benchmarks whose page is not [`PAGE`], with their pages.
const PAGES: [(&str, &str); 2] = [("scale", "docs/scale.md"), ("spam", "docs/spam.md")];
const PAGE: &str = "docs/benchmarks.md";

/// Runs a benchmark; `words` are its name and its options, which are passed on unchanged.
pub(crate) fn run(words: &[&str]) -> ExitCode {
    match measure(&tree::repository(), words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("bench: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn measure(root: &Path, words: &[&str]) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--locked", "--manifest-path", MANIFEST, "--"]).args(words);
    command.current_dir(root).env("CARGO_TARGET_DIR", target_folder(root)).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("cargo could not be started: {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    if !output.status.success() {
        return Err(String::from("nothing was measured"));
    }
    let Some(name) = kept_under(words) else { return Ok(()) };
    let kept = PAGES.iter().find(|(of, _)| *of == name).map_or(PAGE, |(_, page)| page);
    let path = root.join(kept);
    let page = fs::read_to_string(&path).map_err(|error| format!("{kept}: {error}"))?;
    let page = replaced(&page, name, &text).ok_or(format!(
        "{kept} has no section for this; add the lines `{}` and `{}`",
        begin(name),
        end(name)
    ))?;
    fs::write(&path, page).map_err(|error| format!("{kept}: {error}"))?;
    println!("\nwritten to {kept}");
    Ok(())
}

/// The build folder: `target`, or what the environment says.
pub(crate) fn target_folder(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// The section for the page of this run; `None` for a run that is not kept, such as a quick one or JSON.
fn kept_under<'w>(words: &[&'w str]) -> Option<&'w str> {
    let not_kept = ["--quick", "--train", "json", "help", "--help", "-h"];
    let name = words.first()?;
    (!words.iter().any(|word| not_kept.contains(word))).then_some(*name)
}

fn begin(name: &str) -> String {
    format!("<!-- begin: cargo xtask bench {name} -->")
}

fn end(name: &str) -> String {
    format!("<!-- end: cargo xtask bench {name} -->")
}

/// `page` with `text` between the markers of `name`; `None` unless both markers are there, in this order.
fn replaced(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (begin(name), end(name));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_full_run_is_kept() {
        assert_eq!(kept_under(&["log"]), Some("log"));
        assert_eq!(kept_under(&["log", "--runs", "5", "--dir", "x"]), Some("log"));
        for words in [&["log", "--quick"][..], &["log", "--format", "json"], &["log", "--help"], &[]] {
            assert_eq!(kept_under(words), None, "{words:?}");
        }
    }

    #[test]
    fn only_the_section_of_the_benchmark_is_replaced() {
        let page = format!("# a\n{}\nold\n{}\nb\n{}\n", begin("log"), end("log"), begin("spam"));
        let expected = format!("# a\n{}\n\n| new |\n\n{}\nb\n{}\n", begin("log"), end("log"), begin("spam"));
        assert_eq!(replaced(&page, "log", "| new |\n"), Some(expected));
        assert_eq!(replaced(&page, "spam", "x"), None);
    }
}
