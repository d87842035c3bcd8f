//! Invented exports in the form of each era, with invented names. Nothing here is anybody's data.

use std::io::{Cursor, Write as _};
use std::path::Path;

use acquaint_archive::{
    Container, ContainerLimits, ExportProblem, ParsedExport, ReadOptions, read_container,
};
use acquaint_domain::Handle;
use acquaint_domain::export::Network;
use zip::write::SimpleFileOptions;

/// The eras of LinkedIn's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// Until mid-2021: no notes before the header, no URLs.
    Bare,
    /// Mid-2021 to mid-2023: three lines before the header.
    Notes,
    /// From mid-2023: URLs of connections, and from late 2023 also of invitations.
    Urls,
}

pub(crate) const ERAS: [Era; 3] = [Era::Bare, Era::Notes, Era::Urls];

/// One invented invitation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked1 {
    pub(crate) name: &'static str,
    pub(crate) at: &'static str,
    pub(crate) direction: &'static str,
    pub(crate) note: &'static str,
    pub(crate) slug: &'static str,
}

/// One invented connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linked {
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) slug: &'static str,
    pub(crate) on: &'static str,
}

pub(crate) const OWNER: &str = "Zelda Quill";

/// Invitations that every era's format can express.
pub(crate) const ASKED: [Asked1; 4] = [
    Asked1 { name: "Ada Umber", at: "3/1/24, 9:05 AM", direction: "OUTGOING", note: "", slug: "ada-umber" },
    Asked1 {
        name: "Bix Thorn",
        at: "3/4/24, 12:30 PM",
        direction: "OUTGOING",
        note: "Shall we \"connect\"?\nIt would be a joy, truly",
        slug: "bix-thorn",
    },
    Asked1 { name: "Cor Xyst", at: "2/28/24, 11:59 PM", direction: "INCOMING", note: "", slug: "cor-xyst" },
    Asked1 { name: "Dun Vale", at: "2/2/24, 12:00 AM", direction: "OUTGOING", note: "", slug: "dun-vale" },
];

pub(crate) const LINKED: [Linked; 2] = [
    Linked { first: "Ada", last: "Umber", slug: "ada-umber", on: "02 Mar 2024" },
    Linked { first: "Eli", last: "Sedge", slug: "eli-sedge", on: "17 Aug 2019" },
];

fn field(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

pub(crate) fn invitations(era: Era, rows: &[Asked1]) -> String {
    let mut text = String::from("From,To,Sent At,Message,Direction");
    text.push_str(if era == Era::Urls { ",inviterProfileUrl,inviteeProfileUrl\n" } else { "\n" });
    for row in rows {
        let is_outgoing = row.direction == "OUTGOING";
        let (from, to) = if is_outgoing { (OWNER, row.name) } else { (row.name, OWNER) };
        let fields = [from, to, row.at, row.note, row.direction].map(field);
        text.push_str(&fields.join(","));
        if era == Era::Urls {
            let url = |slug: &str| format!("https://www.linkedin.com/in/{slug}");
            let (own, other) = (url("zelda-quill"), url(row.slug));
            let (inviter, invitee) = if is_outgoing { (own, other) } else { (other, own) };
            text.push_str(&format!(",{inviter},{invitee}"));
        }
        text.push('\n');
    }
    text
}

pub(crate) fn connections(era: Era, rows: &[Linked]) -> String {
    let mut text = String::new();
    if era != Era::Bare {
        text.push_str(
            "Notes:\n\"Some addresses may be missing, because of \"\"settings\"\" of your connections.\"\n\n",
        );
    }
    text.push_str("First Name,Last Name,");
    text.push_str(if era == Era::Urls { "URL," } else { "" });
    text.push_str("Email Address,Company,Position,Connected On\n");
    for row in rows {
        text.push_str(&format!("{},{},", field(row.first), field(row.last)));
        if era == Era::Urls {
            let url = if row.slug.is_empty() {
                String::new()
            } else {
                format!("https://www.linkedin.com/in/{}", row.slug)
            };
            text.push_str(&format!("{url},"));
        }
        text.push_str(&format!(",Acme,Tester,{}\n", row.on));
    }
    text
}

pub(crate) const PROFILE: &str =
    "First Name,Last Name,Maiden Name,Address,Birth Date,Headline\nZelda,Quill,,,,Tester\n";

/// A zip file with these files.
pub(crate) fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a file begins");
        writer.write_all(bytes).expect("the bytes go in");
    }
    writer.finish().expect("the zip file ends").into_inner()
}

pub(crate) const LINKEDIN_NAME: &str = "Basic_LinkedInDataExport_03-10-2024.zip";

pub(crate) fn asked(network: Option<Network>) -> ReadOptions {
    ReadOptions { network, owner: Handle::parse("me").expect("a handle"), as_of: None }
}

/// Reads a zip file with these files and this name.
pub(crate) fn read_named(name: &str, files: &[(&str, &[u8])]) -> Result<ParsedExport, ExportProblem> {
    let mut container = Container::of_zip(name, Cursor::new(zipped(files)), ContainerLimits::default())?;
    read_container(&mut container, &asked(None))
}

pub(crate) fn read(files: &[(&str, &str)]) -> Result<ParsedExport, ExportProblem> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    read_named(LINKEDIN_NAME, &files)
}

/// The message for a refused export.
#[track_caller]
pub(crate) fn refused(files: &[(&str, &str)]) -> String {
    read(files).expect_err("it is refused").to_string()
}

/// Writes files into a folder.
pub(crate) fn unpacked(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
        std::fs::write(path, text).expect("the file is written");
    }
}
