//! Writes an invented network as a file of records, to try an import on. The same numbers give the same file.
//!
//! `cargo run --release -p acquaint-tests --example network 300000 500000 150000 50000 > network.ndjson`

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use acquaint_seeded::Random;
fn main() -> io::Result<()> {
    let numbers: Vec<u32> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let [members, connections, requests, blocks] = numbers[..] else {
        let what = "give four numbers: members, connections, open requests, blocks";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    };
    let mut out = BufWriter::new(io::stdout().lock());
    network([members, connections, requests, blocks], &mut out)?;
    out.flush()
}

const FIRST: [&str; 12] =
    ["ava", "bruno", "chidi", "dalia", "emre", "farida", "goran", "hana", "ivo", "jun", "kofi", "lena"];
const LAST: [&str; 11] =
    ["amber", "birch", "cliff", "dune", "ember", "fjord", "grove", "heath", "inlet", "juniper", "knoll"];
const DAY_MS: u64 = 86_400_000;

/// Writes this many members, connections, open requests and blocks. No two records are about the same two members. Every
/// third request is to an e-mail address, every ninth to one that nobody has.
pub(crate) fn network(numbers: [u32; 4], out: &mut dyn Write) -> io::Result<()> {
    let [members, connections, requests, blocks] = numbers;
    let (mut random, mut taken) = (Random::new(1), BTreeSet::new());
    let mut pair = |random: &mut Random| loop {
        // Some have many connections, most have few.
        let (one, share) = (random.below(u64::from(members)), random.below(1 << 20));
        let (one, other) = ((one * share) >> 20, random.below(u64::from(members)));
        if one != other && taken.insert((one.min(other), one.max(other))) {
            return (handle(one), handle(other));
        }
    };
    writeln!(out, r#"{{"acquaint":"network","version":1,"as_of":"2026-11-01T00:00:00Z"}}"#)?;
    for member in 0..u64::from(members) {
        let (handle, joined) = (handle(member), moment(&mut random, 2020, 2024));
        writeln!(
            out,
            r#"{{"type":"member","handle":"{handle}","joined":"{joined}","emails":["{handle}@example.org"]}}"#
        )?;
    }
    for _ in 0..connections {
        let ((one, other), since) = (pair(&mut random), moment(&mut random, 2025, 2025));
        writeln!(out, r#"{{"type":"connection","between":["{one}","{other}"],"since":"{since}"}}"#)?;
    }
    for number in 0..requests {
        let ((from, to), at) = (pair(&mut random), moment(&mut random, 2025, 2025));
        let (to, stands) = match number % 9 {
            0 => (format!("gone.{to}@example.net"), r#","stands":"nobody""#),
            3 | 6 => (format!("{to}@example.org"), r#","stands":"ignored""#),
            _ => (to, ""),
        };
        let note = format!("We met at the fair, at booth {}", random.below(400));
        writeln!(
            out,
            r#"{{"type":"request","from":"{from}","to":"{to}","at":"{at}","note":"{note}"{stands}}}"#
        )?;
    }
    for _ in 0..blocks {
        let ((by, of), since) = (pair(&mut random), moment(&mut random, 2025, 2025));
        writeln!(out, r#"{{"type":"block","by":"{by}","of":"{of}","since":"{since}"}}"#)?;
    }
    Ok(())
}

fn handle(member: u64) -> String {
    let name = |names: &[&'static str], at: u64| names[(at % names.len() as u64) as usize];
    format!("{}-{}-{member}", name(&FIRST, member), name(&LAST, member))
}

/// A random moment from the year `first` to the year `last`, on one of the first 28 days of a month.
fn moment(random: &mut Random, first: u64, last: u64) -> String {
    let year = first + random.below(last - first + 1);
    let (month, day, of_day) = (random.below(12) + 1, random.below(28) + 1, random.below(DAY_MS) / 1_000);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}
