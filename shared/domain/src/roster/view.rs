//! What the roster has to know of a thread.

use serde::{Deserialize, Serialize};

use super::RosterInput;
use crate::{
    id::TeammateId,
    label,
    owner::Owner,
    routing::{Answered, RoutingRequest},
    thread::{Status, Thread},
    time::Timestamp,
};

/// A thread as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RosterView {
    pub version: u64,
    /// Whether it asks for anything.
    pub open: bool,
    pub owner: Owner,
    /// Who chose the owner, when a person did.
    pub owner_by: Option<TeammateId>,
    /// The rules have yet to choose an owner.
    pub to_route: bool,
    pub request: RoutingRequest,
    /// Since when its customer waits.
    pub since: Timestamp,
}

impl Thread {
    /// What the roster has to know of it.
    pub fn roster_view(&self) -> RosterView {
        let labels = self.labelling.labels.current().map(|set| set.labels);
        RosterView {
            version: self.version,
            open: self.status == Status::Open && self.opened_at.is_some(),
            owner: self.assignment.owner.clone(),
            owner_by: self.assignment.chosen_by.clone(),
            to_route: self.assignment.to_route,
            request: RoutingRequest {
                thread: self.id.clone(),
                account: self.account.clone(),
                contact: self.contact_id(),
                topic: labels.as_ref().map_or_else(|| label::OTHER.to_owned(), |labels| labels.topic.clone()),
                urgency: self.labelling.urgency(),
                language: labels.map_or_else(|| label::UNDETERMINED.to_owned(), |labels| labels.language),
                last_answered: self.questions.answered_by.clone().map(|(at, by)| Answered { by, at }),
                cause: self.cause(),
            },
            since: self.questions.asked_at().or(self.opened_at).unwrap_or_default(),
        }
    }
}

impl From<RosterView> for RosterInput {
    fn from(view: RosterView) -> Self {
        let RosterView { version, open, owner, owner_by, to_route, request, since } = view;
        match (open, to_route, owner_by) {
            (false, ..) => Self::Released { thread: request.thread, version },
            (true, true, by) => {
                let chosen = owner.teammate().filter(|_| by.is_some()).cloned();
                Self::Assign { request, version, since, chosen }
            }
            (true, false, Some(by)) => Self::Reassigned { request, version, since, owner, by },
            (true, false, None) => Self::Owned { request, version, since, owner },
        }
    }
}
