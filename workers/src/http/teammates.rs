//! The people who answer: invited, changed, let in.

use tributary_domain::{id::TeammateId, rules::Rules, time::Timestamp};
use tributary_notify::Mail;
use tributary_wire::{
    api::{
        endpoints::{ChangeTeammate, EndSessions, InviteTeammate, ListTeammates, ListTeams, MakeSignInLink},
        session::SignInLinkItem,
        teammate::{InvitedItem, Role, TeamItem, TeammateItem},
    },
    history::{Change, WorkspaceDetail},
    objects::RosterCall,
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    live, page,
    problem::{Code, Refused},
    rules, session,
};
use crate::{
    clock,
    d1::{self, gave, sessions, teammates::TeammateRow, together},
    outbox::mail,
    seal::Token,
};

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

impl Handle for ListTeammates {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rules = d1::rules::current(&call.app).await?;
        let counts = d1::teammates::open_threads(&call.app, None).await?;
        let rows = d1::teammates::all(&call.app).await?;
        let items = rows.iter().map(|row| item(row, &rules.rules, &counts, call.now)).collect();
        page::page(call, items, None).await
    }
}

impl Handle for ListTeams {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rules = d1::rules::current(&call.app).await?;
        let rows = d1::teammates::all(&call.app).await?;
        let items = rules.rules.teams.iter().map(|(id, team)| {
            let belongs =
                |row: &&TeammateRow| rules.rules.teammates.get(&row.email).is_some_and(|one| one.teams.contains(id));
            TeamItem {
                id: id.clone(),
                name: team.name.clone(),
                members: rows.iter().filter(belongs).map(|row| row.id.clone()).collect(),
            }
        });
        page::page(call, items.collect(), None).await
    }
}

/// Nobody makes anybody more than they are themselves, nor touches who is more.
fn within(person: &Person, role: Role) -> Result<(), Refused> {
    if role <= person.teammate.role {
        return Ok(());
    }
    let detail = "You can neither give a role above your own nor change somebody who has one.";
    Err(Refused::new(Code::RoleTooHigh, detail).field("role"))
}

impl Handle for InviteTeammate {
    async fn handle(call: &Call, person: &Person, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        within(person, request.role)?;
        let id = TeammateId::from_bytes(&clock::random::<16>()?);
        let row = TeammateRow::new(id, request.email.into(), request.name.into(), request.role);
        let (token, expires_at) = (Token::random()?, call.now.plus(call.app.config.timings.session.link_life));
        let done = WorkspaceDetail::TeammateInvited { teammate: row.id.clone(), role: row.role };
        let statements = vec![
            d1::teammates::add(&row, call.now),
            person.did_if_changed(call, done)?,
            sessions::add_link(&token.digest, &row.id, expires_at),
        ];
        let results = together(&call.app, "invite_teammate", statements).await?;
        d1::teammates::forget();
        let added = gave("invite_teammate", &results, 0)?;
        if !added {
            let detail = "A teammate has this address already. Make them a new sign-in link instead.";
            return Err(Refused::new(Code::EmailTaken, detail).field("email"));
        }
        rules::tell_roster(call, RosterCall::MembersChanged);
        let rules = d1::rules::current(&call.app).await?;
        let teammate = item(&row, &rules.rules, &[], call.now);
        Ok(InvitedItem { teammate, link: link_item(call, &token, expires_at) })
    }
}

fn link_item(call: &Call, token: &Token, expires_at: Timestamp) -> SignInLinkItem {
    // Behind `#`, the token is sent to no server and stands in no log.
    SignInLinkItem { url: format!("{}/signin#token={}", call.origin(), token.text), expires_at }
}

async fn found(call: &Call, id: &TeammateId) -> Result<TeammateRow, Refused> {
    d1::teammates::find(&call.app, id).await?.ok_or_else(|| Refused::not_found("teammate"))
}

impl Handle for ChangeTeammate {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (id,), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        let before = found(call, &id).await?;
        within(person, before.role)?;
        let role = request.role.unwrap_or(before.role);
        within(person, role)?;
        let enabled = request.enabled.unwrap_or(before.enabled());
        let name = request.name.map_or_else(|| before.name.clone(), String::from);
        let done = WorkspaceDetail::TeammateChanged {
            teammate: before.id.clone(),
            role: Change { from: before.role, to: role },
            enabled: Change { from: before.enabled(), to: enabled },
            renamed: name != before.name,
        };
        // At once: what somebody has open ends with their being disabled.
        let statements = vec![
            d1::teammates::change(&before, &name, role, enabled),
            person.did_if_changed(call, done)?,
            sessions::end_disabled(&before.id),
            sessions::forget_disabled_links(&before.id),
        ];
        let results = together(&call.app, "change_teammate", statements).await?;
        d1::teammates::forget();
        if !gave("change_teammate", &results, 0)? {
            return Err(unchanged(&found(call, &id).await?, &before));
        }
        live::close(call, sessions::ended(&results, 2)?);
        rules::tell_roster(call, RosterCall::MembersChanged);
        let rules = d1::rules::current(&call.app).await?;
        let counts = d1::teammates::open_threads(&call.app, Some(&before.id)).await?;
        Ok(item(&found(call, &id).await?, &rules.rules, &counts, call.now))
    }
}

/// Signs somebody out everywhere.
impl Handle for EndSessions {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let row = found(call, &id).await?;
        within(person, row.role)?;
        session::end_all(call, person, &row.id, None).await
    }
}

fn unchanged(now: &TeammateRow, before: &TeammateRow) -> Refused {
    if now.role == before.role && now.role == Role::Owner {
        let detail = "They are the last owner who can sign in. Make somebody else an owner first.";
        return Refused::new(Code::LastOwner, detail);
    }
    Refused::new(Code::TeammateChanged, "Somebody changed their role just now. Look again and decide anew.")
}

impl Handle for MakeSignInLink {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let row = found(call, &id).await?;
        // Whoever has the link is that person.
        within(person, row.role)?;
        if !row.enabled() {
            return Err(Refused::new(Code::TeammateDisabled, "Enable them first."));
        }
        let for_another = row.id != person.teammate.id;
        let (token, expires_at) = (Token::random()?, call.now.plus(call.app.config.timings.session.link_life));
        let done = WorkspaceDetail::LinkMade { teammate: row.id.clone(), for_another };
        let statements = vec![
            sessions::forget_links(&row.id),
            sessions::add_link(&token.digest, &row.id, expires_at),
            sessions::made_link(&token.digest, &row.id, &person.teammate.id, call.now),
            person.did(call, done)?,
        ];
        together(&call.app, "make_link", statements).await?;
        if for_another {
            tell_of_link(call, person, row);
        }
        Ok(link_item(call, &token, expires_at))
    }
}

/// Writes to somebody that another made a link by which one is them, where mail can be sent. The inbox says so in any
/// case, wherever they are signed in.
fn tell_of_link(call: &Call, person: &Person, row: TeammateRow) {
    let (app, origin, by) = (call.app.clone(), call.origin().to_owned(), person.teammate.name.clone());
    call.afterwards("mail of a link", async move {
        let text = format!(
            "{by} made a sign-in link for you at {origin}. Whoever opens it is signed in as you.\n\n\
             If you asked for it, all is well. If you did not, ask {by} what it is for: the page Team shows where you \
             are signed in, and signs you out there.\n"
        );
        let subject = "A sign-in link was made for you".to_owned();
        let request = format!("link-{}-{}", row.id, clock::now().millis());
        mail::send(&app, &row.email, &Mail { subject, text, html: None }, &request).await;
        Ok(())
    });
}
