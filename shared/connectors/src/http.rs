//! HTTP requests and answers as values, in the terms of the `http` crate; the Worker makes the calls.

use std::fmt;

pub use ::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tributary_domain::id::MediaId;

/// Where an API is, and the variable by which an installation puts something else there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseSpec {
    /// The variable, as `NAME_API_BASE`.
    pub variable: &'static str,
    /// The platform's own address, without a trailing slash.
    pub usual: &'static str,
}

/// Where a request goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Target {
    /// A path (with query) under one of the connector's bases. May hold a token: never shown.
    Api(BaseSpec, String),
    /// A path (with query) on the server of this account, for platforms of many servers: origin and path.
    Own(String, String),
    /// A full https address of a file, to be held against the connector's allow-list at every hop.
    Media(String),
}

/// What a request carries.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Body {
    #[default]
    Empty,
    Json(String),
    /// Names and values, to be written as a web form.
    Form(Vec<(&'static str, String)>),
    /// The bytes of a stored file, which the Worker streams from where they are kept.
    Bytes {
        media: MediaId,
        mime: String,
    },
    /// `multipart/form-data`.
    Parts(Vec<(&'static str, FormPart)>),
}

/// One part of `multipart/form-data`.
#[derive(Clone, PartialEq, Eq)]
pub enum FormPart {
    Text(String),
    File {
        media: MediaId,
        /// The name under which it is sent.
        name: String,
        mime: String,
    },
}

/// A request to a platform. `Debug` shows neither path, headers nor body: they hold tokens and people's words.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    pub method: Method,
    pub target: Target,
    /// The headers beside the body's own `content-type`.
    pub headers: HeaderMap,
    pub body: Body,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("target", &self.target)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Api(base, _) => write!(f, "Api({}, ..)", base.variable),
            Self::Own(..) => f.write_str("Own(..)"),
            Self::Media(_) => f.write_str("Media(..)"),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({})", self.content_type().unwrap_or("none"))
    }
}

impl fmt::Debug for FormPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormPart(..)")
    }
}

/// What a platform answered.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    pub status: StatusCode,
    /// `Retry-After`, and the headers that the connector lists.
    pub headers: HeaderMap,
    /// The body, at most 1 MiB of it.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// `Retry-After` in seconds, when given so.
    pub fn retry_after(&self) -> Option<u64> {
        self.header(header::RETRY_AFTER.as_str())?.trim().parse().ok()
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Target {
    /// The whole address, with what the installation has put in the place of a base.
    pub fn url<'a>(&self, base: impl FnOnce(BaseSpec) -> &'a str) -> String {
        match self {
            Self::Api(spec, path) => format!("{}{path}", base(*spec)),
            Self::Own(origin, path) => format!("{origin}{path}"),
            Self::Media(url) => url.clone(),
        }
    }
}

impl Body {
    /// The `content-type` that goes with it; a multipart body's is made with its boundary, by whoever writes it.
    pub fn content_type(&self) -> Option<&str> {
        match self {
            Self::Empty | Self::Parts(_) => None,
            Self::Json(_) => Some("application/json"),
            Self::Form(_) => Some("application/x-www-form-urlencoded"),
            Self::Bytes { mime, .. } => Some(mime),
        }
    }

    /// As text, where it is text; what is made of stored files is not.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Json(text) => Some(text.clone()),
            Self::Form(pairs) => Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()),
            Self::Empty | Self::Bytes { .. } | Self::Parts(_) => None,
        }
    }
}

impl FormPart {
    /// What stands before its bytes; a text's own are part of it.
    pub fn head(&self, name: &str, boundary: &str) -> String {
        // As browsers write what would end the name.
        let quoted = |text: &str| text.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let start = format!("\r\n--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"", quoted(name));
        match self {
            Self::Text(text) => format!("{start}\r\n\r\n{text}"),
            Self::File { name, mime, .. } => {
                format!("{start}; filename=\"{}\"\r\ncontent-type: {mime}\r\n\r\n", quoted(name))
            }
        }
    }
}

impl HttpRequest {
    /// A request without headers.
    pub fn new(method: Method, target: Target, body: Body) -> Self {
        Self { method, target, headers: HeaderMap::new(), body }
    }

    /// A `GET` under a base.
    pub(crate) fn get(base: BaseSpec, path: String) -> Self {
        Self::new(Method::GET, Target::Api(base, path), Body::Empty)
    }

    /// A `POST` under a base.
    pub(crate) fn post(base: BaseSpec, path: String, body: Body) -> Self {
        Self::new(Method::POST, Target::Api(base, path), body)
    }

    /// With a bearer token. Tokens are looked at before they are kept: each can be written in a header.
    pub(crate) fn bearer(mut self, token: &str) -> Self {
        if let Ok(mut value) = HeaderValue::try_from(format!("Bearer {token}")) {
            value.set_sensitive(true);
            self.headers.insert(header::AUTHORIZATION, value);
        }
        self
    }

    /// As the `http` crate's own request, whole address and `content-type` included.
    pub fn resolved<'a>(self, base: impl FnOnce(BaseSpec) -> &'a str) -> Result<::http::Request<Body>, ::http::Error> {
        let mut request = ::http::Request::builder().method(self.method).uri(self.target.url(base));
        if let Some(kind) = self.body.content_type() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let mut request = request.body(self.body)?;
        request.headers_mut().extend(self.headers);
        Ok(request)
    }
}

/// A code for an answer that gives none.
pub(crate) fn http_code(status: StatusCode) -> String {
    format!("http/{}", status.as_u16())
}

/// `text` as one segment of a path or one value of a query: all but letters, digits and `-._~:` is escaped.
pub fn segment(text: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');
    utf8_percent_encode(text, ESCAPED).to_string()
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

    const BASE: BaseSpec = BaseSpec { variable: "SOME_API_BASE", usual: "https://api.example" };

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
        let request =
            HttpRequest::post(BASE, "/bot1:SECRET/send".to_owned(), Body::Json("words".to_owned())).bearer("SECRET");
        let shown = format!("{request:?} {:?} {:?}", request.target, request.headers);
        assert!(!shown.contains("SECRET") && !shown.contains("words"), "{shown}");
    }

    #[test]
    fn no_name_of_a_file_ends_the_head_of_its_part() {
        let file = FormPart::File {
            media: MediaId::from_bytes(&[1]),
            name: "a\"\r\n--b--.png".to_owned(),
            mime: "image/png".to_owned(),
        };
        let head = "\r\n--b\r\ncontent-disposition: form-data; name=\"media\"; filename=\"a%22%0D%0A--b--.png\"\r\n\
                    content-type: image/png\r\n\r\n";
        assert_eq!(file.head("media", "b"), head);
        let text = "\r\n--b\r\ncontent-disposition: form-data; name=\"command\"\r\n\r\nINIT";
        assert_eq!(FormPart::Text("INIT".to_owned()).head("command", "b"), text);
    }

    #[test]
    fn a_request_is_resolved_with_its_address_and_the_type_of_its_body() {
        let form = Body::Form(vec![
            ("grant_type", "refresh token".to_owned()),
            ("redirect", "https://a.example/?b=c&d".to_owned()),
        ]);
        let request =
            HttpRequest::post(BASE, "/token".to_owned(), form).bearer("t").resolved(|spec| spec.usual).unwrap();
        assert_eq!(
            (request.method(), request.uri().to_string().as_str()),
            (&Method::POST, "https://api.example/token")
        );
        assert_eq!(request.headers()["content-type"], "application/x-www-form-urlencoded");
        assert_eq!(request.headers()["authorization"], "Bearer t");
        let written = "grant_type=refresh+token&redirect=https%3A%2F%2Fa.example%2F%3Fb%3Dc%26d";
        assert_eq!(request.body().text().as_deref(), Some(written));
        let own = Target::Own("https://pds.example".to_owned(), "/xrpc/upload".to_owned());
        let bytes = Body::Bytes { media: MediaId::from_bytes(&[1]), mime: "image/png".to_owned() };
        let request = HttpRequest::new(Method::PUT, own, bytes).resolved(|spec| spec.usual).unwrap();
        assert_eq!(request.uri().to_string(), "https://pds.example/xrpc/upload");
        assert_eq!((request.headers()["content-type"].to_str().unwrap(), request.body().text()), ("image/png", None));
    }
}
