//! What lists have in common: pages, and the names of people.

use std::{collections::HashMap, rc::Rc};

use tributary_domain::id::{TeamId, TeammateId};
use tributary_wire::api::{
    account::AccountState,
    audit::AuditItem,
    message::MessageItem,
    page::{Cursor, FailedAccount, Meta, Page, Pagination},
    post::ListItem,
    thread::{OwnerItem, OwnerKind, ThreadItem},
};

use super::{call::Call, problem::Refused};
use crate::{
    accounts,
    d1::{self, rules::CurrentRules, teammates::TeammateRow},
};

/// A page, with the state of the accounts behind it.
pub(super) async fn page<T>(call: &Call, items: Vec<T>, next_cursor: Option<String>) -> Result<Page<T>, Refused> {
    let pagination = Pagination { has_more: next_cursor.is_some(), next_cursor };
    Ok(Page { items, pagination, meta: meta(call).await? })
}

/// The state of the accounts behind a list.
pub(super) async fn meta(call: &Call) -> Result<Meta, Refused> {
    let accounts = d1::accounts::known(&call.app).await?;
    let connected = accounts.iter().filter(|row| row.state != AccountState::Disconnected);
    let failed: Vec<FailedAccount> = connected
        .clone()
        .filter_map(|row| {
            let code = row.trouble.clone()?;
            Some(FailedAccount {
                account_id: row.id.clone(),
                platform: row.platform,
                name: row.name.clone(),
                error: accounts::advice(&code).to_owned(),
                code,
            })
        })
        .collect();
    Ok(Meta {
        accounts_queried: count(connected.count()),
        accounts_failed: count(failed.len()),
        failed_accounts: failed,
        last_updated: call.now,
    })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Where a list that shows the newest first goes on: before everything, where nothing is said.
pub(super) fn newest(cursor: Option<Cursor>) -> (i64, String) {
    cursor.map_or((1 << 52, String::new()), |cursor| (cursor.number, cursor.id))
}

/// Takes what is beyond the limit off the rows that were read, one more than that; and says where to go on, if there is
/// more.
pub(super) fn cut<T>(rows: &mut Vec<T>, limit: u32, place: impl FnOnce(&T) -> (i64, &str)) -> Option<String> {
    let limit = limit as usize;
    let more = rows.len() > limit;
    rows.truncate(limit);
    rows.last().filter(|_| more).map(place).map(|(number, id)| Cursor { number, id: id.to_owned() }.to_string())
}

pub(super) struct Names {
    teammates: HashMap<TeammateId, String>,
    rules: Rc<CurrentRules>,
}

impl Names {
    pub(super) async fn load(call: &Call) -> Result<Self, Refused> {
        let rows = d1::teammates::all(&call.app).await?;
        let named = |row: &TeammateRow| (row.id.clone(), row.name.clone());
        Ok(Self { teammates: rows.iter().map(named).collect(), rules: d1::rules::current(&call.app).await? })
    }

    pub(super) fn teammate(&self, id: &TeammateId) -> Option<String> {
        self.teammates.get(id).cloned()
    }

    pub(super) fn owner(&self, owner: &mut OwnerItem) {
        let Some(id) = owner.id.as_deref() else { return };
        owner.name = match owner.kind {
            OwnerKind::Teammate => TeammateId::parse(id).ok().and_then(|id| self.teammate(&id)),
            OwnerKind::Team => {
                let team = TeamId::parse(id).ok().and_then(|id| self.rules.rules.teams.get(&id));
                team.map(|team| team.name.clone())
            }
            OwnerKind::Unassigned => None,
        };
    }

    /// The name of a queue, by the id of its owner.
    pub(super) fn queue(&self, id: &str) -> Option<String> {
        let teammate = TeammateId::parse(id).ok().and_then(|id| self.teammate(&id));
        let team =
            || TeamId::parse(id).ok().and_then(|id| self.rules.rules.teams.get(&id)).map(|team| team.name.clone());
        teammate.or_else(team).or_else(|| (id == "unassigned").then(|| "Unassigned".to_owned()))
    }

    pub(super) fn threads(&self, items: &mut [ThreadItem]) {
        for item in items {
            self.thread(item);
        }
    }

    pub(super) fn items(&self, items: &mut [ListItem]) {
        for item in items {
            if let ListItem::Thread(item) = item {
                self.thread(item);
            }
        }
    }

    fn thread(&self, item: &mut ThreadItem) {
        self.owner(&mut item.owner);
        if let Some(author) = &mut item.last_author
            && let Some(id) = &author.id
        {
            author.name = self.teammate(id);
        }
    }

    pub(super) fn messages(&self, items: &mut [MessageItem]) {
        for author in items.iter_mut().map(|item| &mut item.author) {
            if let Some(id) = &author.id {
                author.name = self.teammate(id);
            }
        }
        for private in items.iter_mut().filter_map(|item| item.private_reply.as_mut()) {
            private.name = self.teammate(&private.by);
        }
    }

    pub(super) fn entries(&self, items: &mut [AuditItem]) {
        for actor in items.iter_mut().map(|item| &mut item.actor) {
            if let Some(id) = &actor.id {
                actor.name = self.teammate(id);
            }
        }
    }
}
