//! Who may do what: the one place where sessions, roles and the origin of requests are checked.

use cookie::{Cookie, SameSite};
use tributary_domain::{
    audit::Program as ProgramActor, authored::SignedIn, id::TeammateId, time::Timestamp, timings::SessionTimings,
};
use tributary_wire::{
    api::{
        endpoint::{Access, Route},
        teammate::Role,
    },
    history::WorkspaceDetail,
};

use super::{
    call::Call,
    problem::{Code, Refused},
    session,
};
use crate::{
    d1::{
        Statement,
        audit::{self, Attempt, take},
        sessions,
        teammates::TeammateRow,
        tokens::{self, TokenRow},
    },
    error::InternalError,
    seal::Token,
};

/// The session's cookie. Its name makes browsers refuse it from any other host, path or scheme.
const COOKIE: &str = "__Host-sid";

/// Whoever is signed in.
#[derive(Debug)]
pub(crate) struct Person {
    /// The proof, from which alone a reply can be signed.
    pub(crate) signed_in: SignedIn,
    pub(crate) teammate: TeammateRow,
    /// They may do more than their session lets them: see [`sessions::renew`].
    pub(crate) outgrown: bool,
    pub(crate) digest: String,
    /// When the session ends if it is not used again.
    pub(crate) ends: Timestamp,
}

impl Person {
    /// The entry of the history that they did this, to be written together with it.
    pub(crate) fn did(&self, call: &Call, done: WorkspaceDetail) -> Result<Statement, InternalError> {
        audit::entry(call.now, Some(&self.teammate.id), done)
    }

    /// The same, written only if the statement before it changed something.
    pub(crate) fn did_if_changed(&self, call: &Call, done: WorkspaceDetail) -> Result<Statement, InternalError> {
        audit::entry_if_changed(call.now, Some(&self.teammate.id), done)
    }
}

/// A program with a good token. It has no [`SignedIn`], so that nothing it asks for can be signed.
#[derive(Debug)]
pub(crate) struct Program(TokenRow);

#[derive(Debug)]
pub(crate) enum Asker {
    Person(Person),
    Program(Program),
}

impl Asker {
    /// Whose name stands for what is done: their own, or that of the token's maker.
    pub(crate) fn teammate(&self) -> &TeammateId {
        match self {
            Self::Person(person) => person.signed_in.teammate(),
            Self::Program(program) => &program.0.made_by,
        }
    }

    /// The program, as the history names it.
    pub(crate) fn program(&self) -> Option<ProgramActor> {
        match self {
            Self::Person(_) => None,
            Self::Program(Program(row)) => Some(ProgramActor { token: row.id.clone(), name: row.name.clone() }),
        }
    }

    fn role(&self) -> Role {
        match self {
            Self::Person(person) => person.teammate.role,
            Self::Program(program) => program.0.role(),
        }
    }
}

/// The header that gives a browser its session.
pub(crate) fn cookie(token: &Token, timings: &SessionTimings) -> String {
    let seconds = i64::try_from(timings.absolute.as_millis() / 1000).unwrap_or(i64::MAX);
    session_cookie(&token.text, seconds)
}

/// The header that takes it away.
pub(crate) fn no_cookie() -> String {
    session_cookie("", 0)
}

fn session_cookie(value: &str, seconds: i64) -> String {
    Cookie::build((COOKIE, value))
        .path("/")
        .max_age(cookie::time::Duration::seconds(seconds))
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .to_string()
}

/// The session that the browser shows.
pub(crate) fn shown(call: &Call) -> Option<Token> {
    Token::read(&cookie_value(&call.header("cookie")?)?)
}

fn cookie_value(header: &str) -> Option<String> {
    let shown = Cookie::split_parse(header).filter_map(Result::ok).find(|cookie| cookie.name() == COOKIE);
    shown.map(|cookie| cookie.value().to_owned())
}

/// Whoever is signed in, if anybody is.
pub(crate) async fn person(call: &Call) -> Result<Option<Person>, Refused> {
    let Some(token) = shown(call) else { return Ok(None) };
    let Some(known) = sessions::find(&call.app, &token, call.now).await? else { return Ok(None) };
    let Ok(signed_in) = SignedIn::check(&known.session, token.text.as_bytes(), call.now) else { return Ok(None) };
    if known.to_note {
        let (app, note) = (call.app.clone(), sessions::note(&token.digest, call.now));
        call.afterwards("note session", async move { note.run(&app).await });
    }
    if known.teammate.invited() {
        // They signed in while an earlier release was still running, which did not note it.
        session::note_first(call, &known.teammate.id);
    }
    let ends = sessions::ends(&known, call.now, &call.app.config.timings.session);
    Ok(Some(Person { signed_in, teammate: known.teammate, outgrown: known.outgrown, digest: token.digest, ends }))
}

/// The token that a program shows.
fn bearer(call: &Call) -> Option<String> {
    bearer_value(&call.header("authorization")?).map(str::to_owned)
}

fn bearer_value(header: &str) -> Option<&str> {
    let (scheme, value) = header.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| value.trim())
}

/// The program whose token this is. Tokens are 256 random bits, so that only wrong ones are slowed down.
async fn program(call: &Call, text: &str) -> Result<Program, Refused> {
    if call.header("cookie").as_deref().and_then(cookie_value).is_some() {
        let detail = "Show a session's cookie or a token, not both: whose request would it be?";
        return Err(Refused::new(Code::TwoProofs, detail));
    }
    let known = match Token::of_program(text) {
        Some(token) => tokens::find(&call.app, &token.digest).await?,
        None => None,
    };
    match known {
        Some(row) if row.is_good(call.now) => {
            if let Some(note) = row.note(call.now, &call.app.config.timings.session) {
                let app = call.app.clone();
                call.afterwards("note token", async move { note.run(&app).await });
            }
            Ok(Program(row))
        }
        known => {
            session::limited(call, Attempt::Token(known.map(|row| row.id))).await?;
            let detail = "This token was revoked, has expired, or never was; or whoever made it is disabled.";
            Err(Refused::new(Code::TokenInvalid, detail).header("www-authenticate", "Bearer".to_owned()))
        }
    }
}

/// Whoever asks, if they show anything.
pub(crate) async fn asker(call: &Call) -> Result<Option<Asker>, Refused> {
    match bearer(call) {
        Some(text) => Ok(Some(Asker::Program(program(call, &text).await?))),
        None => Ok(person(call).await?.map(Asker::Person)),
    }
}

/// Whoever may use this route, or why nobody of those who ask may.
pub(crate) async fn admit(call: &Call, route: &Route) -> Result<Option<Asker>, Refused> {
    let role = match route.access {
        Access::Newcomer if bearer(call).is_none() => return Ok(None),
        access => access.role(),
    };
    let Some(asker) = asker(call).await? else { return Err(not_signed_in()) };
    let unfit =
        matches!((&asker, route.access), (Asker::Program(_), Access::Open | Access::Newcomer | Access::Person(_)));
    if !unfit && Some(asker.role()) >= role {
        return Ok(Some(asker));
    }
    let attempt = Attempt::Role { operation: route.operation, role: asker.role(), program: asker.program() };
    take(&call.app, attempt, Some(asker.teammate()), call.now).await?;
    if unfit {
        let detail = "A program may read, and do desk work. This is for a person who is signed in.";
        return Err(Refused::new(Code::NotForPrograms, detail));
    }
    if matches!(&asker, Asker::Person(person) if person.outgrown) {
        let detail = "Your role has changed since you signed in. Load the inbox anew, and try again.";
        return Err(Refused::new(Code::RoleTooLow, detail));
    }
    let needed = role.unwrap_or(Role::Owner);
    Err(Refused::new(Code::RoleTooLow, format!("This needs the role {needed} or above. Ask an owner.")))
}

/// Nobody is signed in.
pub(crate) fn not_signed_in() -> Refused {
    Refused::new(Code::NotSignedIn, "Sign in first: ask an owner or administrator for a sign-in link.")
        .header("www-authenticate", "Cookie".to_owned())
}

/// Refuses what another site's page makes a browser send. What is no browser sends neither header.
pub(crate) async fn same_site(call: &Call) -> Result<(), Refused> {
    // A token is sent by nobody's browser of itself, and what shows one is answered by it alone.
    if matches!(call.method.as_str(), "GET" | "HEAD") || bearer(call).is_some() || is_same_site(call) {
        return Ok(());
    }
    take(&call.app, Attempt::CrossSite { method: call.method.clone() }, None, call.now).await?;
    Err(Refused::new(Code::CrossSite, "Requests that change something are taken from the inbox's own pages alone."))
}

fn is_same_site(call: &Call) -> bool {
    match (call.header("sec-fetch-site"), call.header("origin")) {
        (Some(site), _) => site == "same-origin" || site == "none",
        (None, Some(origin)) => call.is_own(&origin),
        (None, None) => true,
    }
}

/// Refuses a WebSocket that another site's page opens.
pub(crate) async fn own_origin(call: &Call) -> Result<(), Refused> {
    if call.header("origin").is_none_or(|origin| call.is_own(&origin)) {
        return Ok(());
    }
    take(&call.app, Attempt::CrossSite { method: "WebSocket".to_owned() }, None, call.now).await?;
    Err(Refused::new(Code::CrossSite, "This connection is for the inbox's own pages alone."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_cookies() {
        assert_eq!(cookie_value("a=b; __Host-sid=xyz; c=d").as_deref(), Some("xyz"));
        assert_eq!(cookie_value("__Host-sid=xyz").as_deref(), Some("xyz"));
        assert_eq!(cookie_value("x__Host-sid=xyz; sid=1"), None);
        assert_eq!(cookie_value(""), None);
        assert_eq!(no_cookie(), "__Host-sid=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0");
    }

    #[test]
    fn a_token_is_shown_as_bearer_alone() {
        assert_eq!(bearer_value("Bearer trb_x"), Some("trb_x"));
        assert_eq!(bearer_value(" bearer  trb_x "), Some("trb_x"));
        for other in ["Basic trb_x", "trb_x", "Bearer", "Bearertrb_x", ""] {
            assert_eq!(bearer_value(other), None, "{other}");
        }
    }
}
