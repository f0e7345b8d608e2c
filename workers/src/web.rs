//! Addresses, taken apart and put together by the runtime's own parser.

use web_sys::Url;

/// Scheme and host of an address; nothing of what is none.
pub(crate) fn origin(url: &str) -> Option<String> {
    Url::new(url).ok().map(|url| url.origin())
}

/// Host and port of an address, without a name or a password before them.
pub(crate) fn host(url: &str) -> Option<String> {
    Url::new(url).ok().map(|url| url.host())
}

/// Where `location` leads for whoever is at `base`: it may be relative.
pub(crate) fn joined(base: &str, location: &str) -> Option<String> {
    Url::new_with_base(location, base).ok().map(|url| url.href())
}
