//! The longer texts of the help: examples first, exit codes last.

pub(super) const HELP: &str = "\
{about-with-newline}
Examples:
  acquaint member add alice --email alice@example.org
  acquaint member add bob --company Acme
  acquaint send alice bob --note \"We met in Porto\"
  acquaint why alice bob
  acquaint run tests/scripts/CR0401-daily-limit.acq

{usage-heading} {usage}

{all-args}{after-help}";

pub(super) const AFTER: &str = "\
HANDLE, TO and OTHER are what a person types: letter case, spaces around,
trailing slashes, http://, www. and percent-encoding do not matter.
T is like 2026-11-21T08:12:05Z (RFC 3339), DUR like 90s, 47h59m or 2d.

Exit codes:
  0  answered (a refused request is an answer)
  1  something failed, or a script's expectation was not met
  2  usage: words that are not in the grammar
  3  no such member or request
  5  bad input: a value, a file or a script that cannot be read
  7  another process writes to the data folder
  8  answered from what is intact of a damaged log";

pub(super) const SEND_EXAMPLES: &str = "\
Examples:
  acquaint send alice bob --note \"We met in Porto\"
  acquaint send alice https://www.example.org/in/bob/ --via mobile
  acquaint send alice bob@example.org --command-id monday-1
";

pub(super) const WHY_EXAMPLES: &str = "\
Examples:
  acquaint why alice bob
  acquaint why R0000000000001 --viewer agent --format json
";

pub(super) const SETTINGS_EXAMPLES: &str = "\
Examples:
  acquaint settings bob --accept-from contacts-or-email
  acquaint settings bob --companies \"Acme,Example Ltd\" --confirm on
";

pub(super) const RUN_EXAMPLES: &str = "\
A script has a command a line, without the program's name, and:
  at 2026-11-21T08:12:05Z     the time is this from here on
  advance 47h59m              or so much later
  expect CR0401               the last send, check or why answered with that code
  expect ok                   the last send is on its way
  # and comments
";

pub(super) const SHOW_EXAMPLES: &str = "\
Examples:
  acquaint log show --from 100 --to 120
  acquaint log show --type request-refused --member alice
  acquaint log show --request R0000000000001 --format ndjson
";

pub(super) const REPAIR_EXAMPLES: &str = "\
Examples:
  acquaint log repair                  # what is damaged, and what would be lost
  acquaint log repair --accept-loss    # lose it; the removed bytes are kept
";

pub(super) const PROVE_EXAMPLES: &str = "\
Examples:
  acquaint log prove alice bob --viewer agent > proof.json
  acquaint log check-proof proof.json --root 1f0c..64 digits..9a
The roots are in `acquaint log stats`: note them elsewhere to have something to check against.
";
