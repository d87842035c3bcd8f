//! Orders about members' own exports, and what was typed resolved to them.

use std::path::PathBuf;

use acquaint_archive::Filter;
use acquaint_domain::export::Network;
use acquaint_domain::{Handle, Timestamp};
use acquaint_engine::Direction;

use super::resolve::{Resolved, at, handle};
use super::words::{ArchiveWord, ImportKind, ImportWord, WhereaboutsWord, Word};
use super::{Format, Order};
use crate::values;

const DIRECTIONS: [(&str, Direction); 2] =
    [("outgoing", Direction::Outgoing), ("incoming", Direction::Incoming)];
const NETWORKS: [(&str, Network); 3] =
    [("linkedin", Network::LinkedIn), ("facebook", Network::Facebook), ("mastodon", Network::Mastodon)];
const PAGES: [(&str, PageFormat); 5] = [
    ("human", PageFormat::As(Format::Human)),
    ("json", PageFormat::As(Format::Json)),
    ("ndjson", PageFormat::As(Format::Ndjson)),
    ("csv", PageFormat::Csv),
    ("html", PageFormat::Html),
];

/// An order about members' own exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArchiveOrder {
    /// Take an export in.
    Import(ImportExport),
    /// Show what became of every invitation.
    Whereabouts(WhereaboutsOrder),
}

/// Take an export in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportExport {
    /// Where it is.
    pub path: PathBuf,
    /// Of which network; `None` to find out.
    pub network: Option<Network>,
    /// When it was made; `None` to find out.
    pub as_of: Option<Timestamp>,
    /// Whose it is.
    pub member: Handle,
}

/// Show what became of every invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereaboutsOrder {
    /// Whose exports are looked at.
    pub member: Handle,
    /// Which invitations.
    pub filter: Filter,
    /// The most rows of the table for people.
    pub rows: usize,
    /// Whether it is to be shared.
    pub sharing: Sharing,
    /// How it is written; `None` as everything is.
    pub page: Option<PageFormat>,
}

/// Who a page is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// The member alone.
    Own,
    /// Anybody: without names, profiles, notes and hours.
    Redacted,
}

/// How a page is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageFormat {
    /// As everything is.
    As(Format),
    /// A table for spreadsheets.
    Csv,
    /// One file for a browser.
    Html,
}

/// The format of a page, where `word` writes one; it is taken out of the format that everything is written in.
pub(super) fn page(word: &Word, format: &mut Option<String>) -> Resolved<Option<PageFormat>> {
    match (word, format.as_deref()) {
        (Word::Whereabouts(_), Some(typed)) => {
            let page = values::choice(typed, &PAGES).map_err(at("--format"))?;
            *format = None;
            Ok(Some(page))
        }
        (_, _) => Ok(None),
    }
}

pub(super) fn import(word: ImportWord) -> Resolved<Order> {
    match word.kind {
        Some(ImportKind::Messages { file }) => Ok(Order::ImportMessages(file)),
        Some(ImportKind::Linkedin(word)) => export(word, Some(Network::LinkedIn)),
        Some(ImportKind::Facebook(word)) => export(word, Some(Network::Facebook)),
        Some(ImportKind::Mastodon(word)) => export(word, Some(Network::Mastodon)),
        None => {
            // clap requires a path where there is no kind.
            let path = word.path.unwrap_or_default();
            export(ArchiveWord { path, about: word.about }, None)
        }
    }
}

fn export(word: ArchiveWord, network: Option<Network>) -> Resolved<Order> {
    let ArchiveWord { path, about } = word;
    let as_of = about.as_of.map(|day| values::day_or_moment(&day)).transpose().map_err(at("--as-of"))?;
    let member = handle("--member", &about.member)?;
    Ok(Order::Archive(ArchiveOrder::Import(ImportExport { path, network, as_of, member })))
}

pub(super) fn whereabouts(word: WhereaboutsWord, page: Option<PageFormat>) -> Resolved<Order> {
    let older_than = word.older_than.map(|span| values::span(&span)).transpose();
    let direction = word.direction.map(|typed| values::choice(&typed, &DIRECTIONS)).transpose();
    let network = word.network.map(|typed| values::choice(&typed, &NETWORKS)).transpose();
    let filter = Filter {
        open: word.open,
        vanished: word.vanished,
        older_than: older_than.map_err(at("--older-than"))?,
        direction: direction.map_err(at("--direction"))?,
        network: network.map_err(at("--network"))?,
    };
    let rows = values::number(&word.rows).map_err(at("--rows"))?;
    Ok(Order::Archive(ArchiveOrder::Whereabouts(WhereaboutsOrder {
        member: handle("--member", &word.member)?,
        filter,
        rows: usize::try_from(rows).unwrap_or(usize::MAX),
        sharing: if word.redact { Sharing::Redacted } else { Sharing::Own },
        page,
    })))
}
