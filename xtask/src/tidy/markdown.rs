//! Checks the links of the pages: each must lead to an existing file.

use super::Violation;

/// Checks the relative links of one page; `exists` takes paths relative to the repository.
pub(super) fn check_links(path: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<Violation> {
    let mut found = Vec::new();
    for (line, target) in links(text) {
        let file = target.split('#').next().unwrap_or_default();
        if file.is_empty() || target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let problem = match resolve(path, file) {
            Some(file) if exists(&file) => continue,
            Some(file) => format!("links to `{target}`, but there is no `{file}`"),
            None => format!("links to `{target}`, which is outside the repository"),
        };
        found.push(Violation::new(format!("{path}:{line}"), problem));
    }
    found
}

/// The line and target of each link, `[text](target)` or `[text]: target`, outside code.
pub(crate) fn links(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            continue;
        }
        let definition =
            line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target);
        // After an odd number of backticks, the link is inside a code span.
        let inline = line.match_indices("](").filter(|(at, _)| line[..*at].matches('`').count() % 2 == 0);
        let inline = inline.filter_map(|(at, open)| line[at + open.len()..].split(')').next());
        // A title may follow: `[text](target "title")`.
        let targets =
            definition.into_iter().chain(inline).filter_map(|target| target.split_whitespace().next());
        found.extend(targets.map(|target| (index + 1, target.trim_matches(['<', '>']))));
    }
    found
}

/// Resolves `link` relative to the page at `path`; `None` if it leaves the repository.
pub(crate) fn resolve(path: &str, link: &str) -> Option<String> {
    if link.starts_with('/') {
        return None;
    }
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    for part in link.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            folders.pop()?;
        } else {
            folders.push(part);
        }
    }
    Some(folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let exists = |path: &str| matches!(path, "docs/tour.md" | "docs" | "tests/scripts/a.acq");
        check_links("docs/README.md", text, exists).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn links_to_files_and_folders_that_exist_are_fine() {
        let text = "[a](tour.md) [b](../tests/scripts/a.acq#x \"title\") [`c`](./) [d](#here) [e](https://example.com/x)\n[f]: <tour.md>\n";
        assert!(found(text).is_empty());
    }

    #[test]
    fn broken_links_and_links_out_of_the_repository_are_refused() {
        assert_eq!(
            found("one\n[a](tour.md) ![b](gone.png)\n[c]: ../../design.md\n[d](/docs)\n"),
            [
                "docs/README.md:2: links to `gone.png`, but there is no `docs/gone.png`",
                "docs/README.md:3: links to `../../design.md`, which is outside the repository",
                "docs/README.md:4: links to `/docs`, which is outside the repository",
            ]
        );
    }

    #[test]
    fn links_in_code_are_ignored() {
        assert!(found("`[a](gone.md)` and\n```text\n[b](gone.md)\n```\n").is_empty());
        assert_eq!(found("```\n```\n[`c`](gone.md)\n").len(), 1);
    }
}
