//! The digest's way to the team channel.

use tributary_domain::{
    digest::delivery::{Answer, Cause, of_status},
    rules::Rules,
};

use crate::{
    edge::Edge,
    jobs::notice::{self, Posted},
};

/// The channel that a digest is posted to, if there is one.
pub(super) fn name(edge: &Edge, rules: &Rules) -> Option<String> {
    edge.config.team_channel.is_some().then(|| rules.digest.channel.clone().unwrap_or_else(|| "team".to_owned()))
}

/// Posts to the channel called `name`.
pub(super) async fn post(edge: &Edge, _name: &str, text: &str, link: Option<&str>) -> Answer {
    match notice::send(edge, text, link).await {
        Posted::Nowhere => Answer::Never(Cause::NotConfigured),
        Posted::Answered { status, retry_after } => of_status(status, retry_after, None),
        Posted::Silence => Answer::Silence,
    }
}
