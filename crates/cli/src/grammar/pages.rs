//! Pages about the grammar itself: help, completions, manual pages. They need no data folder.

use clap::Command;
use clap::error::{ContextKind, ContextValue};

use super::error::{GrammarError, unknown};
use super::help::{BEGIN, TOPICS};
use super::tree;
use crate::values::{self, BadValue};

/// `help`, `help TOPIC`, `help COMMAND`.
pub(super) fn help(topic: &[String]) -> GrammarError {
    let [first, rest @ ..] = topic else {
        return GrammarError::Output(tree().render_long_help().to_string());
    };
    if let (Some((_, text)), []) = (TOPICS.iter().find(|(name, _)| name == first), rest) {
        return GrammarError::Output((*text).to_owned());
    }
    match found(topic) {
        Ok(mut command) => GrammarError::Output(command.render_help().to_string()),
        Err(error) => error,
    }
}

/// The page for an incomplete command: an introduction if the command is missing, the page of the command if its subcommand
/// is missing. `None` if clap provides the page.
pub(super) fn incomplete(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(entered)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    let words: Vec<String> = entered.split(' ').skip(1).map(str::to_owned).collect();
    if words.is_empty() {
        return Some(BEGIN.to_owned());
    }
    found(&words).ok().map(|mut command| command.render_help().to_string())
}

/// The page that `completions SHELL` prints.
pub(super) fn completions(shell: &str) -> GrammarError {
    use clap_complete::Shell;
    let shells = [
        ("bash", Shell::Bash),
        ("elvish", Shell::Elvish),
        ("fish", Shell::Fish),
        ("powershell", Shell::PowerShell),
        ("zsh", Shell::Zsh),
    ];
    match values::choice(shell, &shells) {
        Ok(shell) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut tree(), "acquaint", &mut script);
            GrammarError::Output(String::from_utf8_lossy(&script).into_owned())
        }
        Err(bad) => GrammarError::Value { place: "SHELL".to_owned(), bad },
    }
}

/// `man`, `man COMMAND`.
pub(super) fn man(word: &[String]) -> GrammarError {
    let command = match found(word) {
        Ok(command) => command,
        Err(error) => return error,
    };
    let mut page = Vec::new();
    match clap_mangen::Man::new(command).render(&mut page) {
        Ok(()) => GrammarError::Output(String::from_utf8_lossy(&page).into_owned()),
        Err(error) => {
            let sentence = format!("the page cannot be written: {error}");
            GrammarError::Value { place: "COMMAND".to_owned(), bad: BadValue::new(&word.join(" "), sentence) }
        }
    }
}

/// The command with this full name, given as words.
fn found(words: &[String]) -> Result<Command, GrammarError> {
    let mut command = tree();
    command.build();
    for word in words {
        let next = command
            .get_subcommands()
            .find(|known| known.get_name() == word || known.get_all_aliases().any(|alias| alias == word))
            .cloned();
        command = next.ok_or_else(|| {
            let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
            let topics = TOPICS.iter().map(|(name, _)| *name);
            let meant = values::nearest(&word.to_lowercase(), known.into_iter().chain(topics));
            let sentence = unknown("command", word, meant);
            GrammarError::Usage { text: format!("error: {sentence}"), sentence, word: Some(word.clone()) }
        })?;
    }
    Ok(command)
}
