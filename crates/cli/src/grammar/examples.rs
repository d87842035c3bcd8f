//! The examples at the beginning of every help page.

use clap::{Arg, Command};

use super::formats;
use super::help::EVERYWHERE;

/// The full name of each command, and its examples without the program's name.
pub(super) const EXAMPLES: [(&str, &[&str]); 96] = [
    ("member", &["member add alice --email alice@example.org"]),
    ("member add", &["member add bob --company Acme --profile https://example.org/in/bob"]),
    ("member set", &["member set bob --title Engineer --tier premium"]),
    ("member show", &["member show bob"]),
    ("member restrict", &["member restrict bob --for 7d --cause spam"]),
    ("member ban", &["member ban bob"]),
    ("member lift", &["member lift bob"]),
    ("member close", &["member close bob"]),
    ("contacts", &["contacts import alice bob@example.org"]),
    ("contacts import", &["contacts import alice bob@example.org carol@example.org"]),
    (
        "settings",
        &[
            "settings bob --accept-from contacts-or-email",
            "settings bob --companies \"Acme,Example Ltd\" --confirm on",
        ],
    ),
    ("block", &["block alice bob"]),
    ("unblock", &["unblock alice bob"]),
    ("connect", &["connect alice carol"]),
    ("disconnect", &["disconnect alice carol"]),
    (
        "send",
        &[
            "send alice bob --note \"We met in Porto\"",
            "send alice https://www.example.org/in/bob/ --via mobile",
            "send alice bob@example.org --command-id monday-1",
        ],
    ),
    ("check", &["check alice bob --note \"We met in Porto\""]),
    ("confirm", &["confirm bob alice"]),
    ("accept", &["accept bob alice"]),
    ("decline", &["decline bob alice"]),
    ("dismiss", &["dismiss bob alice"]),
    ("report", &["report bob alice"]),
    ("withdraw", &["withdraw alice bob"]),
    ("remind", &["remind alice bob"]),
    ("fault", &["fault start --channel web --kind timeout"]),
    ("fault start", &["fault start --channel web --kind timeout"]),
    ("fault stop", &["fault stop --channel web"]),
    (
        "why",
        &[
            "why alice bob",
            "why R0000000000001 --viewer agent --format json",
            "why alice bob --format statement",
            "why alice bob --viewer agent --as kim --because \"ticket 4711\"",
            "why --all alice",
            "why R0000000000001 --under ours.toml",
        ],
    ),
    ("trace", &["trace alice bob --viewer engineer"]),
    ("explain", &["explain CR0401", "explain daily-limit --format json"]),
    ("pending", &["pending alice", "pending alice --viewer agent"]),
    ("connected", &["connected alice"]),
    ("blocked", &["blocked alice", "blocked alice --by daily-limit --since 2026-11-01T00:00:00Z"]),
    ("quota", &["quota alice"]),
    ("standing", &["standing alice"]),
    ("follow-up", &["follow-up alice --format json"]),
    ("find", &["find \"alice > bob\"", "find bob@example.org", "find from:alice since:7d"]),
    ("requests", &["requests --code CR0704 --since 2026-11-01", "requests --count-by day", "requests alice"]),
    ("incidents", &["incidents", "incidents --hit 1", "incidents --format json"]),
    ("policy", &["policy check ours.toml", "policy diff article ours.toml", "policy adopt ours.toml"]),
    ("policy new", &["policy new > ours.toml"]),
    ("policy check", &["policy check ours.toml", "policy check ours.toml --strict"]),
    ("policy show", &["policy show", "policy show linkedin-observed", "policy show v1"]),
    ("policy list", &["policy list"]),
    ("policy diff", &["policy diff article linkedin-observed"]),
    ("policy adopt", &["policy adopt ours.toml"]),
    ("policy test", &["policy test ours.toml tests/scripts/*.acq"]),
    ("policy explain", &["policy explain daily-limit"]),
    ("policy rules", &["policy rules --format json"]),
    ("policy schema", &["policy schema > policy.schema.json"]),
    (
        "policy backtest",
        &[
            "policy backtest ours.toml",
            "policy backtest ours.toml --mode closed --fail-on 'newly-refused-accepted > 0.5%'",
            "policy backtest linkedin-observed --against article --format html > report.html",
        ],
    ),
    ("policy bisect", &["policy bisect ours.toml --request R0000000000001"]),
    ("review", &["review list", "review release R0000000000001"]),
    ("review list", &["review list"]),
    ("review show", &["review show R0000000000001"]),
    ("review release", &["review release R0000000000001"]),
    ("review refuse", &["review refuse R0000000000001"]),
    ("appeal", &["appeal open alice", "appeal uphold alice R0000000000001"]),
    ("appeal open", &["appeal open alice", "appeal open alice R0000000000001"]),
    ("appeal uphold", &["appeal uphold alice R0000000000001"]),
    ("appeal dismiss", &["appeal dismiss alice"]),
    ("log", &["log verify", "log show --type request-refused --member alice"]),
    ("log verify", &["log verify", "log verify --deep", "log verify --against head.txt"]),
    (
        "log head",
        &[
            "log head",
            "log head --new-key head.key --name example.com/acquaint",
            "log head --sign head.key > head.txt",
        ],
    ),
    ("log consistency", &["log consistency old.txt head.txt > proof.txt"]),
    ("log check-consistency", &["log check-consistency old.txt head.txt proof.txt"]),
    ("log stats", &["log stats", "log stats --format json"]),
    (
        "log show",
        &[
            "log show --from 100 --to 120",
            "log show --type request-refused --member alice",
            "log show --request R0000000000001 --format ndjson",
        ],
    ),
    ("log export", &["log export > events.ndjson", "log export --as cloudevents --type request-sent"]),
    ("log repair", &["log repair", "log repair --accept-loss"]),
    ("log accept-truncation", &["log accept-truncation"]),
    ("log seal", &["log seal"]),
    ("log prove", &["log prove alice bob --viewer agent > proof.json"]),
    (
        "log check-proof",
        &[
            "log check-proof proof.json --root 2aef39c4334ba9e2356c418c5658ce5b24be09826314bf458f4218dc21d00880",
        ],
    ),
    ("log backup", &["log backup ./copy"]),
    ("log convert", &["log convert"]),
    ("replay", &["replay"]),
    ("checkpoint", &["checkpoint"]),
    (
        "import",
        &[
            "import Basic_LinkedInDataExport_03-14-2024.zip",
            "import linkedin my-export --as-of 2024-03-14",
            "import facebook facebook-export.zip",
            "import ndjson network.ndjson",
            "import messages messages.txt",
        ],
    ),
    ("import linkedin", &["import linkedin Basic_LinkedInDataExport_03-14-2024.zip"]),
    ("import facebook", &["import facebook facebook-export.zip --as-of 2024-03-14"]),
    ("import mastodon", &["import mastodon my-lists --as-of 2024-03-14 --member zelda"]),
    ("import ndjson", &["import ndjson network.ndjson"]),
    ("import messages", &["import messages messages.txt"]),
    ("export", &["export ndjson network.ndjson"]),
    ("export ndjson", &["export ndjson network.ndjson", "export ndjson > network.ndjson"]),
    (
        "whereabouts",
        &[
            "whereabouts",
            "whereabouts --open --older-than 7d --direction outgoing",
            "whereabouts --format html > page.html",
            "whereabouts --format csv --redact",
        ],
    ),
    ("run", &["run tests/scripts/CR0401-daily-limit.acq"]),
    ("serve", &["serve", "serve --listen 127.0.0.1:9000"]),
    ("keys", &["keys add shop --role service", "keys list"]),
    ("keys add", &["keys add shop --role service", "keys add phone --role member --member alice"]),
    ("keys list", &["keys list"]),
    ("keys revoke", &["keys revoke k1"]),
    ("help", &["help exit-codes", "help why"]),
    ("completions", &["completions bash > ~/.local/share/bash-completion/completions/acquaint"]),
    ("man", &["man | man -l -", "man why | man -l -"]),
];

/// Adds the examples to the help of every command, and replaces the global options there by a line at the end.
pub(super) fn decorated(command: Command) -> Command {
    let everywhere: Vec<Arg> = command.get_arguments().filter(|arg| arg.is_global_set()).cloned().collect();
    let names: Vec<String> =
        command.get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect();
    names.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name.clone(), |subcommand| {
            // clap passes global options on to the subcommands.
            let subcommand =
                everywhere.iter().fold(subcommand, |subcommand, arg| subcommand.arg(arg.clone().hide(true)));
            decorated_subcommand(subcommand, &name)
        })
    })
}

fn decorated_subcommand(subcommand: Command, path: &str) -> Command {
    let names: Vec<String> =
        subcommand.get_subcommands().map(|subcommand| subcommand.get_name().to_owned()).collect();
    let subcommand = names.into_iter().fold(subcommand, |subcommand, name| {
        let path = format!("{path} {name}");
        subcommand.mut_subcommand(name, |subcommand| decorated_subcommand(subcommand, &path))
    });
    let end = end(path, subcommand.get_after_help().map(ToString::to_string));
    let subcommand = subcommand.after_help(end);
    match of(path) {
        Some(lines) => subcommand.before_help(page(lines)),
        None => subcommand,
    }
}

/// The end of a page: the command's own text, its additional formats, and a pointer to the global options.
fn end(path: &str, own: Option<String>) -> String {
    let own = own.map_or_else(String::new, |own| format!("{own}\n"));
    let formats = match formats::own(path) {
        [] => String::new(),
        own => format!("Formats in addition to human, json and ndjson: {}\n", own.join(", ")),
    };
    format!("{own}{formats}{EVERYWHERE}")
}

/// The examples of a page; `None` if there are none.
pub(super) fn of(path: &str) -> Option<&'static [&'static str]> {
    EXAMPLES.iter().find(|(of, _)| *of == path).map(|(_, lines)| *lines)
}

fn page(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| format!("  acquaint {line}")).collect();
    format!("Examples:\n{}\n", lines.join("\n"))
}
