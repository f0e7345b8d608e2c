//! The rules document and its versions.

use serde::Deserialize;
use std::rc::Rc;

use tributary_domain::{
    id::TeammateId,
    rules::{self, Faults, Rules, diff::Changes},
    time::Timestamp,
};

use super::Statement;
use crate::{app::AppContext, cache::TtlCache, clock, error::InternalError};

/// Most versions that are looked at for one that can be read.
const LOOKS: u32 = 100;

/// The rules in force, and the document that was saved last: this release may not be able to read it.
#[derive(Debug)]
pub(crate) struct CurrentRules {
    /// Of the document; 0 for the one that ships.
    pub(crate) version: u64,
    pub(crate) text: String,
    /// What is wrong with it. Then an earlier version is in force.
    pub(crate) faults: Option<Faults>,
    /// Which version is in force.
    pub(crate) in_force: u64,
    pub(crate) rules: Rules,
    pub(crate) saved_at: Timestamp,
    pub(crate) saved_by: Option<TeammateId>,
    pub(crate) note: Option<String>,
}

/// One version as stored.
#[derive(Debug, Clone, Deserialize)]
struct RulesRow {
    version: u64,
    text: String,
    saved_at: i64,
    saved_by: Option<TeammateId>,
    note: Option<String>,
}

/// The same, without its text.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct VersionRow {
    pub(crate) version: u64,
    saved_at: i64,
    pub(crate) saved_by: Option<TeammateId>,
    pub(crate) note: Option<String>,
    pub(crate) added: Option<u32>,
    pub(crate) removed: Option<u32>,
}

impl CurrentRules {
    /// What to tell people of rules that cannot be read.
    pub(crate) fn trouble(&self) -> Option<String> {
        let faults = self.faults.as_ref()?;
        let (version, line) = (self.version, faults.first.line);
        let holds = match self.in_force {
            0 => "the document that ships holds".to_owned(),
            version => format!("version {version} holds"),
        };
        Some(format!(
            "Version {version} of the rules cannot be read by this release (line {line}): {holds} until an administrator saves one that can"
        ))
    }
}

impl VersionRow {
    pub(crate) fn saved_at(&self) -> Timestamp {
        Timestamp::from_millis(self.saved_at)
    }
}

thread_local! {
    static KEPT: TtlCache<(), Rc<CurrentRules>> = const { TtlCache::new(1) };
}

/// The rules in force, at most a few seconds old; the document that ships when none is saved.
pub(crate) async fn current(app: &AppContext) -> Result<Rc<CurrentRules>, InternalError> {
    let now = clock::now();
    if let Some(kept) = KEPT.with(|kept| kept.fresh(&(), now, app.config.timings.cache.workspace_ttl)) {
        return Ok(kept);
    }
    let known = KEPT.with(|kept| kept.last(&())).filter(|known| known.version > 0);
    let sql = "SELECT version, text, saved_at, saved_by, note FROM rules ORDER BY version DESC LIMIT 1";
    let row: Option<RulesRow> = Statement::new("current_rules", sql).row(app).await?;
    let current = match (row, known) {
        // Versions never change: what was read once need not be read again.
        (Some(row), Some(known)) if row.version == known.version => known,
        (Some(row), _) => Rc::new(held(app, row).await?),
        (None, _) => Rc::new(shipped()?),
    };
    KEPT.with(|kept| kept.put((), now, Rc::clone(&current)));
    Ok(current)
}

/// The rules of this version, or of a later one.
pub(crate) async fn at_least(app: &AppContext, version: u64) -> Result<Rc<CurrentRules>, InternalError> {
    let known = current(app).await?;
    if known.version >= version {
        return Ok(known);
    }
    forget();
    current(app).await
}

/// What holds when this document was saved last.
async fn held(app: &AppContext, row: RulesRow) -> Result<CurrentRules, InternalError> {
    let (faults, (in_force, rules)) = match Rules::check(&row.text) {
        Ok(rules) => (None, (row.version, rules)),
        Err(faults) => (Some(faults), Box::pin(readable(app, row.version)).await?),
    };
    Ok(CurrentRules {
        version: row.version,
        text: row.text,
        faults,
        in_force,
        rules,
        saved_at: Timestamp::from_millis(row.saved_at),
        saved_by: row.saved_by,
        note: row.note,
    })
}

/// The newest version below `before` that this release can read, else the document that ships.
async fn readable(app: &AppContext, mut before: u64) -> Result<(u64, Rules), InternalError> {
    let sql =
        "SELECT version, text, saved_at, saved_by, note FROM rules WHERE version < ?1 ORDER BY version DESC LIMIT 1";
    for _ in 0..LOOKS {
        let below = i64::try_from(before).unwrap_or(i64::MAX);
        let row: Option<RulesRow> = Statement::new("earlier_rules", sql).int(below).row(app).await?;
        let Some(row) = row else { break };
        if let Some(rules) = Rules::readable(&row.text) {
            return Ok((row.version, rules));
        }
        before = row.version;
    }
    Ok((0, shipped()?.rules))
}

/// The newest version that was saved before `then` and that open threads may not go by yet.
pub(crate) async fn unplanned(app: &AppContext, then: Timestamp) -> Result<Option<u64>, InternalError> {
    let sql = "SELECT version, saved_at, saved_by, note, added, removed FROM rules INDEXED BY rules_unplanned \
               WHERE planned_at IS NULL AND saved_at <= ?1 ORDER BY version DESC LIMIT 1";
    let row: Option<VersionRow> = Statement::new("unplanned_rules", sql).time(then).row(app).await?;
    Ok(row.map(|row| row.version))
}

/// Every open thread goes by this version, and so no longer by those before.
pub(crate) fn planned(version: u64, now: Timestamp) -> Statement {
    let sql = "UPDATE rules SET planned_at = ?2 WHERE version <= ?1 AND planned_at IS NULL";
    Statement::new("rules_planned", sql).int(i64::try_from(version).unwrap_or(i64::MAX)).time(now)
}

/// Some may not: they have to be walked again.
pub(crate) fn to_plan(version: u64) -> Statement {
    let sql = "UPDATE rules SET planned_at = NULL WHERE version = ?1";
    Statement::new("rules_to_plan", sql).int(i64::try_from(version).unwrap_or(i64::MAX))
}

/// The rules for what must not wait for the database: as they were last read here, when it does not answer.
pub(crate) async fn at_hand(app: &AppContext) -> Option<Rc<CurrentRules>> {
    match current(app).await {
        Ok(current) => Some(current),
        Err(fault) => {
            fault.log("rules at hand");
            KEPT.with(|kept| kept.last(&()))
        }
    }
}

fn shipped() -> Result<CurrentRules, InternalError> {
    Ok(CurrentRules {
        version: 0,
        in_force: 0,
        faults: None,
        rules: Rules::parse(rules::DEFAULT).map_err(|_| InternalError::Rules)?,
        text: rules::DEFAULT.to_owned(),
        saved_at: Timestamp::default(),
        saved_by: None,
        note: None,
    })
}

/// Saves a new version, if `expected` is still the latest. `planned`: it changes nothing for threads that are open.
pub(crate) fn save(
    text: &str,
    expected: u64,
    now: Timestamp,
    by: &TeammateId,
    note: Option<&str>,
    changes: Option<Changes>,
    planned: bool,
) -> Statement {
    let sql = "INSERT INTO rules (version, text, saved_at, saved_by, note, added, removed, planned_at) \
               SELECT ?1 + 1, ?2, ?3, ?4, ?5, ?6, ?7, iif(?8 = 1, ?3, NULL) \
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
        .int(i64::from(planned))
}

const VERSION: &str = "SELECT version, saved_at, saved_by, note, added, removed FROM rules";

/// Versions below `before`, newest first.
pub(crate) async fn versions(app: &AppContext, before: i64, limit: u32) -> Result<Vec<VersionRow>, InternalError> {
    let sql = format!("{VERSION} WHERE version < ?1 ORDER BY version DESC LIMIT ?2");
    Statement::new("list_rules", &sql).int(before).int(i64::from(limit)).rows(app).await
}

/// One version, as the list has it.
pub(crate) async fn version(app: &AppContext, version: u64) -> Result<Option<VersionRow>, InternalError> {
    let sql = format!("{VERSION} WHERE version = ?1");
    Statement::new("find_rules", &sql).int(i64::try_from(version).unwrap_or(i64::MAX)).row(app).await
}

/// The text of a version, if there is one; that of version 0 ships.
pub(crate) async fn text(app: &AppContext, version: u64) -> Result<Option<String>, InternalError> {
    #[derive(Deserialize)]
    struct Text {
        text: String,
    }
    if version == 0 {
        return Ok(Some(rules::DEFAULT.to_owned()));
    }
    let sql = "SELECT text FROM rules WHERE version = ?1";
    let row: Option<Text> =
        Statement::new("read_rules_text", sql).int(i64::try_from(version).unwrap_or(i64::MAX)).row(app).await?;
    Ok(row.map(|row| row.text))
}

/// What is kept in this isolate is out of date.
pub(crate) fn forget() {
    KEPT.with(TtlCache::clear);
}
