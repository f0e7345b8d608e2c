//! A digest as the HTML of a mail. Styles are inline and name no colour of text or ground, so that it reads on light
//! and dark alike; nothing is fetched.

use super::{
    Digest,
    sections::{day, headline, link, sections},
    text::footing,
};
use crate::notice::Telling;

const BODY: &str = "margin:0;padding:24px;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const H1: &str = "margin:0 0 4px;font-size:20px;line-height:1.3;font-weight:600";
const H2: &str = "margin:28px 0 4px;font-size:14px;font-weight:600";
const SMALL: &str = "margin:0;font-size:13px;opacity:.75";
const FOOT: &str = "margin:28px 0 0;font-size:13px;opacity:.75";
const ROW: &str = "padding:8px 0;border-top:1px solid rgba(128,128,128,.3);vertical-align:top";
const SIDE: &str = ";padding-left:16px;font-size:13px;opacity:.75";
const LINK: &str = "color:inherit;text-decoration:underline";

pub(super) fn mail(digest: &Digest) -> String {
    let mut html = String::new();
    let mut add = |parts: &[&str]| parts.iter().for_each(|part| html.push_str(part));
    add(&[
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">",
        "<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"><title>",
        &escaped(&digest.subject()),
        "</title></head><body style=\"",
        BODY,
        "\"><div style=\"max-width:640px;margin:0 auto\">",
        &block("h1", H1, &headline(digest)),
        &block("p", SMALL, &format!("{}, {}", digest.workspace, day(digest))),
    ]);
    for section in sections(digest, Telling::Summaries) {
        add(&[
            &block("h2", H2, &section.title),
            "<table role=\"presentation\" width=\"100%\" style=\"border-collapse:collapse\">",
        ]);
        for item in &section.items {
            add(&["<tr><td style=\"", ROW, "\">", &linked(&item.words, item.link.as_deref())]);
            if section.short {
                add(&["</td><td align=\"right\" style=\"", ROW, SIDE, "\">", &escaped(&item.aside)]);
            } else if !item.aside.is_empty() {
                add(&[&block("p", SMALL, &item.aside)]);
            }
            add(&["</td></tr>"]);
        }
        add(&["</table>"]);
    }
    add(&[&block("p", FOOT, &footing(digest))]);
    if let Some(link) = link(digest, "/digest") {
        add(&["<p style=\"", SMALL, "\">", &linked("Read it in the inbox", Some(&link)), "</p>"]);
    }
    add(&["</div></body></html>"]);
    html
}

fn block(tag: &str, style: &str, words: &str) -> String {
    format!("<{tag} style=\"{style}\">{}</{tag}>", escaped(words))
}

fn linked(words: &str, link: Option<&str>) -> String {
    match link {
        // Only addresses of our own making come here, and none but the web's.
        Some(link) if link.starts_with("https://") || link.starts_with("http://") => {
            format!("<a href=\"{}\" style=\"{LINK}\">{}</a>", escaped(link), escaped(words))
        }
        _ => escaped(words),
    }
}

/// Words that stay words.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
