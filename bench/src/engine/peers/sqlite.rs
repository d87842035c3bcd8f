//! SQLite, with WAL, synchronous FULL and prepared statements.

use std::fs;
use std::path::Path;

use rusqlite::{Connection, params};

use super::{BATCH, Span, numbered};
use crate::Problem;
use crate::engine::workload::Step;

const TABLES: &str = "
pragma journal_mode = wal;
pragma synchronous = full;
create table members (id integer primary key, restricted_until integer not null);
create table open_requests (sender integer, recipient integer, at integer not null, note text, primary key (sender, recipient)) without rowid;
create table inbox (recipient integer, sender integer, at integer not null, state integer not null, primary key (recipient, sender)) without rowid;
create table connections (low integer, high integer, at integer not null, primary key (low, high)) without rowid;
create table blocks (member integer, other integer, at integer not null, primary key (member, other)) without rowid;
create table sends (member integer not null, at integer not null, number integer not null, primary key (member, at, number)) without rowid;
";

/// Measures single commands, then batches.
pub(super) fn measure(span: Span<'_>, place: &Path) -> Result<Vec<f64>, Problem> {
    fs::create_dir(place)?;
    [1, BATCH]
        .into_iter()
        .map(|batch| {
            let database = Database(Connection::open(place.join(format!("{batch}.db")))?);
            database.0.execute_batch(TABLES)?;
            database.0.execute_batch("begin")?;
            for member in 1..=span.workload.members {
                database.run("insert into members values (?1, 0)", &[i64::from(member)])?;
            }
            database.0.execute_batch("commit")?;
            let mut number = 0;
            span.batches(batch, |steps| {
                database.0.execute_batch("begin immediate")?;
                let act = |step: &Step| {
                    number += 1;
                    database.act(step, span.workload.note(step), number)
                };
                let outcomes = steps.iter().map(act).collect::<Result<_, Problem>>();
                database.0.execute_batch("commit")?;
                outcomes
            })
        })
        .collect()
}

/// Selects an answerable request, by recipient and sender.
const ANSWERABLE: &str = "select 1 from inbox where recipient = ?1 and sender = ?2 and state < 2";

struct Database(Connection);

impl Database {
    /// Runs a statement; returns the number of rows changed.
    fn run(&self, statement: &str, values: &[i64]) -> Result<usize, Problem> {
        Ok(self.0.prepare_cached(statement)?.execute(rusqlite::params_from_iter(values))?)
    }

    fn has(&self, statement: &str, values: &[i64]) -> Result<bool, Problem> {
        Ok(self.0.prepare_cached(statement)?.exists(rusqlite::params_from_iter(values))?)
    }

    fn act(&self, step: &Step, note: Option<&str>, number: i64) -> Result<i64, Problem> {
        let (member, other, at) = (i64::from(step.member), i64::from(step.other), step.at);
        let both = [member.min(other), member.max(other)];
        let ended = "delete from connections where low = ?1 and high = ?2";
        let closed = "update inbox set state = ?3 where recipient = ?1 and sender = ?2 and state < 2";
        let is_so = |changed: usize, outcome| if changed > 0 { outcome } else { 16 };
        Ok(match numbered(step.act) {
            (0, _) => self.send(step, note, number)?,
            (1, _) => {
                if !self.has(ANSWERABLE, &[member, other])? {
                    16
                } else if self.blocks(member, other)? {
                    15
                } else {
                    self.connect(at, member, other)?;
                    8
                }
            }
            (2, _) => is_so(self.run(closed, &[member, other, 2])?, 9),
            (3, _) => is_so(self.withdraw(member, other)?, 10),
            (4, _) => {
                let block = "insert into blocks values (?1, ?2, ?3) on conflict do nothing";
                if self.run(block, &[member, other, at])? == 0 {
                    return Ok(15);
                }
                self.withdraw(member, other)?;
                self.run(closed, &[member, other, 1])?;
                self.run(ended, &both)?;
                11
            }
            (5, _) => {
                is_so(self.run("delete from blocks where member = ?1 and other = ?2", &[member, other])?, 12)
            }
            (6, _) => is_so(self.run(ended, &both)?, 13),
            (_, until) => {
                self.run("update members set restricted_until = ?2 where id = ?1", &[member, until])?;
                14
            }
        })
    }

    fn send(&self, step: &Step, note: Option<&str>, number: i64) -> Result<i64, Problem> {
        let (member, other, at) = (i64::from(step.member), i64::from(step.other), step.at);
        let open = "select 1 from open_requests where sender = ?1 and recipient = ?2";
        let connected = "select 1 from connections where low = ?1 and high = ?2";
        let restricted = "select 1 from members where id = ?1 and restricted_until > ?2";
        let lately = "select 1 from sends where member = ?1 and at > ?2 limit 1 offset 299";
        if self.blocks(member, other)? {
            return Ok(3);
        } else if self.has(connected, &[member.min(other), member.max(other)])? {
            return Ok(4);
        } else if self.has(ANSWERABLE, &[member, other])? {
            self.connect(at, member, other)?;
            return Ok(2);
        } else if self.has(open, &[member, other])? {
            return Ok(5);
        } else if self.has(restricted, &[member, at])? {
            return Ok(6);
        } else if self.has(lately, &[member, at - 86_400_000])? {
            return Ok(7);
        }
        let is_filed = self.has(restricted, &[other, at])? || self.blocks(other, member)?;
        self.run("insert into sends values (?1, ?2, ?3)", &[member, at, number])?;
        let mut insert = self.0.prepare_cached("insert into open_requests values (?1, ?2, ?3, ?4)")?;
        insert.execute(params![member, other, at, note])?;
        self.run("insert into inbox values (?1, ?2, ?3, ?4)", &[other, member, at, is_filed.into()])?;
        if self.has(open, &[other, member])? {
            self.connect(at, member, other)?;
            return Ok(2);
        }
        Ok(is_filed.into())
    }

    fn blocks(&self, member: i64, other: i64) -> Result<bool, Problem> {
        self.has("select 1 from blocks where member = ?1 and other = ?2", &[member, other])
    }

    fn connect(&self, at: i64, one: i64, other: i64) -> Result<(), Problem> {
        self.withdraw(one, other)?;
        self.withdraw(other, one)?;
        self.run("insert into connections values (?1, ?2, ?3)", &[one.min(other), one.max(other), at])?;
        Ok(())
    }

    /// Withdraws an open request; returns the number of rows deleted.
    fn withdraw(&self, sender: i64, recipient: i64) -> Result<usize, Problem> {
        self.run("delete from inbox where recipient = ?2 and sender = ?1", &[sender, recipient])?;
        self.run("delete from open_requests where sender = ?1 and recipient = ?2", &[sender, recipient])
    }
}
