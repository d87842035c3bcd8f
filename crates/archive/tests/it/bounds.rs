//! Malicious and broken files are refused within limits, each with its own message.

use std::io::{Cursor, Write as _};

use acquaint_archive::{Container, ContainerLimits, ExportProblem, read_container};
use zip::write::SimpleFileOptions;

use crate::invented::{ASKED, Era, asked, invitations, zipped};

fn opened(bytes: Vec<u8>, limits: ContainerLimits) -> Result<(), ExportProblem> {
    let mut container = Container::of_zip("export.zip", Cursor::new(bytes), limits)?;
    read_container(&mut container, &asked(None)).map(|_| ())
}

#[track_caller]
fn refused(bytes: Vec<u8>, limits: ContainerLimits, part: &str) {
    let said = opened(bytes, limits).expect_err("it is refused").to_string();
    assert!(said.contains(part), "{said}");
}

fn named(name: &str) -> Vec<u8> {
    zipped(&[(name, b"junk"), ("Invitations.csv", invitations(Era::Urls, &ASKED).as_bytes())])
}

#[test]
fn paths_that_lead_out_of_the_folder_are_refused() {
    for name in ["../evil.csv", "a/../../evil.csv", "/etc/evil", "C:\\evil.csv", "..\\evil.csv", "\\evil"] {
        let said = opened(named(name), ContainerLimits::default()).expect_err(name).to_string();
        assert!(said.contains("leads out of the folder"), "{name}: {said}");
    }
    assert_eq!(opened(named("a/..b/fine.csv"), ContainerLimits::default()), Ok(()));
}

#[test]
fn a_zip_bomb_is_refused_without_being_unpacked() {
    let bomb = zipped(&[("Connections.csv", &vec![b'\n'; 64 << 20])]);
    assert!(bomb.len() < 100_000);
    refused(bomb, ContainerLimits::default(), "as a zip bomb does");
}

#[test]
fn sizes_counts_and_totals_are_bounded() {
    let small =
        ContainerLimits { entries: 3, file_bytes: 1_000, total_bytes: 1_500, ..ContainerLimits::default() };
    let many: Vec<(String, &[u8])> = (0..4).map(|n| (format!("{n}.csv"), &b"x"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    refused(zipped(&many), small, "holds 4 entries, more than 3");
    let wide = invitations(Era::Urls, &ASKED).replace("Shall", &"x".repeat(2_000));
    refused(zipped(&[("Invitations.csv", wide.as_bytes())]), small, "is larger than 1000 bytes");
    let one = invitations(Era::Urls, &ASKED);
    let one = one.as_bytes();
    assert!((500..1_000).contains(&one.len()), "{}", one.len());
    let total = ContainerLimits { total_bytes: 600, ..small };
    refused(zipped(&[("Invitations.csv", one)]), total, "holds more than 600 bytes of tables");
}

#[test]
fn an_unterminated_field_is_refused() {
    let endless = format!("{}\"{}", invitations(Era::Bare, &ASKED), "x,\n".repeat(1 << 20));
    refused(
        zipped(&[("Invitations.csv", endless.as_bytes())]),
        ContainerLimits { ratio: u64::MAX, ..ContainerLimits::default() },
        "more than 1 MB",
    );
}

#[test]
fn a_file_larger_than_any_in_an_export_is_not_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = std::fs::File::create(folder.path().join("Invitations.csv")).expect("a file");
    // A sparse file of two gigabytes, which takes no room on the disk.
    file.set_len(2 << 30).expect("a sparse file");
    let said = acquaint_archive::read(folder.path(), &asked(None)).expect_err("it is refused").to_string();
    assert!(said.contains("is larger than 256 MB"), "{said}");
}

#[test]
fn a_truncated_zip_file_is_refused_wherever_it_is_cut() {
    let whole = zipped(&[("Invitations.csv", invitations(Era::Urls, &ASKED).as_bytes())]);
    assert_eq!(opened(whole.clone(), ContainerLimits::default()), Ok(()));
    for len in 0..whole.len() {
        let said =
            opened(whole[..len].to_vec(), ContainerLimits::default()).expect_err("it is cut off").to_string();
        assert!(said.contains("download the export again"), "{len}: {said}");
    }
}

#[test]
fn a_file_called_zip_that_is_not_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("export.zip");
    std::fs::write(&path, "<html>please log in</html>").expect("a file");
    let said = acquaint_archive::read(&path, &asked(None)).expect_err("it is refused").to_string();
    assert!(said.contains("is called a zip file and is not one"), "{said}");
    let said =
        acquaint_archive::read(&folder.path().join("absent"), &asked(None)).expect_err("it is not there");
    assert!(said.to_string().contains("check the path"), "{said}");
}

#[test]
fn an_encrypted_file_is_refused() {
    // Sets the encryption flag in the local header and the central directory of a plain zip file.
    let mut bytes = zipped(&[("Invitations.csv", invitations(Era::Urls, &ASKED).as_bytes())]);
    for (magic, flags) in [(&b"PK\x03\x04"[..], 6), (&b"PK\x01\x02"[..], 8)] {
        let at = bytes.windows(4).position(|window| window == magic).expect("the header");
        bytes[at + flags] |= 1;
    }
    refused(bytes, ContainerLimits::default(), "is encrypted");
}

#[test]
fn a_link_in_a_zip_file_is_not_followed() {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.add_symlink("Invitations.csv", "Connections.csv", SimpleFileOptions::default()).expect("a link");
    writer.start_file("x", SimpleFileOptions::default()).expect("a file");
    writer.write_all(b"x").expect("a byte");
    let bytes = writer.finish().expect("the end").into_inner();
    refused(bytes, ContainerLimits::default(), "is a link to another file");
}

#[test]
fn two_files_with_the_same_name_are_refused() {
    let text = invitations(Era::Urls, &ASKED);
    let mut bytes = zipped(&[("Invitations.csv", text.as_bytes()), ("Invitationz.csv", text.as_bytes())]);
    // No writer makes such a file, so change the name in the local header and in the central directory.
    let (wrong, right) = (b"Invitationz.csv", b"Invitations.csv");
    let places: Vec<usize> =
        bytes.windows(wrong.len()).enumerate().filter(|(_, part)| part == wrong).map(|(at, _)| at).collect();
    assert_eq!(places.len(), 2);
    for at in places {
        bytes[at..at + right.len()].copy_from_slice(right);
    }
    refused(bytes, ContainerLimits::default(), "holds two files with the same name");
}
