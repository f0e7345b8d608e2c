//! The rules document and its versions.

use std::rc::Rc;

use tributary_domain::json::Read;
use tributary_domain::{
    id::TeammateId,
    rules::{self, Rules, diff::Changes},
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
struct RulesRow {
    version: u64,
    text: String,
    saved_at: i64,
    saved_by: Option<TeammateId>,
    note: Option<String>,
}

/// The same, without its text.
#[derive(Debug, Clone, Read)]
pub(crate) struct VersionRow {
    pub(crate) version: u64,
    saved_at: i64,
    pub(crate) saved_by: Option<TeammateId>,
    pub(crate) note: Option<String>,
    pub(crate) added: Option<u32>,
    pub(crate) removed: Option<u32>,
}

impl VersionRow {
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
            saved_at: Timestamp::from_millis(row.saved_at),
            saved_by: row.saved_by,
            note: row.note,
            text: row.text,
        }),
        (None, _) => Rc::new(shipped()?),
    };
    KEPT.with(|kept| kept.keep(now, Rc::clone(&current)));
    Ok(current)
}

/// The rules for what must not wait for the database: as they were last read here, when it does not answer.
pub(crate) async fn at_hand(edge: &Edge) -> Option<Rc<CurrentRules>> {
    match current(edge).await {
        Ok(current) => Some(current),
        Err(fault) => {
            fault.log("rules at hand");
            KEPT.with(Kept::last)
        }
    }
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
pub(crate) fn save(
    text: &str,
    expected: u64,
    now: Timestamp,
    by: &TeammateId,
    note: Option<&str>,
    changes: Option<Changes>,
) -> Statement {
    let sql = "INSERT INTO rules (version, text, saved_at, saved_by, note, added, removed) \
               SELECT ?1 + 1, ?2, ?3, ?4, ?5, ?6, ?7 \
               WHERE (SELECT coalesce(max(version), 0) FROM rules) = ?1 RETURNING version";
    let changes = changes.unwrap_or_default();
    let count = |lines: usize| i64::try_from(lines).unwrap_or(i64::MAX);
    Statement::new("save_rules", sql)
        .int(i64::try_from(expected).unwrap_or(i64::MAX))
        .text(text)
        .time(now)
        .text(by.as_str())
        .maybe(note)
        .int(count(changes.added))
        .int(count(changes.removed))
}

const VERSION: &str = "SELECT version, saved_at, saved_by, note, added, removed FROM rules";

/// Versions below `before`, newest first.
pub(crate) async fn versions(edge: &Edge, before: i64, limit: u32) -> Result<Vec<VersionRow>, Fault> {
    let sql = format!("{VERSION} WHERE version < ?1 ORDER BY version DESC LIMIT ?2");
    Statement::new("list_rules", &sql).int(before).int(i64::from(limit)).rows(edge).await
}

/// One version, as the list has it.
pub(crate) async fn version(edge: &Edge, version: u64) -> Result<Option<VersionRow>, Fault> {
    let sql = format!("{VERSION} WHERE version = ?1");
    Statement::new("find_rules", &sql).int(i64::try_from(version).unwrap_or(i64::MAX)).row(edge).await
}

/// The text of a version, if there is one; that of version 0 ships.
pub(crate) async fn text(edge: &Edge, version: u64) -> Result<Option<String>, Fault> {
    #[derive(Read)]
    struct Text {
        text: String,
    }
    if version == 0 {
        return Ok(Some(rules::DEFAULT.to_owned()));
    }
    let sql = "SELECT text FROM rules WHERE version = ?1";
    let row: Option<Text> =
        Statement::new("read_rules_text", sql).int(i64::try_from(version).unwrap_or(i64::MAX)).row(edge).await?;
    Ok(row.map(|row| row.text))
}

/// What is kept in this isolate is out of date.
pub(crate) fn forget() {
    KEPT.with(Kept::forget);
}
