//! Networks that show one profile under several URLs.

/// What is known of one network's URLs.
struct NetworkHosts {
    /// Main host of the network.
    host: &'static str,
    /// Other hosts that are the same site.
    aliases: &'static [&'static str],
    /// What may come before the host, for the same site: these labels, and those that `is_locale` accepts.
    labels: &'static [&'static str],
    /// Whether a label names a country or a language.
    is_locale: fn(&str) -> bool,
    /// Beginnings of a path that say nothing of whose profile it is, and what replaces them.
    detours: &'static [(&'static str, &'static str)],
    /// Beginnings of paths of profiles, each with one name after it: what follows the name is a page of the same profile.
    profiles: &'static [&'static str],
    /// The path of the page that names the profile by a parameter, and the parameter.
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

/// The host and path that represent all URLs of the same profile; both are in lower case, the path without outer slashes.
pub(super) fn one_profile(host: &str, path: &str) -> (String, String) {
    let Some(network) = NetworkHosts::of(host) else { return (host.to_owned(), path.to_owned()) };
    let detour = network.detours.iter().find_map(|(from, to)| Some((to, path.strip_prefix(from)?)));
    let path = detour.map_or_else(|| path.to_owned(), |(to, rest)| format!("{to}{rest}"));
    let begun = network.profiles.iter().find_map(|begin| path.strip_prefix(begin).map(|rest| (begin, rest)));
    let path = match begun {
        Some((begin, rest)) => {
            let name = rest.trim_start_matches('/').split('/').next().unwrap_or_default();
            if name.is_empty() { path } else { format!("{begin}{name}") }
        }
        None => path,
    };
    (network.host.to_owned(), path)
}

/// Whether the path is the beginning of a profile's and has no name after it, such as `in` or `mwlite/in`.
pub(super) fn names_nobody(host: &str, path: &str) -> bool {
    let Some(network) = NetworkHosts::of(host) else { return false };
    let whole = format!("{}/", path.trim_matches('/'));
    let begins = network.profiles.iter().chain(network.detours.iter().map(|(from, _)| from));
    begins.copied().any(|begin| begin == whole)
}

/// The path, or where it is the page that names the profile by a parameter, what represents it: `profile.php?id=4` is `4`. `None`
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
