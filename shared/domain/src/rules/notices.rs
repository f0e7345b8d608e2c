//! Team channels of a document.

use std::collections::BTreeMap;

use toml::Spanned;

use crate::notice::Disclosure;

use super::{
    ChannelAddress, TeamChannel,
    check::slug,
    de::Text,
    document::{self, Table},
    error::Fault,
};

pub(super) fn known_channel(name: &Text, channels: &BTreeMap<String, TeamChannel>) -> Result<String, Fault> {
    if channels.contains_key(name.get_ref()) {
        return Ok(name.get_ref().clone());
    }
    Err(Fault::new(name.span(), format!("there is no team channel `{}`", name.get_ref()))
        .meant(name.get_ref(), channels.keys().map(String::as_str))
        .or_hint(format!("add [team_channels.{}]", name.get_ref())))
}

pub(super) fn team_channels(from: Table<document::TeamChannel>) -> Result<BTreeMap<String, TeamChannel>, Fault> {
    let read = |(name, channel): (Text, document::TeamChannel)| {
        slug(&name)?;
        let address = match (channel.url, channel.secret) {
            (Some(url), None) => ChannelAddress::Url(address(&url)?),
            (None, Some(secret)) => ChannelAddress::Secret(secret_name(secret)?),
            (Some(_), Some(_)) | (None, None) => {
                return Err(Fault::new(
                    name.span(),
                    format!("team channel `{}` has no single address", name.get_ref()),
                )
                .hint("give it a `url`, or a `secret` that names one kept out of the rules"));
            }
        };
        let disclosure = disclosure(channel.summaries.unwrap_or(false), channel.words.as_ref())?;
        Ok((name.into_inner(), TeamChannel { kind: channel.kind, address, disclosure }))
    };
    from.into_iter().map(read).collect()
}

/// Customers' words are allowed by name, and as a part of summaries: neither brings the other by surprise.
fn disclosure(summaries: bool, words: Option<&Spanned<bool>>) -> Result<Disclosure, Fault> {
    match (summaries, words.filter(|words| *words.get_ref())) {
        (false, None) => Ok(Disclosure::Bare),
        (true, None) => Ok(Disclosure::Summaries),
        (true, Some(_)) => Ok(Disclosure::Words),
        (false, Some(words)) => Err(Fault::new(words.span(), "customers' words come only where summaries do")
            .hint("set `summaries = true` as well, or leave `words` out")),
    }
}

/// Only secrets that are meant to be addresses: another one must not be sent anywhere by way of the rules.
fn secret_name(name: Text) -> Result<String, Fault> {
    let text = name.get_ref();
    let fits = text.ends_with("_CHANNEL_URL")
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    if fits {
        return Ok(name.into_inner());
    }
    Err(Fault::new(name.span(), format!("`{text}` is no secret that notices can go to"))
        .hint("its name is in capitals and ends with _CHANNEL_URL, as in \"SUPPORT_CHANNEL_URL\""))
}

/// Only addresses that a notice cannot be read on the way to; the machine itself excepted.
fn address(url: &Text) -> Result<String, Fault> {
    let text = url.get_ref();
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let fits = if let Some(rest) = text.strip_prefix("https://") {
        !host(rest).is_empty()
    } else if let Some(rest) = text.strip_prefix("http://") {
        matches!(host(rest).split(':').next(), Some("localhost" | "127.0.0.1"))
    } else {
        false
    };
    if fits && !text.contains(|one: char| one.is_whitespace() || one.is_control()) {
        return Ok(text.clone());
    }
    Err(Fault::new(url.span(), "this is no address that notices can go to").hint("it must begin with https://"))
}
