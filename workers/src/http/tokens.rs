//! Tokens of programs: made, listed, made worthless.

use tributary_domain::{id::TokenId, time::Span};
use tributary_wire::{
    api::{
        endpoints::{ListTokens, MakeToken, RevokeToken},
        teammate::Role,
        token::{TokenItem, TokenMadeItem},
    },
    history::WorkspaceDetail,
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page,
    problem::{Code, Refused},
};
use crate::{
    clock,
    d1::{gave, together, tokens},
    seal::Token,
};

impl Handle for ListTokens {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rows = tokens::all(&call.app).await?;
        let items = rows.iter().map(|row| row.item(call.now)).collect();
        page::page(call, items, None).await
    }
}

impl Handle for MakeToken {
    async fn handle(call: &Call, person: &Person, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        if request.role > Role::Agent {
            let detail = "A program may see (`viewer`) or do desk work (`agent`), and no more.";
            return Err(Refused::new(Code::RoleTooHigh, detail).field("role"));
        }
        let token = TokenItem {
            id: TokenId::from_bytes(&clock::random::<16>()?),
            name: request.name.into(),
            role: request.role,
            made_by: person.teammate.id.clone(),
            made_by_name: Some(person.teammate.name.clone()),
            made_at: call.now,
            last_used_at: None,
            expires_at: request.expires_in_days.map(|days| call.now.plus(Span::days(u64::from(days.get())))),
            good: true,
        };
        let secret = Token::random()?;
        let done = WorkspaceDetail::TokenMade {
            token: token.id.clone(),
            name: token.name.clone(),
            role: token.role,
            expires_at: token.expires_at,
        };
        let statements = vec![tokens::add(&secret.digest, &token), person.did_if_changed(call, done)?];
        if !gave("add_token", &together(&call.app, "make_token", statements).await?, 0)? {
            let detail = format!("There are {} tokens already. Revoke one that is not used any more.", tokens::MOST);
            return Err(Refused::new(Code::TooManyTokens, detail));
        }
        Ok(TokenMadeItem { token, secret: secret.for_program() })
    }
}

impl Handle for RevokeToken {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let done = WorkspaceDetail::TokenRevoked { token: id.clone() };
        let statements = vec![tokens::remove(&id), person.did_if_changed(call, done)?];
        if !gave("remove_token", &together(&call.app, "revoke_token", statements).await?, 0)? {
            return Err(Refused::not_found("token"));
        }
        Ok(())
    }
}
