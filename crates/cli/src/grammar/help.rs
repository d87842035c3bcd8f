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
  7  another process writes to the data folder";

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

pub(super) const IMPORT_EXAMPLES: &str = "\
Examples:
  acquaint import Basic_LinkedInDataExport_03-14-2024.zip
  acquaint import linkedin my-export --as-of 2024-03-14
  acquaint import facebook facebook-export.zip
  acquaint import messages messages.txt
Nothing leaves this machine. A later export adds to the earlier ones.
";

pub(super) const WHEREABOUTS_EXAMPLES: &str = "\
Examples:
  acquaint whereabouts
  acquaint whereabouts --open --older-than 7d --direction outgoing
  acquaint whereabouts --format html > page.html
  acquaint whereabouts --format csv --redact
FORMAT may be csv and html here, beside human, json and ndjson.
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
An export to import is looked for from the script's own folder.
";
