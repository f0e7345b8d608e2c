//! Where a page or a request is from.

/// Scheme and host of an address.
pub fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#'])).map_or(url.len(), |at| host + at);
    url.get(..end).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::origin_of;

    #[test]
    fn an_origin_is_scheme_and_host() {
        for url in
            ["https://inbox.example", "https://inbox.example/", "https://inbox.example?x", "https://inbox.example/a/b"]
        {
            assert_eq!(origin_of(url), "https://inbox.example");
        }
        assert_eq!(origin_of("http://localhost:8787/api"), "http://localhost:8787");
    }
}
