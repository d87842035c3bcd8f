//! What a loopback server without keys demands, so that no web page and no proxy can speak to it as the operator.

use std::net::SocketAddr;

use axum::http::{HeaderMap, Uri, header};

use crate::problem::Problem;
use crate::state::State;

/// Checks `Host`, `Origin` and the headers of proxies.
///
/// With keys, a request proves itself: a page that a browser shows has no key. Without, everything from this machine is
/// the operator: a name that resolves to loopback today may have been another's yesterday (DNS rebinding), a page may post
/// across origins, and a proxy may carry strangers here.
pub(crate) fn check(state: &State, uri: &Uri, headers: &HeaderMap) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok());
    if hosts.next().is_some() {
        return Err(Problem::bad_request("bad-host", "give one `Host` header"));
    }
    if !state.is_open() {
        return Ok(());
    }
    let Some(host) = host.filter(|host| is_own(state, host)) else {
        return Err(Problem::forbidden(
            "bad-host",
            "without keys, `Host` has to be a loopback name with this port",
        ));
    };
    if uri.authority().is_some_and(|authority| !is_own(state, authority.as_str())) {
        return Err(Problem::forbidden("bad-host", "the request names another host"));
    }
    let own = format!("http://{host}");
    if headers
        .get_all(header::ORIGIN)
        .iter()
        .any(|origin| !origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()))
    {
        return Err(Problem::forbidden("bad-origin", "without keys, a page of another origin may not ask"));
    }
    let is_proxied = |name: &str| name == "forwarded" || name.starts_with("x-forwarded-") || name == "via";
    if headers.keys().any(|name| is_proxied(name.as_str())) {
        return Err(Problem::forbidden(
            "proxied",
            "without keys, no proxy may be in between; add a key first",
        ));
    }
    Ok(())
}

/// Checks a request to the second listener: on a loopback address, no name of another's may lead there.
pub(crate) fn check_admin(address: SocketAddr, headers: &HeaderMap) -> Result<(), Problem> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host = hosts.next().and_then(|host| host.to_str().ok()).filter(|_| hosts.next().is_none());
    if address.ip().is_loopback() && !host.is_some_and(|host| is_loopback(address.port(), host)) {
        return Err(Problem::forbidden("bad-host", "`Host` has to be a loopback name with this port"));
    }
    Ok(())
}

fn is_own(state: &State, host: &str) -> bool {
    is_loopback(state.address.port(), host)
}

/// Whether this is a loopback name with the port that is listened on.
fn is_loopback(port: u16, host: &str) -> bool {
    let named = match host.rsplit_once(':') {
        Some((name, digits)) if digits.parse() == Ok(port) => name,
        None if port == 80 => host,
        _ => return false,
    };
    let is_v4 = |name: &str| name.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback());
    named.eq_ignore_ascii_case("localhost") || named == "[::1]" || is_v4(named)
}
