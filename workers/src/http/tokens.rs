//! Tokens of programs: made, listed, made worthless.

use serde_json::json;
use tributary_domain::{id::TokenId, time::Span};
use tributary_wire::api::{
    teammate::Role,
    token::{TokenItem, TokenMadeItem, TokenRequest},
};
use worker::Response;

use super::{
    body,
    call::{self, Call},
    guard::Person,
    page,
    problem::{Code, Refused},
    teammates,
};
use crate::{
    clock,
    d1::{audit, gave, together, tokens},
    seal::Token,
};

/// Longest life that can be asked for, in days.
const DAYS: u32 = 365;

pub(super) async fn list(call: &Call) -> Result<Response, Refused> {
    let rows = tokens::all(&call.edge).await?;
    let items = rows.iter().map(|row| row.item(call.now)).collect();
    call::json(200, &page::page(call, items, None).await?)
}

pub(super) async fn make(call: &mut Call, person: &Person) -> Result<Response, Refused> {
    let request: TokenRequest = body::json(call).await?;
    if request.role > Role::Agent {
        let detail = "A program may see (`viewer`) or do desk work (`agent`), and no more.";
        return Err(Refused::new(Code::RoleTooHigh, detail).field("role"));
    }
    if request.expires_in_days.is_some_and(|days| !(1..=DAYS).contains(&days)) {
        let detail = format!("Give 1 to {DAYS} days, or leave it out.");
        return Err(Refused::new(Code::Invalid, detail).field("expiresInDays"));
    }
    let token = TokenItem {
        id: TokenId::from_bytes(&clock::random::<16>()?),
        name: teammates::name(&request.name)?,
        role: request.role,
        made_by: person.teammate.id.clone(),
        made_by_name: Some(person.teammate.name.clone()),
        made_at: call.now,
        last_used_at: None,
        expires_at: request.expires_in_days.map(|days| call.now.plus(Span::days(u64::from(days)))),
        good: true,
    };
    let secret = Token::random()?;
    let detail = json!({
        "token": token.id, "name": token.name, "role": token.role, "expiresAt": token.expires_at,
    });
    let statements = vec![
        tokens::add(&secret.digest, &token),
        audit::entry_if_changed(call.now, Some(&person.teammate.id), "tokenMade", detail)?,
    ];
    if !gave("add_token", &together(&call.edge, "make_token", statements).await?, 0)? {
        let detail = format!("There are {} tokens already. Revoke one that is not used any more.", tokens::MOST);
        return Err(Refused::new(Code::TooManyTokens, detail));
    }
    call::json(201, &TokenMadeItem { token, secret: secret.for_program() })
}

pub(super) async fn revoke(call: &Call, person: &Person, given: &str) -> Result<Response, Refused> {
    let missing = || Refused::not_found("token");
    let id = TokenId::parse(given).map_err(|_| missing())?;
    let detail = json!({ "token": id });
    let statements = vec![
        tokens::remove(&id),
        audit::entry_if_changed(call.now, Some(&person.teammate.id), "tokenRevoked", detail)?,
    ];
    if !gave("remove_token", &together(&call.edge, "revoke_token", statements).await?, 0)? {
        return Err(missing());
    }
    Ok(call::empty(204))
}
