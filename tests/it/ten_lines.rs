//! The example of the engine as a library does what it says.

#[path = "../../crates/engine/examples/ten_lines.rs"]
#[expect(dead_code, reason = "the program's own beginning is not called here")]
mod example;

#[test]
fn the_example_asks_and_is_told_where_the_request_went() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut said = Vec::new();
    example::ten_lines(&folder.path().join("log"), &mut said).expect("it goes well");
    let said = String::from_utf8(said).expect("UTF-8");
    assert_eq!(
        said,
        "alice's side: sent to bob on 21 Nov 2026 08:00 UTC and delivered; bob's side: in bob's inbox since 21 Nov 2026 08:00 UTC, no answer yet\n"
    );
}
