//! Corrections of common slips in an address.

use super::{Address, strip_prefix_ignoring_case};

/// What a person may have meant by a text that is not an address: the canonical form of the text without common slips, if
/// that is an address.
pub fn correction(entered: &str) -> Option<String> {
    let despaced: String = entered.chars().filter(|c| !c.is_whitespace()).collect();
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
