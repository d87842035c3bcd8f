//! The walk in docs/api.md, line by line, as a shell with curl and jq would take it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::harness::Site;

/// The lines of the walk; one that ends with `\` is continued in the next.
fn lines() -> Vec<String> {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api.md"))
        .expect("the page is as the test reads it");
    let (_, rest) = page.split_once("```sh\n").expect("the page is as the test reads it");
    let (walk, _) = rest.split_once("```").expect("the page is as the test reads it");
    walk.replace("\\\n", " ").lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Words as a shell has them, with the variables filled in.
fn words(line: &str, variables: &BTreeMap<String, String>) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (None, ' ') => words.extend(word.take()),
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (Some(open), letter) if letter == open => quote = None,
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    let filled = |word: String| {
        variables.iter().fold(word, |word, (name, value)| word.replace(&format!("${name}"), value))
    };
    words.into_iter().map(filled).collect()
}

/// Does what curl does with these words.
fn curl(site: &Site, words: &[String]) -> Value {
    let (mut client, mut method, mut url, mut body) = (site.client(), None, String::new(), None);
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut value = || rest.next().expect("the page is as the test reads it").clone();
        match word.as_str() {
            "curl" | "-s" => {}
            "-X" => method = Some(value()),
            "-H" => {
                let header = value();
                let (name, value) = header.split_once(": ").expect("the page is as the test reads it");
                client = client.with(name, value);
            }
            "--json" => body = Some(value()),
            option if option.starts_with('-') => {
                panic!("the walk uses `{option}`, which the test does not know")
            }
            place => url = place.to_owned(),
        }
    }
    let path = url.strip_prefix("localhost:8080").expect("the page is as the test reads it");
    let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    let answer = match body {
        Some(body) => client.send(&method, path, body.as_bytes()),
        None if method == "POST" => client.act(path),
        None => client.get(path),
    };
    assert!(answer.status < 300, "{words:?}: {answer:?}");
    answer.json()
}

/// The value at a path such as `.rows.0.with`.
fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.').filter(|part| !part.is_empty()).fold(value, |value, part| match part.parse::<usize>() {
        Ok(index) => &value[index],
        Err(_) => &value[part],
    })
}

#[test]
fn the_walk_in_the_page_is_what_happens() {
    let site = Site::open();
    let (mut variables, mut answer, mut checked) = (BTreeMap::new(), Value::Null, 0);
    for line in lines() {
        if let Some(expected) = line.strip_prefix("#   ") {
            let (path, value) = expected.split_once(" is ").expect("the page is as the test reads it");
            assert_eq!(at(&answer, path), value, "{line}: {answer}");
            checked += 1;
        } else if line.starts_with("curl ") {
            answer = curl(&site, &words(&line, &variables));
        } else if let Some((name, command)) = line.split_once("=$(") {
            let (command, path) = command
                .strip_suffix(')')
                .expect("the page is as the test reads it")
                .split_once(" | jq -r ")
                .expect("the page is as the test reads it");
            answer = curl(&site, &words(command, &variables));
            variables.insert(
                name.to_owned(),
                at(&answer, path).as_str().expect("the page is as the test reads it").to_owned(),
            );
        } else {
            assert!(line.is_empty() || line.starts_with("# ") || line == "acquaint serve &", "{line}");
        }
    }
    assert!(checked > 10, "{checked}");
}
