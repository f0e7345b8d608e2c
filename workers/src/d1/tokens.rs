//! Tokens of programs. Only digests of their secrets are stored.

use serde::Deserialize;
use tributary_domain::{
    id::{TeammateId, TokenId},
    time::{Span, Timestamp},
    timings::SessionTimings,
};
use tributary_wire::api::{teammate::Role, token::TokenItem};

use super::Statement;
use crate::{app::AppContext, error::InternalError};

/// A workspace has no more tokens than this.
pub(crate) const MOST: u32 = 100;

/// A token as stored, and what its maker may do now.
#[derive(Debug, Deserialize)]
pub(crate) struct TokenRow {
    pub(crate) id: TokenId,
    pub(crate) name: String,
    role: Role,
    pub(crate) made_by: TeammateId,
    made_at: i64,
    used_at: Option<i64>,
    expires_at: Option<i64>,
    maker_name: String,
    maker_role: Role,
    maker_enabled: i64,
}

impl TokenRow {
    /// Whether it is good for anything.
    pub(crate) fn is_good(&self, now: Timestamp) -> bool {
        self.maker_enabled != 0 && self.expires_at.is_none_or(|expires| now.millis() < expires)
    }

    /// What it may do: never more than its maker.
    pub(crate) fn role(&self) -> Role {
        self.role.min(self.maker_role)
    }

    pub(crate) fn item(&self, now: Timestamp) -> TokenItem {
        TokenItem {
            id: self.id.clone(),
            name: self.name.clone(),
            role: self.role,
            made_by: self.made_by.clone(),
            made_by_name: Some(self.maker_name.clone()),
            made_at: Timestamp::from_millis(self.made_at),
            last_used_at: self.used_at.map(Timestamp::from_millis),
            expires_at: self.expires_at.map(Timestamp::from_millis),
            good: self.is_good(now),
        }
    }

    /// The note that it is in use, when there is none of this hour.
    pub(crate) fn note(&self, now: Timestamp, timings: &SessionTimings) -> Option<Statement> {
        let hour = start_of(now, timings.token_used_every);
        (self.used_at < Some(hour)).then(|| {
            Statement::new("note_token", "UPDATE tokens SET used_at = ?2 WHERE id = ?1")
                .text(self.id.as_str())
                .int(hour)
        })
    }
}

/// When the span of this width began in which `now` lies.
fn start_of(now: Timestamp, width: Span) -> i64 {
    let width = i64::try_from(width.as_millis()).unwrap_or(i64::MAX);
    now.millis() - now.millis().rem_euclid(width)
}

const SELECT: &str = "SELECT k.id, k.name, k.role, k.made_by, k.made_at, k.used_at, k.expires_at, \
                      t.name AS maker_name, t.role AS maker_role, t.enabled AS maker_enabled \
                      FROM tokens k JOIN teammates t ON t.id = k.made_by";

/// The token with this digest.
pub(crate) async fn find(app: &AppContext, digest: &str) -> Result<Option<TokenRow>, InternalError> {
    Statement::new("find_token", &format!("{SELECT} WHERE k.digest = ?1")).text(digest).row(app).await
}

/// All of them, newest first.
pub(crate) async fn all(app: &AppContext) -> Result<Vec<TokenRow>, InternalError> {
    Statement::new("list_tokens", &format!("{SELECT} ORDER BY k.made_at DESC, k.id")).rows(app).await
}

/// Keeps a new token, while there are not too many.
pub(crate) fn add(digest: &str, item: &TokenItem) -> Statement {
    let sql = "INSERT INTO tokens (id, digest, name, role, made_by, made_at, expires_at) \
               SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM tokens) < ?8 RETURNING id";
    let statement = Statement::new("add_token", sql)
        .text(item.id.as_str())
        .text(digest)
        .text(&item.name)
        .text(item.role.as_str())
        .text(item.made_by.as_str())
        .time(item.made_at);
    let statement = match item.expires_at {
        Some(expires) => statement.time(expires),
        None => statement.maybe(None),
    };
    statement.int(i64::from(MOST))
}

/// Forgets a token.
pub(crate) fn remove(id: &TokenId) -> Statement {
    Statement::new("remove_token", "DELETE FROM tokens WHERE id = ?1 RETURNING id").text(id.as_str())
}
