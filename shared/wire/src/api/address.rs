//! Addresses, as they were sent.

/// Whether an address, as it was sent, has a segment that stands for another place: `.` or `..`, in whatever spelling.
/// Who reads an address by the rules of the web resolves these, and would answer for one that nobody asked for.
pub fn is_relative(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.split(['/', '\\']).any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_no_segments_however_they_are_written() {
        for dots in [".", "..", "%2e", "%2E%2e", ".%2E", "%2e."] {
            let path = format!("/api/v1/threads/{dots}");
            for url in
                [format!("{path}/messages"), format!("https://inbox.example{path}?x=1"), format!("/api\\{dots}\\v1")]
            {
                assert!(is_relative(&url), "{url}");
            }
        }
        for path in ["/api/v1/threads/thr_1", "/media/med_1.png", "/api/v1/threads/...", "/t?x=/../", "/t#/./"] {
            assert!(!is_relative(path), "{path}");
        }
    }
}
