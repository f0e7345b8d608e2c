//! The digest's way to the team channel.

use tributary_domain::{
    digest::{
        Digest,
        delivery::{Answer, Cause, of_status},
    },
    id::DigestId,
    rules::Rules,
};
use tributary_wire::view::Told;

use crate::{
    edge::Edge,
    jobs::notice::{self, Channel},
};

/// What the installation's own channel is called, which has no name in the rules.
const OWN: &str = "team";

/// The channel that a digest is posted to, if there is one.
pub(super) fn name(edge: &Edge, rules: &Rules) -> Option<String> {
    let chosen = rules.digest.channel.as_deref().and_then(|name| notice::named(edge, rules, name));
    let channel = chosen.or_else(|| notice::usual(edge, rules))?;
    Some(channel.name.unwrap_or_else(|| OWN.to_owned()))
}

/// Posts to the channel called `name`, as far as it may be told.
pub(super) async fn post(edge: &Edge, rules: &Rules, name: &str, id: &DigestId, digest: &Digest) -> Answer {
    let usual = || notice::usual(edge, rules).filter(|_| name == OWN);
    let Some(channel) = notice::named(edge, rules, name).or_else(usual).filter(Channel::reachable) else {
        return Answer::Never(Cause::NotConfigured);
    };
    let mut parts = digest.post(channel.disclosure).into_iter();
    let told = Told {
        key: id.to_string(),
        kind: "digest",
        text: parts.next().unwrap_or_default(),
        parts: parts.collect(),
        link: digest.origin.as_ref().map(|origin| format!("{origin}/digest")),
        summary: None,
    };
    match channel.post(&told).await {
        Some((status, after)) => of_status(status, after.map(u64::from), None),
        None => Answer::Silence,
    }
}
