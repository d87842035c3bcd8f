//! What opening refuses, and the message for each refusal.

use std::sync::Arc;

use acquaint_log::{AppendError, EventLog, Position};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{Depth, FileLog, LogId, OpenError, Options};

use crate::{SALT, append, crc32c_of, open, open_read_only, options, read_whole};

fn check<T>(outcome: Result<T, OpenError>, expected: &str) {
    match outcome {
        Ok(_) => panic!("opened"),
        Err(error) => assert_eq!(error.to_string(), expected),
    }
}

#[test]
fn a_folder_with_other_files_is_refused_and_not_changed() {
    let disk = HostileDisk::new(0);
    disk.put("letters.txt", b"dear".to_vec());
    let expected =
        "`disk` is not a log folder: it holds `letters.txt` and no segment; name an empty or a new folder";
    check(open(&disk), expected);
    check(open_read_only(&disk), expected);
    assert_eq!(disk.files(), ["letters.txt"]);
}

#[test]
fn a_log_that_does_not_exist_cannot_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let nowhere = folder.path().join("nowhere");
    for path in [folder.path(), nowhere.as_path()] {
        let expected = format!(
            "there is no log in `{}`; check the path, or open it for writing to create one",
            path.display()
        );
        check(FileLog::open_read_only(path), &expected);
        check(FileLog::verify(path, Depth::Frames, &|_| {}), &expected);
    }
    assert!(!nowhere.exists());
}

#[test]
fn a_newer_format_is_refused() {
    let disk = HostileDisk::new(0);
    drop(open(&disk).expect("a new log"));
    let name = disk.files()[0].clone();
    let mut contents = disk.contents(&name);
    contents[8] = 3;
    let crc = crc32c_of(&contents[..92]);
    contents[92..96].copy_from_slice(&crc.to_le_bytes());
    disk.put(&name, contents);
    let expected = "`disk/00000000000000000001.segment` has format version 3, but this program knows versions up to 2; use a newer program";
    check(open(&disk), expected);
    check(open_read_only(&disk), expected);
}

#[test]
fn a_log_with_another_id_than_the_caller_named_is_refused() {
    let disk = HostileDisk::new(0);
    drop(open(&disk).expect("a new log"));
    let other = Options { origin: Some((LogId::from_bytes([0xab; 16]), SALT)), ..options(1024) };
    check(
        FileLog::open_on(Arc::new(disk), &other),
        "`disk/00000000000000000001.segment` belongs to log 746865206c6f67206f66207465737473, not to abababababababababababababababab; move it out of this folder, or name the right log",
    );
}

#[test]
fn every_new_log_gets_its_own_id() {
    let make = || {
        let disk = Arc::new(HostileDisk::new(0));
        let log = FileLog::open_on(disk, &Options::default()).expect("a new log");
        log.log_id()
    };
    assert_ne!(make(), make());
}

#[test]
fn a_folder_without_write_permission_is_refused() {
    let disk = HostileDisk::new(0);
    append(&open(&disk).expect("a new log"), &[b"one"]);
    disk.protect();
    check(
        open(&disk),
        "no permission to open `disk/LOCK`; change its owner or mode, or open the log for reading",
    );
    assert_eq!(read_whole(&open_read_only(&disk).expect("readable")), [b"one"]);
}

#[test]
fn a_file_where_the_folder_should_be_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    std::fs::write(&path, "a file").expect("written");
    check(
        FileLog::open(&path, &Options::default()),
        &format!("cannot create `{}`; check the disk and open the log again", path.display()),
    );
}

#[test]
fn a_segment_size_outside_the_range_is_refused() {
    for bytes in [0, 1023, (64 << 20) + 1, u64::MAX] {
        let disk = HostileDisk::new(0);
        check(
            FileLog::open_on(Arc::new(disk.clone()), &options(bytes)),
            &format!("a segment of {bytes} bytes is not possible; ask for 1024 to 67108864 bytes"),
        );
        assert!(disk.files().is_empty());
    }
}

#[test]
fn the_largest_batch_fits_and_one_byte_more_does_not() {
    for segment_bytes in [1024, 1025, 1031, 5000] {
        let disk = HostileDisk::new(0);
        let open = || FileLog::open_on(Arc::new(disk.clone()), &options(segment_bytes));
        let log = open().expect("a new log");
        let bytes_max = (segment_bytes - 536) / 8 * 8;
        let largest = vec![vec![5; bytes_max as usize - 4]];
        let operations = disk.operations();
        assert_eq!(
            log.append(Position::FIRST, &[vec![5; bytes_max as usize - 3]]),
            Err(AppendError::TooLarge { bytes: bytes_max + 1, bytes_max })
        );
        assert_eq!(disk.operations(), operations, "nothing was written");
        for _ in 0..3 {
            log.append(log.next_position(), &largest).expect("it fits");
        }
        drop(log);
        assert_eq!(read_whole(&open().expect("reopened")).len(), 3);
    }
}

#[test]
fn an_existing_log_keeps_its_segment_size() {
    let disk = HostileDisk::new(0);
    drop(open(&disk).expect("a new log"));
    let log = FileLog::open_on(Arc::new(disk.clone()), &options(1 << 20)).expect("the same log");
    for _ in 0..5 {
        append(&log, &[&[1; 480]]);
    }
    assert!(matches!(log.append(log.next_position(), &[vec![0; 1000]]), Err(AppendError::TooLarge { .. })));
    drop(log);
    let segments = disk.files().into_iter().filter(|name| name.ends_with(".segment"));
    let sizes: Vec<usize> = segments.map(|name| disk.contents(&name).len()).collect();
    assert_eq!(sizes, [1024; 5]);
}

#[cfg(unix)]
#[test]
fn a_link_instead_of_a_segment_or_the_lock_is_refused_and_not_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (real, linked) = (folder.path().join("real"), folder.path().join("linked"));
    drop(FileLog::open(&real, &options(1024)).expect("a new log"));
    let segment = "00000000000000000001.segment";
    let before = std::fs::read(real.join(segment)).expect("a segment");
    for name in [segment, "LOCK"] {
        std::fs::create_dir(&linked).expect("a folder");
        std::os::unix::fs::symlink(real.join(name), linked.join(name)).expect("a link");
        if name != segment {
            std::fs::copy(real.join(segment), linked.join(segment)).expect("a copy");
        }
        let expected = format!(
            "`{}` is not a file but a link, a folder or a device; put the file itself in its place",
            linked.join(name).display()
        );
        check(FileLog::open(&linked, &options(1024)), &expected);
        std::fs::remove_dir_all(&linked).expect("removed");
    }
    assert_eq!(std::fs::read(real.join(segment)).expect("a segment"), before);
    // A link to the whole log folder works.
    std::os::unix::fs::symlink(&real, &linked).expect("a link");
    let log = FileLog::open(&linked, &options(1024)).expect("the same log");
    append(&log, &[b"one"]);
    drop(log);
    assert_eq!(read_whole(&FileLog::open_read_only(&real).expect("the log")), [b"one"]);
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_refused_for_writing_and_can_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log");
    drop(FileLog::open(&path, &options(1024)).expect("a new log"));
    std::fs::remove_file(path.join("LOCK")).expect("removed");
    let mode = |mode| std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o555);
    let opened = FileLog::open(&path, &options(1024)).map(drop);
    mode(0o755);
    // The superuser may write everywhere.
    if let Err(error) = opened {
        let expected = format!(
            "no permission to open `{}`; change its owner or mode, or open the log for reading",
            path.join("LOCK").display()
        );
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(FileLog::open_read_only(&path).expect("readable").next_position(), Position::FIRST);
}
