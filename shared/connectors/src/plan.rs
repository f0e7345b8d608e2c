//! Cutting a reply into calls, and holding it against what its channel takes. The same for every platform.

use tributary_domain::{
    capability::{Capabilities, Feature, MediaLimit, TextLimit, TextUnit},
    event::AttachmentKind,
    outbound::{Draft, DraftMedia, Part, PartMedia, Unsendable},
};

use crate::registry;

/// How one platform puts files and words together.
#[derive(Debug)]
pub struct Rules {
    /// Whether a file of this kind can carry words.
    pub(crate) captioned: fn(&AttachmentKind) -> bool,
    /// Files of the same family that follow each other travel in one call; `None` travels alone.
    pub(crate) family: fn(&PartMedia) -> Option<u8>,
    /// Most files of one call.
    pub(crate) together: usize,
}

/// The calls of a reply in their order: files first, then words; words go under a single file where they fit.
/// What is quoted is quoted by the first call.
pub(crate) fn parts(channel: &Capabilities, rules: &Rules, draft: &Draft) -> Result<Vec<Part>, Unsendable> {
    check(channel, draft)?;
    let items = draft.attachments.iter().map(|file| fit(channel, file)).collect::<Result<Vec<_>, _>>()?;
    let mut groups = grouped(items, rules);
    let text = Some(&draft.text).filter(|text| !text.trim().is_empty());
    let under = text.filter(|text| {
        let fits = channel.caption.is_some_and(|limit| limit.allows(text));
        let carried = groups.len() == 1 && groups.iter().flatten().all(|item| (rules.captioned)(&item.kind));
        fits && carried
    });
    let mut quote = draft.quote.clone();
    let mut parts: Vec<Part> =
        groups.drain(..).map(|items| Part::Media { items, caption: under.cloned(), quote: quote.take() }).collect();
    if let Some(text) = text.filter(|_| under.is_none()) {
        within(channel, channel.text, text)?;
        parts.push(Part::Text { text: text.clone(), quote });
    }
    Ok(parts)
}

/// The one call of a private reply, on the channel where it will stand: words alone.
pub(crate) fn private(channel: &Capabilities, draft: &Draft) -> Result<Vec<Part>, Unsendable> {
    if !draft.attachments.is_empty() {
        return Err(Unsendable::PrivateFiles);
    }
    check(channel, draft)?;
    within(channel, channel.text, &draft.text)?;
    Ok(vec![Part::Text { text: draft.text.clone(), quote: None }])
}

fn check(channel: &Capabilities, draft: &Draft) -> Result<(), Unsendable> {
    if draft.text.trim().is_empty() && draft.attachments.is_empty() {
        return Err(Unsendable::Empty);
    }
    registry::require(channel, Feature::Reply)?;
    if draft.quote.is_some() {
        registry::require(channel, Feature::Quote)?;
    }
    if !draft.attachments.is_empty() {
        registry::require(channel, Feature::Attach)?;
    }
    if draft.attachments.len() > channel.attachments {
        return Err(Unsendable::TooManyFiles {
            actual: draft.attachments.len(),
            max: channel.attachments,
            channel: channel.channel.to_string(),
        });
    }
    Ok(())
}

fn within(channel: &Capabilities, limit: TextLimit, text: &str) -> Result<(), Unsendable> {
    let actual = limit.measure(text);
    if actual <= limit.max {
        return Ok(());
    }
    let unit = match limit.unit {
        TextUnit::Bytes => "bytes",
        TextUnit::Characters => "characters",
        TextUnit::Utf16 => "UTF-16 units",
    };
    Err(Unsendable::TooLong { actual, max: limit.max, unit, channel: channel.channel.to_string() })
}

fn fit(channel: &Capabilities, file: &DraftMedia) -> Result<PartMedia, Unsendable> {
    // `text/plain; charset=utf-8` and `TEXT/PLAIN` are `text/plain`.
    let mime = file.mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = |limit: &&MediaLimit| limit.mime == mime;
    let any = |limit: &&MediaLimit| limit.mime == "*/*";
    let limit = channel.media.iter().find(known).or_else(|| channel.media.iter().find(any)).ok_or_else(|| {
        Unsendable::MediaType {
            mime: mime.clone(),
            allowed: channel.media.iter().map(|limit| limit.mime).collect::<Vec<_>>().join(", "),
            channel: channel.channel.to_string(),
        }
    })?;
    if file.size > limit.max_bytes {
        return Err(Unsendable::MediaSize {
            name: file.name.clone(),
            mime,
            actual: file.size,
            max: limit.max_bytes,
            channel: channel.channel.to_string(),
        });
    }
    Ok(PartMedia { file: DraftMedia { mime, ..file.clone() }, kind: limit.kind.clone() })
}

fn grouped(items: Vec<PartMedia>, rules: &Rules) -> Vec<Vec<PartMedia>> {
    let mut groups: Vec<(Option<u8>, Vec<PartMedia>)> = Vec::new();
    for item in items {
        let family = (rules.family)(&item);
        match groups.last_mut() {
            Some((last, group)) if family.is_some() && *last == family && group.len() < rules.together => {
                group.push(item);
            }
            _ => groups.push((family, vec![item])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
