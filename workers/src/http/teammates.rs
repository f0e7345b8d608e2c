//! The people who answer: invited, changed, let in.

use serde_json::json;
use tributary_domain::{bounds::TEAMMATE_NAME, id::TeammateId, rules::Rules, time::Timestamp};
use tributary_wire::{
    api::{
        session::SignInLinkItem,
        teammate::{self, InviteRequest, InvitedItem, Role, TeamItem, TeammateItem, TeammateRequest},
    },
    objects::RosterCall,
};
use worker::Response;

use super::{
    body,
    call::{self, Call},
    guard::Person,
    live, page,
    problem::{Code, Refused},
    rules, session,
};
use crate::{
    clock,
    d1::{self, audit, gave, sessions, teammates::TeammateRow, together},
    digest::mail,
    seal::Token,
};

/// A name as it is kept.
pub(super) fn name(given: &str) -> Result<String, Refused> {
    teammate::name(given).ok_or_else(|| {
        Refused::new(Code::Invalid, format!("Give a name of 1 to {TEAMMATE_NAME} characters.")).field("name")
    })
}

/// An address as it is kept.
pub(super) fn email(given: &str) -> Result<String, Refused> {
    teammate::email(given).ok_or_else(|| Refused::new(Code::Invalid, "Give an e-mail address.").field("email"))
}

/// A teammate as the API shows them.
pub(super) fn item(row: &TeammateRow, rules: &Rules, counts: &[(String, u32)], now: Timestamp) -> TeammateItem {
    let count = counts.iter().find(|(id, _)| id == row.id.as_str());
    TeammateItem {
        id: row.id.clone(),
        name: row.name.clone(),
        email: row.email.clone(),
        role: row.role,
        enabled: row.enabled(),
        invited: row.enabled() && row.invited(),
        on_shift: row.enabled() && !row.invited() && rules.hours(&row.email).at_work(now),
        open_threads: count.map_or(0, |(_, open)| *open),
    }
}

pub(super) async fn list(call: &Call) -> Result<Response, Refused> {
    let rules = d1::rules::current(&call.edge).await?;
    let counts = d1::teammates::open_threads(&call.edge, None).await?;
    let rows = d1::teammates::all(&call.edge).await?;
    let items = rows.iter().map(|row| item(row, &rules.rules, &counts, call.now)).collect();
    call::json(200, &page::page(call, items, None).await?)
}

pub(super) async fn teams(call: &Call) -> Result<Response, Refused> {
    let rules = d1::rules::current(&call.edge).await?;
    let rows = d1::teammates::all(&call.edge).await?;
    let items = rules.rules.teams.iter().map(|(id, team)| {
        let belongs =
            |row: &&TeammateRow| rules.rules.teammates.get(&row.email).is_some_and(|one| one.teams.contains(id));
        TeamItem {
            id: id.clone(),
            name: team.name.clone(),
            members: rows.iter().filter(belongs).map(|row| row.id.clone()).collect(),
        }
    });
    call::json(200, &page::page(call, items.collect(), None).await?)
}

/// Nobody makes anybody more than they are themselves, nor touches who is more.
fn within(person: &Person, role: Role) -> Result<(), Refused> {
    if role <= person.teammate.role {
        return Ok(());
    }
    let detail = "You can neither give a role above your own nor change somebody who has one.";
    Err(Refused::new(Code::RoleTooHigh, detail).field("role"))
}

pub(super) async fn invite(call: &mut Call, person: &Person) -> Result<Response, Refused> {
    let request: InviteRequest = body::json(call).await?;
    within(person, request.role)?;
    let (name, email) = (name(&request.name)?, email(&request.email)?);
    let id = TeammateId::from_bytes(&clock::random::<16>()?);
    let row = TeammateRow::new(id, email, name, request.role);
    let (token, expires_at) = (Token::random()?, call.now.plus(sessions::LINK));
    let detail = json!({ "teammate": row.id, "role": row.role });
    let statements = vec![
        d1::teammates::add(&row, call.now),
        audit::entry_if_changed(call.now, Some(&person.teammate.id), "teammateInvited", detail)?,
        sessions::add_link(&token.digest, &row.id, expires_at),
    ];
    let results = together(&call.edge, "invite_teammate", statements).await?;
    d1::teammates::forget();
    let added = gave("invite_teammate", &results, 0)?;
    if !added {
        let detail = "A teammate has this address already. Make them a new sign-in link instead.";
        return Err(Refused::new(Code::EmailTaken, detail).field("email"));
    }
    rules::tell_roster(call, RosterCall::MembersChanged);
    let rules = d1::rules::current(&call.edge).await?;
    let teammate = item(&row, &rules.rules, &[], call.now);
    call::json(201, &InvitedItem { teammate, link: link_item(call, &token, expires_at) })
}

fn link_item(call: &Call, token: &Token, expires_at: Timestamp) -> SignInLinkItem {
    // Behind `#`, the token is sent to no server and stands in no log.
    SignInLinkItem { url: format!("{}/signin#token={}", call.origin(), token.text), expires_at }
}

async fn found(call: &Call, given: &str) -> Result<TeammateRow, Refused> {
    let missing = || Refused::not_found("teammate");
    let id = TeammateId::parse(given).map_err(|_| missing())?;
    d1::teammates::find(&call.edge, &id).await?.ok_or_else(missing)
}

pub(super) async fn change(call: &mut Call, person: &Person, given: &str) -> Result<Response, Refused> {
    let request: TeammateRequest = body::json(call).await?;
    let before = found(call, given).await?;
    within(person, before.role)?;
    let role = request.role.unwrap_or(before.role);
    within(person, role)?;
    let enabled = request.enabled.unwrap_or(before.enabled());
    let name = request.name.as_deref().map_or_else(|| Ok(before.name.clone()), name)?;
    let detail = json!({
        "teammate": before.id, "role": { "from": before.role, "to": role },
        "enabled": { "from": before.enabled(), "to": enabled }, "renamed": name != before.name,
    });
    // At once: what somebody has open ends with their being disabled.
    let statements = vec![
        d1::teammates::change(&before, &name, role, enabled),
        audit::entry_if_changed(call.now, Some(&person.teammate.id), "teammateChanged", detail)?,
        sessions::end_disabled(&before.id),
        sessions::forget_disabled_links(&before.id),
    ];
    let results = together(&call.edge, "change_teammate", statements).await?;
    d1::teammates::forget();
    if !gave("change_teammate", &results, 0)? {
        return Err(unchanged(&found(call, given).await?, &before));
    }
    live::close(call, sessions::ended(&results, 2)?);
    rules::tell_roster(call, RosterCall::MembersChanged);
    let rules = d1::rules::current(&call.edge).await?;
    let counts = d1::teammates::open_threads(&call.edge, Some(&before.id)).await?;
    call::json(200, &item(&found(call, given).await?, &rules.rules, &counts, call.now))
}

/// Signs somebody out everywhere.
pub(super) async fn sign_out(call: &Call, person: &Person, given: &str) -> Result<Response, Refused> {
    let row = found(call, given).await?;
    within(person, row.role)?;
    session::end_all(call, person, &row.id, None).await
}

fn unchanged(now: &TeammateRow, before: &TeammateRow) -> Refused {
    if now.role == before.role && now.role == Role::Owner {
        let detail = "They are the last owner who can sign in. Make somebody else an owner first.";
        return Refused::new(Code::LastOwner, detail);
    }
    Refused::new(Code::TeammateChanged, "Somebody changed their role just now. Look again and decide anew.")
}

pub(super) async fn link(call: &Call, person: &Person, given: &str) -> Result<Response, Refused> {
    let row = found(call, given).await?;
    // Whoever has the link is that person.
    within(person, row.role)?;
    if !row.enabled() {
        return Err(Refused::new(Code::TeammateDisabled, "Enable them first."));
    }
    let for_another = row.id != person.teammate.id;
    let (token, expires_at) = (Token::random()?, call.now.plus(sessions::LINK));
    let detail = json!({ "teammate": row.id, "forAnother": for_another });
    let statements = vec![
        sessions::forget_links(&row.id),
        sessions::add_link(&token.digest, &row.id, expires_at),
        sessions::made_link(&token.digest, &row.id, &person.teammate.id, call.now),
        audit::entry(call.now, Some(&person.teammate.id), "linkMade", detail)?,
    ];
    together(&call.edge, "make_link", statements).await?;
    if for_another {
        tell_of_link(call, person, row);
    }
    call::json(201, &link_item(call, &token, expires_at))
}

/// Writes to somebody that another made a link by which one is them, where mail can be sent. The inbox says so in any
/// case, wherever they are signed in.
fn tell_of_link(call: &Call, person: &Person, row: TeammateRow) {
    let (edge, origin, by) = (call.edge.clone(), call.origin().to_owned(), person.teammate.name.clone());
    call.afterwards("mail of a link", async move {
        let text = format!(
            "{by} made a sign-in link for you at {origin}. Whoever opens it is signed in as you.\n\n\
             If you asked for it, all is well. If you did not, ask {by} what it is for: the page Team shows where you \
             are signed in, and signs you out there.\n"
        );
        let subject = "A sign-in link was made for you".to_owned();
        let request = format!("link-{}-{}", row.id, clock::now().millis());
        mail::send(&edge, &row.email, &mail::Letter { subject, text, html: None }, &request).await;
        Ok(())
    });
}
