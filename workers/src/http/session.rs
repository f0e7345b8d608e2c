//! Signing in by one-time links, and out.

use tributary_domain::id::TeammateId;
use tributary_wire::{
    api::{
        endpoints::{AcknowledgeLinks, EndOtherSessions, EndSession, ListSessions, ReadSession, SignIn, SignOut},
        session::SessionItem,
        teammate::Role,
    },
    history::WorkspaceDetail,
    objects::RosterCall,
};

use super::{
    call::Call,
    guard::{self, Person},
    handle::{Answer, By, Handle, Input},
    live, page,
    problem::{Code, Refused},
    rules, teammates,
};
use crate::{
    d1::{
        self,
        audit::{self, Attempt},
        gave, sessions,
        teammates::TeammateRow,
        together,
    },
    seal::Token,
};

/// Signs in with a link. Links are 256 random bits, so that only wrong ones are slowed down: nobody can shut a
/// teammate out by trying.
impl Handle for SignIn {
    async fn handle(call: &Call, (): &By<Self>, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        let link = Token::read(request.token.trim());
        let session = Token::random()?;
        let begun = match &link {
            Some(link) => begin(call, &session, &link.digest).await?,
            None => None,
        };
        let Some(Begun { made_by }) = begun else {
            limited(call, Attempt::SignIn).await?;
            let detail = "This link was used, replaced or is too old. Ask an owner or administrator for a new one.";
            return Err(Refused::new(Code::LinkInvalid, detail));
        };
        let known = sessions::find(&call.app, &session, call.now).await?;
        let Some(known) = known else { return Err(guard::not_signed_in()) };
        let done = WorkspaceDetail::SignedIn { link_made_by: made_by };
        let entry = audit::entry(call.now, Some(&known.teammate.id), done)?;
        let mut statements = vec![d1::teammates::signed_in(&known.teammate.id, call.now), entry];
        // Whoever signs in anew leaves the session they had in this browser.
        let former = guard::shown(call).map(|token| token.digest);
        statements.extend(former.iter().map(|digest| sessions::end(digest)));
        let results = together(&call.app, "signed_in", statements).await?;
        let mut teammate = known.teammate;
        if gave("first_signed_in", &results, 0)? {
            // From here on they are on shift, and threads may be theirs.
            d1::teammates::forget();
            rules::tell_roster(call, RosterCall::MembersChanged);
            teammate = teammate.first_signed_in(call.now);
        }
        if let Some(former) = former {
            live::close(call, vec![former]);
        }
        call.answer_with("set-cookie", guard::cookie(&session, &call.app.config.timings.session));
        item(call, &teammate, &session.digest).await
    }
}

/// Notes that somebody is here who was only invited so far.
pub(super) fn note_first(call: &Call, teammate: &TeammateId) {
    let (app, note) = (call.app.clone(), d1::teammates::signed_in(teammate, call.now));
    call.afterwards("first sign-in", async move {
        note.run(&app).await?;
        d1::teammates::forget();
        rules::heard(&app, &RosterCall::MembersChanged).await
    });
}

/// A session that a link began.
struct Begun {
    /// Who made the link, if that was somebody else.
    made_by: Option<TeammateId>,
}

/// Begins a session and uses the link up, in one transaction. None where the link is worth nothing.
async fn begin(call: &Call, session: &Token, link: &str) -> Result<Option<Begun>, Refused> {
    let statements = vec![
        sessions::begin_by_link(&session.digest, link, call.now, &call.app.config.timings.session),
        sessions::burn(link),
        sessions::used_link(link, call.now),
    ];
    let results = together(&call.app, "sign_in", statements).await?;
    if !gave("sign_in", &results, 0)? {
        return Ok(None);
    }
    Ok(Some(Begun { made_by: sessions::made_by(&results, 2)? }))
}

/// Counts an attempt that is refused; after too many, that is all there is to be said of it.
pub(super) async fn limited(call: &Call, attempt: Attempt) -> Result<(), Refused> {
    if audit::take(&call.app, attempt, None, call.now).await? {
        return Ok(());
    }
    Err(too_many(call))
}

pub(super) fn too_many(call: &Call) -> Refused {
    let left = audit::window_left(&call.app, call.now);
    let detail = format!("Too many attempts were refused. Try again in {left} seconds.");
    Refused::new(Code::TooManyAttempts, detail).retry_after(left)
}

/// Who is signed in. Rights that somebody got since they signed in come with a new session.
impl Handle for ReadSession {
    async fn handle(call: &Call, person: &Person, _: Input<Self>) -> Answer<Self> {
        let renewed = if person.outgrown { renew(call, person).await? } else { None };
        let Some((session, teammate)) = renewed else {
            return item(call, &person.teammate, &person.digest).await;
        };
        call.answer_with("set-cookie", guard::cookie(&session, &call.app.config.timings.session));
        item(call, &teammate, &session.digest).await
    }
}

async fn renew(call: &Call, person: &Person) -> Result<Option<(Token, TeammateRow)>, Refused> {
    let session = Token::random()?;
    let statements = vec![
        sessions::renew(&session.digest, &person.digest, call.now, &call.app.config.timings.session),
        person.did_if_changed(call, WorkspaceDetail::SessionRenewed {})?,
        sessions::run_out(&person.digest, call.now, &call.app.config.timings.session),
    ];
    together(&call.app, "renew_session", statements).await?;
    let known = sessions::find(&call.app, &session, call.now).await?;
    Ok(known.map(|known| (session, known.teammate)))
}

/// Who is signed in, as the inbox shows it.
pub(super) async fn item(call: &Call, row: &TeammateRow, session: &str) -> Result<SessionItem, Refused> {
    let rules = d1::rules::current(&call.app).await?;
    let counts = d1::teammates::open_threads(&call.app, Some(&row.id)).await?;
    Ok(SessionItem {
        teammate: teammates::item(row, &rules.rules, &counts, call.now),
        role: row.role,
        workspace: rules.rules.workspace.name.clone(),
        links_made: sessions::links_made(&call.app, session).await?,
        attention: if row.role >= Role::Admin { d1::attention::read(&call.app, call.now).await? } else { None },
    })
}

/// The browser has shown which links others made for whoever it belongs to.
impl Handle for AcknowledgeLinks {
    async fn handle(call: &Call, person: &Person, _: Input<Self>) -> Answer<Self> {
        sessions::told_of_links(&person.digest, call.now).run(&call.app).await?;
        Ok(())
    }
}

/// Where the asker is signed in.
impl Handle for ListSessions {
    async fn handle(call: &Call, person: &Person, _: Input<Self>) -> Answer<Self> {
        let items = sessions::of(&call.app, &person.teammate.id, &person.digest, call.now).await?;
        page::page(call, items, None).await
    }
}

/// Signs the asker out of one of their browsers.
impl Handle for EndSession {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let teammate = &person.teammate.id;
        let done = WorkspaceDetail::SessionEnded { session: id.clone() };
        let entry = person.did_if_changed(call, done)?;
        let results = together(&call.app, "end_session", vec![sessions::end_one(teammate, &id), entry]).await?;
        let ended = sessions::ended(&results, 0)?;
        if ended.is_empty() {
            return Err(Refused::not_found("session"));
        }
        live::close(call, ended);
        Ok(())
    }
}

/// Signs the asker out everywhere but here.
impl Handle for EndOtherSessions {
    async fn handle(call: &Call, person: &Person, _: Input<Self>) -> Answer<Self> {
        end_all(call, person, &person.teammate.id, Some(&person.digest)).await
    }
}

/// Ends what somebody has open, but for one session that goes on.
pub(super) async fn end_all(call: &Call, by: &Person, whose: &TeammateId, but: Option<&str>) -> Result<(), Refused> {
    let open = sessions::of(&call.app, whose, but.unwrap_or_default(), call.now).await?;
    let sessions = open.iter().filter(|one| !one.current).count();
    let done = WorkspaceDetail::SessionsEnded { teammate: whose.clone(), sessions };
    let statements = vec![sessions::end_all(whose, but), sessions::forget_links(whose), by.did(call, done)?];
    let results = together(&call.app, "end_sessions", statements).await?;
    live::close(call, sessions::ended(&results, 0)?);
    Ok(())
}

impl Handle for SignOut {
    async fn handle(call: &Call, person: &Person, _: Input<Self>) -> Answer<Self> {
        let entry = person.did(call, WorkspaceDetail::SignedOut {})?;
        together(&call.app, "sign_out", vec![sessions::end(&person.digest), entry]).await?;
        live::close(call, vec![person.digest.clone()]);
        call.answer_with("set-cookie", guard::no_cookie());
        // Not the storage: other people's unsent replies are kept there too. The page deletes what is this person's.
        call.answer_with("clear-site-data", "\"cache\", \"cookies\"".to_owned());
        Ok(())
    }
}
