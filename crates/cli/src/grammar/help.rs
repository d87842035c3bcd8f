//! The longer texts of the help.

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

/// The introduction, shown if the program is called without a command.
pub(super) const BEGIN: &str = "\
acquaint shows where a connection request went, and why.

To begin:
  acquaint member add alice       add two members
  acquaint member add bob
  acquaint send alice bob         alice asks bob to connect
  acquaint why alice bob          where that request is, and what to do

To look around:
  acquaint pending alice          her open requests
  acquaint check alice bob        what would happen to another request
  acquaint explain daily-limit    what a code means

Usage: acquaint [OPTIONS] <COMMAND>
`acquaint --help` lists all commands; `acquaint help send` explains one.
The data is kept in ./acquaint-data; name another folder with --data.";

/// The line at the end of a command's help that points to the options of every command.
pub(super) const EVERYWHERE: &str =
    "Options of every command, such as --data, --format and --at: `acquaint --help`";

pub(super) const AFTER: &str = "\
In HANDLE, TO and OTHER, letter case, surrounding spaces, trailing slashes,
http://, www. and percent-encoding do not matter.
T is a time such as 2026-11-21T08:12:05Z (RFC 3339), a day such as 2026-11-21
(its first moment, UTC), today, yesterday or `2h ago`; DUR is a length of time
such as 90s, 47h59m or 2d.

Exit codes:
  0  answered (a refused request is an answer)
  1  something failed, or a script's expectation was not met
  2  usage: an unknown command or option, or an incomplete command
  3  no such member or request
  4  not possible now, such as a release that a limit stops
  5  bad input: an invalid value, file or script
  6  answered, and a condition of --fail-on is met
  7  another process writes to the data folder
  8  answered from the intact part of a damaged or truncated log
130  interrupted by Ctrl-C";

/// The topics of `acquaint help TOPIC`, in addition to the commands.
pub(super) const TOPICS: [(&str, &str); 3] =
    [("exit-codes", EXIT_CODES), ("formats", FORMATS), ("environment", ENVIRONMENT)];

const EXIT_CODES: &str = "\
Exit codes:
  0  answered. A refused request is an answer, and so is an empty list; a
     reader that closes the pipe (`| head`) is no failure
  1  something failed, or a script's expectation was not met
  2  usage: an unknown command or option; the error says which
  3  no such member or request, or none that this viewer may know of
  4  not possible now: `review release` of a request that a limit or a
     restriction stops. Nothing was done; the error says until when
  5  bad input: an invalid value, file or script; a period without sends, or
     a condition of --fail-on that cannot be measured
  6  answered, and a condition of --fail-on is met
  7  another process writes to the data folder; --wait waits for it
  8  answered from the intact part of a damaged or truncated log; stderr says
     up to which event
130  interrupted by Ctrl-C; `policy backtest` says how far it got";

const FORMATS: &str = "\
Formats of answers (--format):
  human           for people, 80 columns; colour on a terminal only
  json            one indented document; `schema` says which kind
  ndjson          one object a line; for a list, one line a row
  markdown        `why` only: to paste into a ticket
  statement       `why` only: a statement of reasons (EU 2022/2065, Article 17)
  statement-json  the statement as JSON, see docs/statement.schema.json
  csv             `whereabouts` only: a table for spreadsheets
  html            `whereabouts` and `policy backtest` only: one file with charts,
                  without scripts

With json and ndjson the answer is on stdout, and every line of stderr is an
object: `acquaint.error.v1` with code, exit, message, hints and reason (the code
of the rule that stopped the command, or null), or `acquaint.note.v1` with a
message about the answer. Without an answer, stdout is empty. A document of many
values that could not be completed is still valid, and says `\"complete\": false`.";

const ENVIRONMENT: &str = "\
Environment variables:
  ACQUAINT_DATA   the data folder, unless --data is given
  ACQUAINT_SEED   the seed, unless --seed is given
  NO_COLOR        set to any value: no colour, unless --color is given
  ACQUAINT_PAGER  the pager for long pages on a terminal; otherwise PAGER, then
                  `less`; empty for none";

pub(super) const SCRIPTS: &str = "\
A script has one command a line, without the program's name. In addition:
  at 2026-11-21T08:12:05Z     sets the time
  advance 47h59m              advances the time
  expect CR0401               the last send, check or why answered with that code
  expect ok                   the last send is on its way
  # starts a comment
Policies, exports and networks are looked for in the script's folder.
";
