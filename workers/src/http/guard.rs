//! Who may do what: the one place where sessions, roles and the origin of requests are checked.

use serde_json::json;
use tributary_domain::{authored::SignedIn, time::Timestamp};
use tributary_wire::api::route::{Access, Route};

use super::{
    call::Call,
    problem::{Code, Refused},
};
use crate::{
    d1::{
        audit::{self, Attempt},
        sessions,
        teammates::TeammateRow,
    },
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
    /// The session's digest.
    pub(crate) digest: String,
    /// When the session ends if it is not used again.
    pub(crate) ends: Timestamp,
}

/// The header that gives a browser its session.
pub(crate) fn cookie(token: &Token) -> String {
    let seconds = sessions::ABSOLUTE.as_millis() / 1000;
    format!("{COOKIE}={}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax", token.text)
}

/// The header that takes it away.
pub(crate) fn no_cookie() -> String {
    format!("{COOKIE}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax")
}

/// The session that the browser shows.
pub(crate) fn shown(call: &Call) -> Option<Token> {
    Token::read(cookie_value(&call.header("cookie")?)?)
}

fn cookie_value(header: &str) -> Option<&str> {
    header.split(';').find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        (name == COOKIE).then_some(value)
    })
}

/// Whoever is signed in, if anybody is.
pub(crate) async fn person(call: &Call) -> Result<Option<Person>, Refused> {
    let Some(token) = shown(call) else { return Ok(None) };
    let Some(known) = sessions::find(&call.edge, &token, call.now).await? else { return Ok(None) };
    let Ok(signed_in) = SignedIn::check(&known.session, token.text.as_bytes(), call.now) else { return Ok(None) };
    if known.to_note {
        let (edge, note) = (call.edge.clone(), sessions::note(&token.digest, call.now));
        call.afterwards("note session", async move { note.run(&edge).await });
    }
    let ends = sessions::ends(&known, call.now);
    Ok(Some(Person { signed_in, teammate: known.teammate, digest: token.digest, ends }))
}

/// Whoever may use this route, or why nobody of those who ask may.
pub(crate) async fn admit(call: &Call, route: &Route) -> Result<Option<Person>, Refused> {
    let Access::AtLeast(role) = route.access else { return Ok(None) };
    let Some(person) = person(call).await? else { return Err(not_signed_in()) };
    if person.teammate.role >= role {
        return Ok(Some(person));
    }
    let detail = json!({ "operation": format!("{:?}", route.operation), "role": person.teammate.role });
    audit::refused(&call.edge, Attempt::Role, Some(&person.teammate.id), detail, call.now).await?;
    let needed = crate::d1::teammates::word(role);
    Err(Refused::new(Code::RoleTooLow, format!("This needs the role {needed} or above. Ask an owner.")))
}

/// Nobody is signed in.
pub(crate) fn not_signed_in() -> Refused {
    Refused::new(Code::NotSignedIn, "Sign in first: ask an owner or administrator for a sign-in link.")
        .header("www-authenticate", "Cookie".to_owned())
}

/// Refuses what another site's page makes a browser send. What is no browser sends neither header.
pub(crate) async fn same_site(call: &Call) -> Result<(), Refused> {
    if matches!(call.method.as_str(), "GET" | "HEAD") || is_same_site(call) {
        return Ok(());
    }
    audit::refused(&call.edge, Attempt::CrossSite, None, json!({ "method": call.method }), call.now).await?;
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
pub(crate) fn own_origin(call: &Call) -> Result<(), Refused> {
    match call.header("origin") {
        Some(origin) if !call.is_own(&origin) => {
            Err(Refused::new(Code::CrossSite, "This connection is for the inbox's own pages alone."))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_cookies() {
        assert_eq!(cookie_value("a=b; __Host-sid=xyz; c=d"), Some("xyz"));
        assert_eq!(cookie_value("__Host-sid=xyz"), Some("xyz"));
        assert_eq!(cookie_value("x__Host-sid=xyz; sid=1"), None);
        assert_eq!(cookie_value(""), None);
    }
}
