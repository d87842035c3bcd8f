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

/// What a newcomer needs who has typed the program's name and nothing else.
pub(super) const BEGIN: &str = "\
acquaint tells where a connection request went, and why.

To begin:
  acquaint member add alice       two members
  acquaint member add bob
  acquaint send alice bob         alice asks bob to connect
  acquaint why alice bob          where that request is, and what helps

To look around:
  acquaint pending alice          her requests that wait
  acquaint check alice bob        what a send would be answered
  acquaint explain daily-limit    what a code means

Usage: acquaint [OPTIONS] <WORD>
`acquaint --help` lists all words; `acquaint help send` has one word's page.
Everything is kept in ./acquaint-data; name another folder with --data.";

/// Where the options are that every word has.
pub(super) const EVERYWHERE: &str =
    "Options of every word, such as --data, --format and --at: `acquaint --help`";

pub(super) const AFTER: &str = "\
HANDLE, TO and OTHER are what a person types: letter case, spaces around,
trailing slashes, http://, www. and percent-encoding do not matter.
T is like 2026-11-21T08:12:05Z (RFC 3339), 2026-11-21 (its first moment, UTC),
today, yesterday or `2h ago`; DUR is like 90s, 47h59m or 2d.

Exit codes:
  0  answered (a refused request is an answer)
  1  something failed, or a script's expectation was not met
  2  usage: words that are not in the grammar
  3  no such member or request
  4  not possible as things stand, such as a release that a limit stops
  5  bad input: a value, a file or a script that cannot be read
  6  answered, and a condition of --fail-on is so
  7  another process writes to the data folder
  8  answered from what is left of a damaged or truncated log
130  interrupted by Ctrl-C";

/// What `acquaint help TOPIC` knows in addition to the words.
pub(super) const TOPICS: [(&str, &str); 3] =
    [("exit-codes", EXIT_CODES), ("formats", FORMATS), ("environment", ENVIRONMENT)];

const EXIT_CODES: &str = "\
How the program ends:
  0  answered. A refused request is an answer, and so is an empty list; a
     reader that goes away (`| head`) is no failure
  1  something failed, or a script's expectation was not met
  2  usage: words that are not in the grammar; the error says which word
  3  no such member or request, or none that this viewer may know of
  4  not possible as things stand: `review release` of a request that a limit
     or a restriction stops. Nothing was done; the error says until when
  5  bad input: a value, a file or a script that cannot be read; a window of
     time without sends, or a condition of --fail-on that cannot be measured
  6  answered, and a condition of --fail-on is so
  7  another process writes to the data folder; --wait waits for it
  8  answered, from what is intact of a damaged log; stderr says how far it goes
130  interrupted by Ctrl-C; `policy backtest` says how far it was";

const FORMATS: &str = "\
How answers are written (--format):
  human           for people, 80 columns; colour on a terminal only
  json            one document, indented; `schema` says which
  ndjson          one object a line; of a list, a line for each row
  markdown        `why` only: to paste into a ticket
  statement       `why` only: a statement of reasons (EU 2022/2065, Article 17)
  statement-json  the same as JSON, docs/statement.schema.json
  csv             `whereabouts` only: a table for spreadsheets
  html            `whereabouts` and `policy backtest` only: one file with charts,
                  without scripts

With json and ndjson the answer is on stdout, and every line of stderr is an
object: `acquaint.error.v1` with code, exit, message, hints and reason (the code
that stands in the way, or null), or `acquaint.note.v1` with a message, where
something is to be said beside the answer. Where there is no answer, stdout is
empty. A document of many values that could not be read to its end is valid and
says `\"complete\": false`.";

const ENVIRONMENT: &str = "\
What the program reads of its environment:
  ACQUAINT_DATA   the data folder, where --data is not given
  ACQUAINT_SEED   as --seed
  NO_COLOR        set to anything: no colour, where --color is not given
  ACQUAINT_PAGER  what shows long pages on a terminal, else PAGER, else `less`;
                  empty for none";

pub(super) const SCRIPTS: &str = "\
A script has a command a line, without the program's name, and:
  at 2026-11-21T08:12:05Z     the time is this from here on
  advance 47h59m              or so much later
  expect CR0401               the last send, check or why answered with that code
  expect ok                   the last send is on its way
  # and comments
An export to import is looked for from the script's own folder.
";
