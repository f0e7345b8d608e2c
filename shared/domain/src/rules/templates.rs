//! Templates of a document.

use crate::sorted::Map;

use super::{
    Template, Topic,
    check::slug,
    document,
    error::Fault,
    people::language,
    tree::{Table, Text},
};

/// Most templates: more than a person finds their way in.
const MOST: usize = 200;
/// Longest title, in characters.
const TITLE: usize = 80;
/// Longest text, in characters: none of the channels takes more.
const TEXT: usize = 4096;

pub(super) fn templates(
    from: Table<document::Template>,
    topics: &Map<String, Topic>,
) -> Result<Map<String, Template>, Fault> {
    let mut templates = Map::new();
    for (name, one) in from {
        slug(&name)?;
        if templates.len() == MOST {
            return Err(Fault::new(name.span(), format!("there are more than {MOST} templates"))
                .hint("remove those that nobody uses"));
        }
        let template = Template {
            title: title(&one.title)?,
            text: text(&one.text)?,
            topic: one.topic.as_ref().map(|name| topic(name, topics)).transpose()?,
            language: one.language.as_ref().map(language).transpose()?,
        };
        templates.insert(name.into_inner(), template);
    }
    Ok(templates)
}

fn title(given: &Text) -> Result<String, Fault> {
    let title = given.get_ref().split_whitespace().collect::<Vec<_>>().join(" ");
    if title.is_empty() || title.chars().count() > TITLE {
        return Err(Fault::new(given.span(), format!("a title has 1 to {TITLE} characters"))
            .hint("say in a few words what the template is for"));
    }
    Ok(title)
}

/// Lines stay as they are written; empty ones around them belong to the quotes.
fn text(given: &Text) -> Result<String, Fault> {
    let text = given.get_ref().trim();
    if text.is_empty() || text.chars().count() > TEXT {
        return Err(Fault::new(given.span(), format!("a template's text has 1 to {TEXT} characters"))
            .hint("write how the reply begins; whoever sends it finishes it"));
    }
    Ok(text.to_owned())
}

fn topic(name: &Text, topics: &Map<String, Topic>) -> Result<String, Fault> {
    if topics.contains_key(name.get_ref()) {
        return Ok(name.get_ref().clone());
    }
    Err(Fault::new(name.span(), format!("there is no topic `{}`", name.get_ref()))
        .meant(name.get_ref(), topics.keys().map(String::as_str))
        .or_hint(format!("add [topics.{}], or leave `topic` out", name.get_ref())))
}
