//! Networks that show one profile under several URLs.

/// The forms of one network's profile URLs.
struct NetworkHosts {
    /// Main host of the network.
    host: &'static str,
    /// Other hosts that are the same site.
    aliases: &'static [&'static str],
    /// Subdomains of the same site. Those that `is_locale` accepts belong to it as well.
    labels: &'static [&'static str],
    /// Whether a label names a country or a language.
    is_locale: fn(&str) -> bool,
    /// Longer path prefixes of the same profiles, and the prefixes that replace them.
    detours: &'static [(&'static str, &'static str)],
    /// Path prefixes of profiles. One name follows the prefix; the rest of the path is a page of the same profile.
    profiles: &'static [&'static str],
    /// The path of a page that names the profile in a query parameter, and that parameter.
    by_parameter: Option<(&'static str, &'static str)>,
}

/// Sources: the networks' own links (mobile site, share by e-mail, language of the visitor), 2026.
const NETWORKS: [NetworkHosts; 4] = [
    NetworkHosts {
        host: "linkedin.com",
        aliases: &[],
        labels: &["www", "m", "mobile", "touch"],
        is_locale: |label| letters(label, 2),
        detours: &[("mwlite/in/", "in/"), ("comm/in/", "in/"), ("m/in/", "in/")],
        profiles: &["in/"],
        by_parameter: None,
    },
    NetworkHosts {
        host: "facebook.com",
        aliases: &["fb.com"],
        labels: &["www", "m", "mobile", "mbasic", "touch", "web"],
        is_locale: |label| label.split_once('-').is_some_and(|(one, two)| letters(one, 2) && letters(two, 2)),
        detours: &[],
        profiles: &[],
        by_parameter: Some(("profile.php", "id")),
    },
    NetworkHosts {
        host: "x.com",
        aliases: &["twitter.com"],
        labels: &["www", "m", "mobile"],
        is_locale: |_| false,
        detours: &[],
        profiles: &[],
        by_parameter: None,
    },
    NetworkHosts {
        host: "xing.com",
        aliases: &[],
        labels: &["www", "m", "mobile"],
        is_locale: |_| false,
        detours: &[],
        profiles: &["profile/"],
        by_parameter: None,
    },
];

fn letters(label: &str, count: usize) -> bool {
    label.len() == count && label.bytes().all(|c| c.is_ascii_lowercase())
}

impl NetworkHosts {
    fn of(host: &str) -> Option<&'static NetworkHosts> {
        NETWORKS.iter().find(|network| network.has(host))
    }

    fn has(&self, host: &str) -> bool {
        let mut names = [self.host].into_iter().chain(self.aliases.iter().copied());
        names.any(|name| match host.strip_suffix(name) {
            Some("") => true,
            Some(before) => before
                .strip_suffix('.')
                .is_some_and(|label| self.labels.contains(&label) || (self.is_locale)(label)),
            None => false,
        })
    }
}

/// The host and path that represent all URLs of the same profile. Both arguments are in lower case, the path without outer
/// slashes.
pub(super) fn one_profile(host: &str, path: &str) -> (String, String) {
    let Some(network) = NetworkHosts::of(host) else { return (host.to_owned(), path.to_owned()) };
    let detour = network.detours.iter().find_map(|(from, to)| Some((to, path.strip_prefix(from)?)));
    let path = detour.map_or_else(|| path.to_owned(), |(to, rest)| format!("{to}{rest}"));
    let profile =
        network.profiles.iter().find_map(|prefix| path.strip_prefix(prefix).map(|rest| (prefix, rest)));
    let path = match profile {
        Some((prefix, rest)) => {
            let name = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
            if name.is_empty() { path } else { format!("{prefix}{name}") }
        }
        None => path,
    };
    (network.host.to_owned(), path)
}

/// Whether the path is the prefix of a profile's path without a name after it, such as `in` or `mwlite/in`.
pub(super) fn names_nobody(host: &str, path: &str) -> bool {
    let Some(network) = NetworkHosts::of(host) else { return false };
    let whole = format!("{}/", path.trim_matches('/'));
    let prefixes = network.profiles.iter().chain(network.detours.iter().map(|(from, _)| from));
    prefixes.copied().any(|prefix| prefix == whole)
}

/// The path, or the parameter's value for the page that names the profile by a parameter: `profile.php?id=4` is `4`. `None`
/// for that page without the parameter, which is nobody's.
pub(super) fn by_parameter(host: &str, path: String, query: &str) -> Option<String> {
    let Some((_, wanted)) =
        NetworkHosts::of(host).and_then(|network| network.by_parameter.filter(|(page, _)| *page == path))
    else {
        return Some(path);
    };
    let mut given = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = given.find_map(|(name, value)| (name == wanted).then_some(value))?;
    let is_number = !value.is_empty() && value.bytes().all(|c| c.is_ascii_digit());
    is_number.then(|| value.to_owned())
}
