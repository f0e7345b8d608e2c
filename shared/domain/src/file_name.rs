//! Names of files: customers give them, and other people's programs read them.

/// The longest name that is kept, in characters.
const LONGEST: usize = 200;

/// What a file is called whose name holds nothing.
const NAMELESS: &str = "file";

/// A name that no header, no address and no file system takes amiss, and that reads as what it is. Signs that are not
/// seen leave it: marks of writing direction can make `exe` read as the middle of a name.
pub fn tidy(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|one| !one.is_control() && !is_unseen(*one)).take(LONGEST).collect();
    let kept = kept.trim().trim_start_matches('.').trim_start();
    if kept.is_empty() { NAMELESS.to_owned() } else { kept.to_owned() }
}

/// Whether a sign has no shape of its own: marks of writing direction, of zero width, and fillers that look like
/// nothing. <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
pub const fn is_unseen(one: char) -> bool {
    matches!(
        one,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_and_no_paths() {
        for (given, kept) in [
            ("photo.jpg", "photo.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\a.pdf", "a.pdf"),
            ("a\r\nSet-Cookie: b", "aSet-Cookie: b"),
            (".htaccess", "htaccess"),
            (" ", "file"),
            ("..", "file"),
        ] {
            assert_eq!(tidy(given), kept);
        }
        assert_eq!(tidy(&"é".repeat(500)).chars().count(), LONGEST);
    }

    #[test]
    fn signs_that_are_not_seen_leave_a_name() {
        assert_eq!(tidy("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(tidy("\u{2066}in\u{200b}voice\u{2069}\u{feff}.pdf"), "invoice.pdf");
        for mark in "\u{200b}\u{200c}\u{200d}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2060}\u{2066}\u{2067}\u{2068}\u{2069}\u{61c}\u{feff}\u{ad}\u{180e}\u{e0041}".chars() {
            assert_eq!(tidy(&format!("a{mark}b{mark}.pdf{mark}")), "ab.pdf", "{:x}", mark as u32);
            assert_eq!(tidy(&mark.to_string()), "file");
        }
        assert_eq!(tidy("رسالة.pdf"), "رسالة.pdf", "letters that are written from right to left stay");
    }
}
