//! Topics, triage and urgency of a document.

use std::collections::BTreeMap;

use toml::Spanned;

use super::{
    Backup, Topic, Triage, UrgencyFloor, UrgencyRules,
    check::{Names, slug},
    de::Text,
    document::{self, Table},
    error::Fault,
};
use crate::label::{OTHER, Phrase, Urgency};

/// Most topics: each is a line of the question put to a model.
const MOST: usize = 100;
/// Most examples of a topic.
const EXAMPLES: usize = 5;
/// Longest example, in characters.
const EXAMPLE: usize = 200;

pub(super) fn topics(from: Table<document::Topic>, names: &Names<'_>) -> Result<BTreeMap<String, Topic>, Fault> {
    let mut topics = BTreeMap::new();
    for (name, one) in from {
        slug(&name)?;
        if topics.len() == MOST {
            return Err(Fault::new(name.span(), format!("there are more than {MOST} topics"))
                .hint("join the ones that the same people answer"));
        }
        let description = one.description.get_ref().split_whitespace().collect::<Vec<_>>().join(" ");
        if description.is_empty() || description.chars().count() > 300 {
            return Err(Fault::new(one.description.span(), "a description has 1 to 300 characters")
                .hint("say in a sentence what belongs to the topic"));
        }
        let topic = Topic {
            description,
            keywords: phrases(&one.keywords)?,
            examples: examples(&one.examples)?,
            urgency_floor: one.urgency_floor.unwrap_or(Urgency::Low),
            owners: one.owners.iter().map(|owner| names.teammate(owner)).collect::<Result<_, _>>()?,
            team: one.team.as_ref().map(|team| names.team(team)).transpose()?,
            backup: one.backup.as_ref().map(|name| backup(name, names)).transpose()?,
        };
        if let (Some(Backup::Teammate(email)), [owner]) = (&topic.backup, topic.owners.as_slice())
            && email == owner
        {
            let span = one.backup.as_ref().map_or(0..0, Spanned::span);
            return Err(
                Fault::new(span, format!("`{email}` cannot stand in for themselves")).hint("name somebody else")
            );
        }
        topics.insert(name.into_inner(), topic);
    }
    topics.entry(OTHER.to_owned()).or_insert_with(|| Topic {
        description: "Anything that fits no other topic.".to_owned(),
        keywords: Vec::new(),
        examples: Vec::new(),
        urgency_floor: Urgency::Low,
        owners: Vec::new(),
        team: None,
        backup: None,
    });
    Ok(topics)
}

pub(super) fn triage(from: &document::Triage, names: &Names<'_>) -> Result<Triage, Fault> {
    Ok(Triage {
        team: from.team.as_ref().map(|team| names.team(team)).transpose()?,
        backup: from.backup.as_ref().map(|name| backup(name, names)).transpose()?,
    })
}

pub(super) fn urgency(from: &document::Cues) -> Result<UrgencyRules, Fault> {
    let mut cues = Vec::new();
    for (urgency, texts) in [(Urgency::Urgent, &from.urgent), (Urgency::High, &from.high), (Urgency::Low, &from.low)] {
        cues.extend(phrases(texts)?.into_iter().map(|phrase| (urgency, phrase)));
    }
    let floor =
        |floor: &document::Floor| Ok(UrgencyFloor { phrases: phrases(&floor.words)?, at_least: floor.at_least });
    Ok(UrgencyRules {
        built_in_cues: from.built_in.unwrap_or(true),
        cues,
        floors: from.floors.iter().map(floor).collect::<Result<_, Fault>>()?,
    })
}

/// An e-mail address is a teammate, anything else a team.
fn backup(name: &Text, names: &Names<'_>) -> Result<Backup, Fault> {
    if name.get_ref().contains('@') {
        names.teammate(name).map(Backup::Teammate)
    } else {
        names.team(name).map(Backup::Team)
    }
}

fn examples(texts: &[Text]) -> Result<Vec<String>, Fault> {
    if let Some(text) = texts.get(EXAMPLES) {
        return Err(Fault::new(text.span(), format!("a topic has at most {EXAMPLES} examples"))
            .hint("keep those that a model gets wrong"));
    }
    let read = |text: &Text| {
        let line = text.get_ref().split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = !line.is_empty() && line.chars().count() <= EXAMPLE;
        fits.then_some(line).ok_or_else(|| {
            Fault::new(text.span(), format!("an example has 1 to {EXAMPLE} characters"))
                .hint("write one short message, as a customer might")
        })
    };
    texts.iter().map(read).collect()
}

fn phrases(texts: &[Text]) -> Result<Vec<Phrase>, Fault> {
    let read = |text: &Text| {
        Phrase::parse(text.get_ref()).filter(|_| text.get_ref().len() <= 200).ok_or_else(|| {
            Fault::new(text.span(), format!("`{}` is nothing that can be looked for", text.get_ref()))
                .hint("write words, as in \"money back\" or \"refund*\"")
        })
    };
    texts.iter().map(read).collect()
}
