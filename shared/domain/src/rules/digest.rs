//! When the digest goes out, and to whom.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DigestRules, TeamChannel, Workspace,
    check::{span_or, zone},
    de::Text,
    document,
    error::Fault,
    notices::known_channel,
    people, read,
};
use crate::time::Span;

/// Digests are kept at least this long.
const LEAST_KEPT: Span = Span::days(14);
/// More would be a mailing list.
const RECIPIENTS: usize = 50;

pub(super) fn digest(
    from: &document::Digest,
    workspace: &Workspace,
    channels: &BTreeMap<String, TeamChannel>,
) -> Result<DigestRules, Fault> {
    let mut days = BTreeSet::new();
    match &from.days {
        None => days.extend(0..5),
        Some(named) => {
            for text in named {
                days.extend(read::days(text)?);
            }
        }
    }
    let mut recipients: Vec<String> = Vec::new();
    for text in &from.recipients {
        let refused = |why: String, hint: &str| Fault::new(text.span(), why).hint(hint);
        let address = people::address(text).map_err(|fault| fault.hint("name addresses as in \"mia@example.com\""))?;
        if address.contains(|one: char| one.is_control() || "<>\",;".contains(one)) {
            return Err(refused(
                format!("`{}` is no single e-mail address", text.get_ref()),
                "name each address by itself",
            ));
        }
        if recipients.contains(&address) {
            return Err(refused(format!("`{address}` is named twice"), "each address gets one mail"));
        }
        recipients.push(address);
        if recipients.len() > RECIPIENTS {
            return Err(refused(
                format!("these are more than {RECIPIENTS} recipients"),
                "give a mailing list's address instead",
            ));
        }
    }
    Ok(DigestRules {
        at: from.at.as_ref().map_or(Ok(9 * 60), read::minutes)?,
        days,
        zone: from.time_zone.as_ref().map_or_else(|| Ok(workspace.hours.zone.clone()), zone)?,
        recipients,
        channel: from.channel.as_ref().map(|name| known_channel(name, channels)).transpose()?,
        silent_after: span_or(from.silent_after.as_ref(), Span::days(1))?,
        keep: keep(from.keep.as_ref())?,
    })
}

/// Averages look back a week, and a mail is tried for hours.
fn keep(text: Option<&Text>) -> Result<Span, Fault> {
    let kept = span_or(text, Span::days(365))?;
    match text {
        Some(text) if kept < LEAST_KEPT => {
            let why = format!("`{}` is too short: a digest compares with the week before", text.get_ref());
            Err(Fault::new(text.span(), why).hint("give two weeks or more, as in \"26w\" or \"365d\""))
        }
        _ => Ok(kept),
    }
}
