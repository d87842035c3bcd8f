//! The events and views that each script leaves.

use acquaint_cli::grammar::Exit;
use acquaint_codec::decode;
use acquaint_domain::Recorded;
use acquaint_engine::Rebuild;
use acquaint_log::{EventLog as _, Position};
use acquaint_log_file::FileLog;
use acquaint_tests::Program;

use super::table;
use crate::scripts;

#[test]
fn every_scripts_folder_holds_the_same_events_and_gives_the_same_views() {
    let mut pinned = String::new();
    for script in scripts::all() {
        let folder = tempfile::tempdir().expect("a folder for the data");
        let data = folder.path().join("data");
        let text = script.to_str().expect("a path in UTF-8");
        let played = Program::on(&data).run(&["run", text]);
        assert_eq!(played.exit, Exit::Ok, "{text}\n{}", played.stderr);
        let log = FileLog::open_read_only(&data.join("log")).expect("the script's log");
        let records = log.read(Position::FIRST).map(|record| record.expect("a record").bytes);
        let events: Vec<Recorded> = records.map(|bytes| decode(&bytes).expect("an event")).collect();
        let views = Rebuild::of(&log).run().expect("the log replays").views;
        let name = script.file_stem().expect("a name").to_string_lossy();
        pinned.push_str(&format!("{name}\n{}\n", table(&events, &views)));
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("scripts", pinned);
    });
}
