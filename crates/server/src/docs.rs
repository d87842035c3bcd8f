//! The table of routes as docs/api.md has it.

use crate::keys::KeyRole;
use crate::table::routes;

/// One row for each route: what each role may do there, and as which viewer.
pub fn routes_markdown() -> String {
    let roles: Vec<&str> = KeyRole::ALL.iter().map(|role| role.name()).collect();
    let mut table =
        format!("| route | {} | recorded |\n|---|{}---|\n", roles.join(" | "), "---|".repeat(roles.len()));
    for route in routes() {
        let cells: Vec<&str> = KeyRole::ALL.iter().map(|role| route.viewer(*role)).collect();
        let recorded = if route.is_recorded { "looks of staff" } else { "-" };
        let (verb, path) = (route.verb.name(), route.path);
        table.push_str(&format!("| `{verb} {path}` | {} | {recorded} |\n", cells.join(" | ")));
    }
    table
}
