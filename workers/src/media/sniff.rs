//! What a file is, by its own bytes. What it claims to be counts for nothing, but for the one distinction that
//! bytes do not make: which of the office formats a ZIP archive is.

/// The type of whatever is not recognised.
pub(crate) const UNKNOWN: &str = "application/octet-stream";

/// Types that a browser may show in place. None of them can hold a script.
const INLINE: [&str; 12] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/3gpp",
    "video/webm",
    "audio/wav",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/aac",
];

/// Whether a browser may show a file of this type in place; all others are offered for download.
pub(crate) fn shown_inline(mime: &str) -> bool {
    INLINE.contains(&mime)
}

/// Types that are known by their bytes; whatever else the bytes may be is not recognised.
const KNOWN: [&str; 13] = [
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/webm",
    "audio/mpeg",
    "audio/ogg",
    "audio/aac",
    "audio/amr",
    "application/pdf",
    DOCUMENT,
    SHEET,
    SLIDES,
];
const DOCUMENT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const SLIDES: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

/// The type of a file.
pub(super) fn mime(bytes: &[u8], name: &str) -> &'static str {
    // The library knows few of the brands of the MP4 family, and few of the frames that MP3 begins with.
    match bytes {
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => return boxed(brand.get(..4).unwrap_or_default()),
        [0xFF, 0xF3 | 0xF2, ..] => return "audio/mpeg",
        _ => {}
    }
    match infer::get(bytes).as_ref().map(infer::Type::mime_type) {
        Some("audio/x-wav") => "audio/wav",
        Some("application/zip") => archive(name),
        Some(mime) if KNOWN.contains(&mime) => mime,
        _ if plain(bytes) => "text/plain",
        _ => UNKNOWN,
    }
}

/// The members of the MP4 family, by their brand.
fn boxed(brand: &[u8]) -> &'static str {
    match brand {
        b"M4A " | b"M4B " => "audio/mp4",
        b"qt  " => "video/quicktime",
        [b'3', b'g', b'p' | b'2', _] => "video/3gpp",
        b"heic" | b"heix" | b"mif1" | b"msf1" | b"avif" | b"avis" => UNKNOWN,
        _ => "video/mp4",
    }
}

fn archive(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "docx" => DOCUMENT,
        "xlsx" => SHEET,
        "pptx" => SLIDES,
        "zip" => "application/zip",
        _ => UNKNOWN,
    }
}

/// Words and nothing else. Markup is left out: some program would take it for what it says it is.
fn plain(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| {
        !text.trim_start().is_empty()
            && !text.contains('<')
            && text.chars().all(|one| !one.is_control() || matches!(one, '\n' | '\r' | '\t'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_what_their_bytes_say() {
        let cases: [(&[u8], &str, &str); 12] = [
            (b"\xFF\xD8\xFF\xE0..", "page.html", "image/jpeg"),
            (b"\x89PNG\r\n\x1A\n...", "a.svg", "image/png"),
            (b"GIF89a<script>", "a.gif", "image/gif"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "a", "image/webp"),
            (b"\0\0\0\x18ftypisom....", "a.mp4", "video/mp4"),
            (b"\0\0\0\x18ftypM4A ....", "a.m4a", "audio/mp4"),
            (b"OggS\0\x02", "voice.ogg", "audio/ogg"),
            (b"%PDF-1.7", "a.pdf", "application/pdf"),
            (b"PK\x03\x04....", "list.XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (b"PK\x03\x04....", "list.jar", UNKNOWN),
            ("schön\n".as_bytes(), "a.html", "text/plain"),
            (b"\0\0\0", "a.jpg", UNKNOWN),
        ];
        for (bytes, name, expected) in cases {
            assert_eq!(mime(bytes, name), expected, "{name}");
        }
    }

    #[test]
    fn nothing_that_could_run_is_shown_in_place() {
        let active: [&[u8]; 6] = [
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<?xml version='1.0'?><svg/>",
            b"<!doctype html><script>alert(1)</script>",
            b"\xEF\xBB\xBF<html>",
            b"  \n<script>",
            b"",
        ];
        for bytes in active {
            let told = mime(bytes, "image.png");
            assert!(!shown_inline(told), "{told}");
            assert_eq!(told, UNKNOWN);
        }
    }
}
