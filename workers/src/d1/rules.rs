//! The rules document and its versions.

use std::rc::Rc;

use tributary_domain::json::Read;
use tributary_domain::{
    id::TeammateId,
    rules::{self, Rules},
    time::Timestamp,
};

use super::{Kept, Statement};
use crate::{clock, edge::Edge, fault::Fault};

/// The rules in force.
#[derive(Debug)]
pub(crate) struct CurrentRules {
    /// 0 for the document that ships.
    pub(crate) version: u64,
    pub(crate) rules: Rules,
    pub(crate) text: String,
    pub(crate) saved_at: Timestamp,
    pub(crate) saved_by: Option<TeammateId>,
    pub(crate) note: Option<String>,
}

/// One version as stored.
#[derive(Debug, Clone, Read)]
pub(crate) struct RulesRow {
    pub(crate) version: u64,
    pub(crate) text: String,
    saved_at: i64,
    pub(crate) saved_by: Option<TeammateId>,
    pub(crate) note: Option<String>,
}

impl RulesRow {
    pub(crate) fn saved_at(&self) -> Timestamp {
        Timestamp::from_millis(self.saved_at)
    }
}

thread_local! {
    static KEPT: Kept<Rc<CurrentRules>> = const { Kept::new() };
}

/// The rules in force, at most a few seconds old; the document that ships when none is saved.
pub(crate) async fn current(edge: &Edge) -> Result<Rc<CurrentRules>, Fault> {
    let now = clock::now();
    if let Some(kept) = KEPT.with(|kept| kept.fresh(now)) {
        return Ok(kept);
    }
    let known = KEPT.with(Kept::last).filter(|known| known.version > 0);
    let sql = "SELECT version, text, saved_at, saved_by, note FROM rules ORDER BY version DESC LIMIT 1";
    let row: Option<RulesRow> = Statement::new("current_rules", sql).row(edge).await?;
    let current = match (row, known) {
        // Versions never change: what was read once need not be read again.
        (Some(row), Some(known)) if row.version == known.version => known,
        (Some(row), _) => Rc::new(CurrentRules {
            version: row.version,
            rules: Rules::parse(&row.text).map_err(|_| Fault::Rules)?,
            saved_at: row.saved_at(),
            saved_by: row.saved_by,
            note: row.note,
            text: row.text,
        }),
        (None, _) => Rc::new(shipped()?),
    };
    KEPT.with(|kept| kept.keep(now, Rc::clone(&current)));
    Ok(current)
}

fn shipped() -> Result<CurrentRules, Fault> {
    Ok(CurrentRules {
        version: 0,
        rules: Rules::parse(rules::DEFAULT).map_err(|_| Fault::Rules)?,
        text: rules::DEFAULT.to_owned(),
        saved_at: Timestamp::default(),
        saved_by: None,
        note: None,
    })
}

/// Saves a new version, if `expected` is still the latest.
pub(crate) fn save(text: &str, expected: u64, now: Timestamp, by: &TeammateId, note: Option<&str>) -> Statement {
    let sql = "INSERT INTO rules (version, text, saved_at, saved_by, note) SELECT ?1 + 1, ?2, ?3, ?4, ?5 \
               WHERE (SELECT coalesce(max(version), 0) FROM rules) = ?1 RETURNING version";
    Statement::new("save_rules", sql)
        .int(i64::try_from(expected).unwrap_or(i64::MAX))
        .text(text)
        .time(now)
        .text(by.as_str())
        .maybe(note)
}

/// Versions below `before`, newest first.
pub(crate) async fn versions(edge: &Edge, before: i64, limit: u32) -> Result<Vec<RulesRow>, Fault> {
    let sql = "SELECT version, text, saved_at, saved_by, note FROM rules WHERE version < ?1 \
               ORDER BY version DESC LIMIT ?2";
    Statement::new("list_rules", sql).int(before).int(i64::from(limit)).rows(edge).await
}

/// What is kept in this isolate is out of date.
pub(crate) fn forget() {
    KEPT.with(Kept::forget);
}
