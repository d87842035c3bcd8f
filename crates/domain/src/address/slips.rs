//! The usual slips in an address, corrected.

use super::{Address, strip_prefix_ignoring_case};

/// What the person may have meant by a text that is a [`MalformedAddress`](super::MalformedAddress): the same text with its usual slips corrected, if that
/// makes an address of it.
pub fn correction(typed: &str) -> Option<String> {
    let despaced: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let dotted = despaced.replace(',', ".").replace("..", ".");
    let single_at = dotted.replacen("@@", "@", 1);
    let schemed = corrected_scheme(&single_at);
    let plain: String = schemed.chars().filter(|c| !"<>\"'();!*".contains(*c)).collect();
    [despaced.as_str(), &dotted, &single_at, &schemed, &plain]
        .into_iter()
        .find_map(|candidate| Address::parse(candidate).ok())
        .map(|address| address.as_str().to_owned())
}

fn corrected_scheme(text: &str) -> String {
    for wrong in [
        "https:/",
        "http:/",
        "https//",
        "http//",
        "htps://",
        "htp://",
        "htttp://",
        "htttps://",
        "ttps://",
        "ttp://",
    ] {
        if let Some(rest) = strip_prefix_ignoring_case(text, wrong) {
            return rest.trim_start_matches('/').to_owned();
        }
    }
    text.to_owned()
}
