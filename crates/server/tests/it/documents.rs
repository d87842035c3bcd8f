//! The committed documents are those that the table of routes gives. `ACQUAINT_UPDATE=1` writes them.

use std::path::PathBuf;

const BEGIN: &str = "<!-- routes -->\n";
const END: &str = "<!-- /routes -->";

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[track_caller]
fn is_committed(path: &str, expected: &str) {
    if std::env::var_os("ACQUAINT_UPDATE").is_some() {
        std::fs::write(file(path), expected).expect("the page is as the test reads it");
    }
    let committed = std::fs::read_to_string(file(path)).unwrap_or_default();
    assert!(
        committed == expected,
        "`{path}` is not what the table of routes gives; run with ACQUAINT_UPDATE=1"
    );
}

#[test]
fn the_openapi_document_is_committed() {
    let document = serde_json::to_string_pretty(&acquaint_server::openapi_document())
        .expect("the page is as the test reads it");
    is_committed("openapi.json", &(document + "\n"));
}

#[test]
fn the_table_of_routes_is_in_the_page() {
    let path = "../../docs/api.md";
    let page = std::fs::read_to_string(file(path)).expect("the page is as the test reads it");
    let (before, rest) = page.split_once(BEGIN).expect("the page is as the test reads it");
    let (_, after) = rest.split_once(END).expect("the page is as the test reads it");
    is_committed(path, &format!("{before}{BEGIN}{}{END}{after}", acquaint_server::routes_markdown()));
}
