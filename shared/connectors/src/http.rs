//! HTTP requests and answers as values; the edge carries them.

use std::fmt;

/// Which configured base address a request goes to. The edge knows the address; a connector only the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// `graph.facebook.com`
    Facebook,
    /// `graph.instagram.com`
    Instagram,
    /// `graph.facebook.com`, for `WhatsApp`
    Whatsapp,
    /// `api.telegram.org`
    Telegram,
}

/// Where a request goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A path (with query) under a configured base. May hold a token (Telegram): never shown.
    Api(Base, String),
    /// A full https address outside of the API, to be held against the connector's allow-list at every hop.
    Media(String),
}

/// A request to a platform. `Debug` shows neither path, headers nor body: they hold tokens and people's words.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET`, `POST` or `DELETE`.
    pub method: Method,
    /// Where to.
    pub target: Target,
    /// Names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// JSON text, or nothing.
    pub body: Option<String>,
}

/// The methods the platforms' APIs use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Do.
    Post,
    /// Remove.
    Delete,
}

impl Method {
    /// As on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match &self.target {
            Target::Api(base, _) => format!("{base:?}"),
            Target::Media(_) => "media".to_owned(),
        };
        f.debug_struct("HttpRequest").field("method", &self.method).field("target", &target).finish_non_exhaustive()
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(base, _) => write!(f, "Api({base:?}, ..)"),
            Self::Media(_) => f.write_str("Media(..)"),
        }
    }
}

/// The header in which a platform tells how much of what it allows was used, beside `Retry-After`.
pub const USAGE: &str = "x-business-use-case-usage";

/// What a platform answered.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, when given.
    pub retry_after: Option<u64>,
    /// [`USAGE`], when given.
    pub usage: Option<String>,
    /// The body, at most 1 MiB of it.
    pub body: Vec<u8>,
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl HttpRequest {
    /// A `GET` under a base.
    pub(crate) fn get(base: Base, path: String) -> Self {
        Self { method: Method::Get, target: Target::Api(base, path), headers: Vec::new(), body: None }
    }

    /// A `POST` under a base, with a JSON body where there is one.
    pub(crate) fn post(base: Base, path: String, body: Option<String>) -> Self {
        let headers = body.iter().map(|_| ("content-type", "application/json".to_owned())).collect();
        Self { method: Method::Post, target: Target::Api(base, path), headers, body }
    }

    /// With a bearer token.
    pub(crate) fn bearer(mut self, token: &str) -> Self {
        self.headers.push(("authorization", format!("Bearer {token}")));
        self
    }
}

/// `text` as one segment of a path or one value of a query: all but letters, digits and `-._~:` is escaped.
pub fn segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            segment.push(char::from(byte));
        } else {
            segment.push('%');
            segment.push_str(&crate::crypto::hex(&[byte]).to_ascii_uppercase());
        }
    }
    segment
}

/// Who an address is asked of: host and port, with whatever else is put before them.
pub fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

/// Whether an address leads by https to one of these hosts or their sub-domains, and says so plainly: user names, ports
/// and anything else that is no host name are not for us.
pub fn is_hosted_by(url: &str, hosts: &[&str]) -> bool {
    let https = url.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("https://"));
    let authority = authority(url);
    let plain = authority.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let host = authority.to_ascii_lowercase();
    let within =
        |allowed: &&str| host == **allowed || host.strip_suffix(*allowed).is_some_and(|rest| rest.ends_with('.'));
    https && plain && hosts.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_platform_s_own_hosts_are_its_own() {
        let hosts = ["cdn.example", "media.example"];
        for url in ["https://cdn.example/a", "HTTPS://Lookaside.CDN.example/a?b#c", "https://media.example"] {
            assert!(is_hosted_by(url, &hosts), "{url}");
        }
        for url in [
            "http://cdn.example/a",
            "https://evilcdn.example/a",
            "https://cdn.example.evil.example/a",
            "https://cdn.example:8443/a",
            "https://cdn.example@evil.example/a",
            "https://evil.example\\.cdn.example/a",
            "https://evil.example/https://cdn.example",
            "https://evil.example?.cdn.example",
            "javascript://cdn.example/a",
            "//cdn.example/a",
            "https://",
            "ßßßßßßßß",
            "",
        ] {
            assert!(!is_hosted_by(url, &hosts), "{url}");
        }
        assert!(!is_hosted_by("https://cdn.example/a", &[]));
    }

    #[test]
    fn a_segment_cannot_leave_its_place() {
        assert_eq!(segment("77001"), "77001");
        assert_eq!(segment("../x?a=b&c#d é"), "..%2Fx%3Fa%3Db%26c%23d%20%C3%A9");
    }

    #[test]
    fn debug_shows_no_token() {
        let request = HttpRequest::post(Base::Telegram, "/bot1:SECRET/send".to_owned(), Some("words".to_owned()))
            .bearer("SECRET");
        let shown = format!("{request:?} {:?}", request.target);
        assert!(!shown.contains("SECRET") && !shown.contains("words"), "{shown}");
    }
}
