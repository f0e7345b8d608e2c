//! A digest as the HTML of a mail. Styles are inline and name no colour of text or ground, so that it reads on light
//! and dark alike; nothing is fetched.

use maud::{DOCTYPE, Markup, html};

use tributary_domain::{digest::Digest, notice::Disclosure};

use super::{
    sections::{day, headline, link, sections, subject},
    text::footing,
};

const BODY: &str = "margin:0;padding:24px;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const H1: &str = "margin:0 0 4px;font-size:20px;line-height:1.3;font-weight:600";
const H2: &str = "margin:28px 0 4px;font-size:14px;font-weight:600";
const SMALL: &str = "margin:0;font-size:13px;opacity:.75";
const FOOT: &str = "margin:28px 0 0;font-size:13px;opacity:.75";
const ROW: &str = "padding:8px 0;border-top:1px solid rgba(128,128,128,.3);vertical-align:top";
const SIDE: &str = ";padding-left:16px;font-size:13px;opacity:.75";
const LINK: &str = "color:inherit;text-decoration:underline";

pub(crate) fn mail(digest: &Digest) -> String {
    let mail = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width";
                meta name="color-scheme" content="light dark";
                title { (subject(digest)) }
            }
            body style=(BODY) {
                div style="max-width:640px;margin:0 auto" {
                    h1 style=(H1) { (headline(digest)) }
                    p style=(SMALL) { (digest.workspace) ", " (day(digest)) }
                    @for section in sections(digest, Disclosure::Summaries) {
                        h2 style=(H2) { (section.title) }
                        table role="presentation" width="100%" style="border-collapse:collapse" {
                            @for item in &section.items {
                                tr {
                                    td style=(ROW) {
                                        (linked(&item.words, item.link.as_deref()))
                                        @if !section.short && !item.aside.is_empty() { p style=(SMALL) { (item.aside) } }
                                    }
                                    @if section.short { td align="right" style={ (ROW) (SIDE) } { (item.aside) } }
                                }
                            }
                        }
                    }
                    p style=(FOOT) { (footing(digest)) }
                    @if let Some(link) = link(digest, "/digest") {
                        p style=(SMALL) { (linked("Read it in the inbox", Some(&link))) }
                    }
                }
            }
        }
    };
    mail.into_string()
}

fn linked(words: &str, link: Option<&str>) -> Markup {
    // Only addresses of our own making come here, and none but the web's.
    let web = link.filter(|link| link.starts_with("https://") || link.starts_with("http://"));
    html! {
        @if let Some(link) = web { a href=(link) style=(LINK) { (words) } } @else { (words) }
    }
}
