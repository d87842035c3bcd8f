//! `cargo xtask bench NAME`: builds a benchmark for release and runs it. Each is a package of its own, which the ordinary
//! build leaves out.

use std::process::{Command, ExitCode};

use crate::tree;

/// Every benchmark, with its package.
const BENCHES: &[(&str, &str)] = &[("spam", "acquaint-bench-spam")];

/// Runs the benchmark of this name; `args` are its own.
pub(crate) fn run(name: &str, args: &[&str]) -> ExitCode {
    let Some((_, package)) = BENCHES.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = BENCHES.iter().map(|(known, _)| *known).collect();
        eprintln!("bench: there is no benchmark `{name}`; there are: {}", known.join(", "));
        return ExitCode::from(2);
    };
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--release", "--locked", "--package", package, "--"]).args(args);
    match command.current_dir(tree::repository()).status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("bench: cargo could not be started: {error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Tree;

    #[test]
    fn every_benchmark_has_a_package() {
        let tree = Tree::read(&tree::repository()).expect("the repository can be read");
        for (name, package) in BENCHES {
            let manifest = tree.text(&format!("benches/{name}/Cargo.toml")).expect(name);
            assert!(manifest.contains(&format!("name = \"{package}\"")), "{name}");
        }
    }
}
