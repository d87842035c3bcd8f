//! Just enough of a Rust parser for the checks: where tests begin, how long functions are, and the patterns of matches.

/// A function with a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    /// The line of `fn`, from 1.
    pub(super) line: usize,
    /// The number of lines from `fn` to the closing brace, both included.
    pub(super) lines: usize,
}

/// The text before the test module at the end of a file, or all of it.
pub(super) fn before_tests(text: &str) -> &str {
    let mut start = 0;
    let mut marked: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        match marked {
            Some(end) if words.starts_with("mod ") && words.ends_with('{') => return &text[..end],
            // Other attributes may come between the mark and the module.
            Some(_) if words.starts_with("#[") => {}
            _ => marked = (words == "#[cfg(test)]").then_some(start),
        }
        start += line.len();
    }
    text
}

/// The functions in a text without comments and literals (see `code_only`).
pub(super) fn functions(code: &str) -> Vec<Function> {
    let bytes = code.as_bytes();
    let mut found = Vec::new();
    for (at, keyword) in code.match_indices("fn ") {
        if at > 0 && is_word(bytes[at - 1]) {
            continue;
        }
        let name: String = code[at + keyword.len()..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '#'))
            .collect();
        let Some(end) = body_start(bytes, at).and_then(|start| body_end(bytes, start)) else {
            continue;
        };
        if !name.is_empty() {
            let lines = |part: &str| part.matches('\n').count() + 1;
            found.push(Function { name, line: lines(&code[..at]), lines: lines(&code[at..=end]) });
        }
    }
    found
}

/// The patterns of a `match` expression.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Match {
    /// The line of `match`, from 1.
    pub(super) line: usize,
    /// The pattern of each arm with its guard, with single spaces.
    pub(super) arms: Vec<String>,
}

/// The `match` expressions in a text without comments and literals (see `code_only`), including nested ones.
pub(super) fn matches(code: &str) -> Vec<Match> {
    let bytes = code.as_bytes();
    let found = places_of(code, "match ").filter_map(|at| {
        let open = body_start(bytes, at)?;
        let close = body_end(bytes, open)?;
        Some(Match { line: line_of(code, at), arms: arms(&code[open + 1..close]) })
    });
    found.collect()
}

/// The line, from 1, of every `else if` in a text without comments and literals, and the patterns in its condition: those of
/// its `let`s, and values that contain a `matches!`.
pub(super) fn chained(code: &str) -> Vec<(usize, String)> {
    let keyword = "else if ";
    places_of(code, keyword).map(|at| (line_of(code, at), patterns(&code[at + keyword.len()..]))).collect()
}

/// The patterns in a condition, up to the brace that ends it.
fn patterns(condition: &str) -> String {
    let mut found = Vec::new();
    let mut rest = condition;
    loop {
        if let Some(after) = rest.strip_prefix("let ") {
            // The only other `=` in a pattern is in a range.
            let end = after.match_indices('=').find(|(at, _)| !after[..*at].ends_with(".."));
            let end = end.map_or(after.len(), |(at, _)| at);
            found.push(&after[..end]);
            rest = &after[end..];
        }
        let body = at_depth_zero(rest.as_bytes(), 0, b"{").unwrap_or(rest.len());
        let next = at_depth_zero(rest.as_bytes(), 0, b" let ").filter(|next| *next < body);
        let value = &rest[..next.unwrap_or(body)];
        found.extend(Some(value).filter(|value| value.contains("matches!(")));
        let Some(next) = next else { break };
        rest = &rest[next + 1..];
    }
    spaced(&found.join(" "))
}

/// Every place of a keyword, which ends in a space.
fn places_of<'c>(code: &'c str, keyword: &'c str) -> impl Iterator<Item = usize> + 'c {
    let starts = code.match_indices(keyword).map(|(at, _)| at);
    starts.filter(|at| *at == 0 || !is_word(code.as_bytes()[at - 1]))
}

/// The patterns between the braces of a `match`.
fn arms(body: &str) -> Vec<String> {
    let bytes = body.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(arrow) = at_depth_zero(bytes, from, b"=>") {
        // A comma may follow the block of the arm before.
        found.push(spaced(body[from..arrow].trim_start_matches(',')));
        let value = bytes[arrow + 2..].iter().position(|byte| !byte.is_ascii_whitespace());
        let Some(value) = value.map(|length| arrow + 2 + length) else { break };
        let block = if bytes[value] == b'{' { body_end(bytes, value) } else { None };
        let Some(end) = block.or_else(|| at_depth_zero(bytes, value, b",")) else { break };
        from = end + 1;
    }
    found
}

/// The next place of `token` outside all brackets.
fn at_depth_zero(code: &[u8], from: usize, token: &[u8]) -> Option<usize> {
    let mut depth = 0_u32;
    for (index, byte) in code.iter().enumerate().skip(from) {
        if depth == 0 && code[index..].starts_with(token) {
            return Some(index);
        }
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    None
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The brace that opens the body of the function declared at `at`; `None` for a declaration without one.
fn body_start(code: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (index, byte) in code.iter().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return Some(index),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// The brace that closes the one at `start`.
fn body_end(code: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_u32;
    for (index, byte) in code.iter().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(index),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `text` with every character of a comment, string or character literal replaced by a space; line breaks stay.
pub(super) fn code_only(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = end_of_non_code(&chars, at).unwrap_or(at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        }
        while at < end {
            code.push(if chars[at] == '\n' { '\n' } else { ' ' });
            at += 1;
        }
    }
    code
}

/// The end of the comment or literal that starts at `at`; `None` if none starts there.
fn end_of_non_code(chars: &[char], at: usize) -> Option<usize> {
    let end = match &chars[at..] {
        ['/', '/', ..] => chars[at..].iter().position(|c| *c == '\n').map(|length| at + length),
        ['/', '*', ..] => block_comment_end(chars, at),
        ['"', ..] => quoted_end(chars, at + 1, '"'),
        // `'a'` and `'\n'` are characters, `'a` is a lifetime.
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => quoted_end(chars, at + 1, '\''),
        ['r', '"' | '#', ..] => return raw_string_end(chars, at),
        _ => return None,
    };
    Some(end.unwrap_or(chars.len()))
}

fn block_comment_end(chars: &[char], at: usize) -> Option<usize> {
    let mut depth = 0_u32;
    let mut index = at;
    while index + 1 < chars.len() {
        match (chars[index], chars[index + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') if depth == 1 => return Some(index + 2),
            ('*', '/') => depth -= 1,
            _ => {
                index += 1;
                continue;
            }
        }
        index += 2;
    }
    None
}

fn quoted_end(chars: &[char], from: usize, quote: char) -> Option<usize> {
    let mut index = from;
    while index < chars.len() {
        match chars[index] {
            '\\' => index += 2,
            c if c == quote => return Some(index + 1),
            _ => index += 1,
        }
    }
    None
}

/// `None` for a raw identifier such as `r#fn`, which is code.
fn raw_string_end(chars: &[char], at: usize) -> Option<usize> {
    let hashes = chars[at + 1..].iter().take_while(|c| **c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let closes = |index: usize| {
        chars[index] == '"' && chars[index + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes
    };
    Some((open + 1..chars.len()).find(|index| closes(*index)).map_or(chars.len(), |index| index + 1 + hashes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &str) -> Vec<(String, usize, usize)> {
        functions(&code_only(text)).into_iter().map(|it| (it.name, it.line, it.lines)).collect()
    }

    #[test]
    fn a_function_is_measured_from_its_first_to_its_last_line() {
        let text = "struct A;\nimpl A {\n    fn one() {}\n    pub fn two(a: [u8; 2])\n    where\n        u8: Copy,\n    {\n        if a[0] > 1 {\n        }\n    }\n}\n";
        assert_eq!(lengths(text), [("one".to_owned(), 3, 1), ("two".to_owned(), 4, 7)]);
    }

    #[test]
    fn a_declaration_without_a_body_is_not_a_function() {
        assert_eq!(
            lengths("trait T { fn a(&self) -> u8; }\ntype F = fn (u8) -> u8;\nstruct Gfn { a: u8 }"),
            []
        );
    }

    #[test]
    fn braces_in_literals_and_comments_do_not_count() {
        let text = "fn a() {\n    // }\n    /* } /* } */ } */\n    let b = \"}\\\"}\";\n    let c = '}';\n    let d = r#\"}\"}\"#;\n    let e: &'static str = b\"}\";\n    let r#fn = '\\'';\n}\n";
        assert_eq!(lengths(text), [("a".to_owned(), 1, 9)]);
    }

    #[test]
    fn the_patterns_of_a_match_are_read_arm_by_arm() {
        let text = "fn a() {\n    match b(|c| { d }) {\n        E::F { g, .. }\n        | E::H(_) if g => match g {\n            1..=2 => 3,\n            _ => {}\n        },\n        // => no arm\n        E::I => {\n            j(\"=>\")\n        }\n        E::K => l,\n        E::M => n\n    }\n}\n";
        let found: Vec<_> = matches(&code_only(text)).into_iter().map(|it| (it.line, it.arms)).collect();
        let arms = |arms: &[&str]| arms.iter().map(|arm| (*arm).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                (2, arms(&["E::F { g, .. } | E::H(_) if g", "E::I", "E::K", "E::M"])),
                (4, arms(&["1..=2", "_"])),
            ]
        );
        assert_eq!(matches("let rematch = a; let b = matches!(c, D { .. });"), []);
    }

    #[test]
    fn the_patterns_of_chained_conditions_are_read() {
        let text = "if let A = a {\n} else if let Some(\n    B { c: 1..=2 }\n    | D,\n) = e {\n} else if let F = g {}";
        assert_eq!(chained(text), [(2, "Some( B { c: 1..=2 } | D, )".to_owned()), (6, "F".to_owned())]);
        let text = "if a {} else if b == c\n    && let D { e, .. } = f(|g| { let h = e; })\n    && let I = j { let K = l; }";
        assert_eq!(chained(text), [(1, "D { e, .. } I".to_owned())]);
        assert_eq!(
            chained("if a {} else if matches!(b, C { .. }) {}"),
            [(1, "matches!(b, C { .. })".to_owned())]
        );
        assert_eq!(chained("if a {} else if b == C::D {} else {}"), [(1, String::new())]);
    }

    #[test]
    fn the_tests_at_the_end_are_removed() {
        assert_eq!(before_tests("a\n\n#[cfg(test)]\n#[expect(x)]\nmod tests {\nb\n}\n"), "a\n\n");
        assert_eq!(
            before_tests("#[cfg(test)]\nmod tests;\nmod b {\n}\n"),
            "#[cfg(test)]\nmod tests;\nmod b {\n}\n"
        );
        assert_eq!(
            before_tests("#[cfg(test)]\nfn a() {}\nmod b {\n}\n"),
            "#[cfg(test)]\nfn a() {}\nmod b {\n}\n"
        );
    }
}
