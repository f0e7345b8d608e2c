//! Templates of a document.

use std::collections::BTreeMap;

use super::{
    Template, Topic,
    check::slug,
    de::Text,
    document::{self, Table},
    error::Fault,
    people::language,
};

/// Most templates: more than a person finds their way in.
const MOST: usize = 200;
/// Longest title, in characters.
const TITLE: usize = 80;
/// Longest text, in characters: none of the channels takes more.
const TEXT: usize = 4096;

pub(super) fn templates(
    from: Table<document::Template>,
    topics: &BTreeMap<String, Topic>,
) -> Result<Vec<Template>, Fault> {
    let mut templates = Vec::new();
    for (name, one) in from {
        slug(&name)?;
        if templates.len() == MOST {
            return Err(
                Fault::new(name.span(), "there are more than 200 templates").hint("remove those that nobody uses")
            );
        }
        let title = one.title.get_ref().split_whitespace().collect::<Vec<_>>().join(" ");
        if !fits(&title, TITLE) {
            return Err(Fault::new(one.title.span(), "a title has 1 to 80 characters")
                .hint("say in a few words what the template is for"));
        }
        // Lines stay as they are written; empty ones around them belong to the quotes.
        let text = one.text.get_ref().trim();
        if !fits(text, TEXT) {
            return Err(Fault::new(one.text.span(), "a template's text has 1 to 4096 characters")
                .hint("write how the reply begins; whoever sends it finishes it"));
        }
        templates.push(Template {
            title,
            text: text.to_owned(),
            topic: one.topic.as_ref().map(|name| topic(name, topics)).transpose()?,
            language: one.language.as_ref().map(language).transpose()?,
            name: name.into_inner(),
        });
    }
    Ok(templates)
}

fn fits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.chars().count() <= most
}

fn topic(name: &Text, topics: &BTreeMap<String, Topic>) -> Result<String, Fault> {
    if topics.contains_key(name.get_ref()) {
        return Ok(name.get_ref().clone());
    }
    Err(Fault::new(name.span(), format!("there is no topic `{}`", name.get_ref()))
        .meant(name.get_ref(), topics.keys().map(String::as_str))
        .or_hint(format!("add [topics.{}], or leave `topic` out", name.get_ref())))
}
