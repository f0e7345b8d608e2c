//! The database: the index of the inbox, and what the workspace is. Named queries with bound values only.

pub(crate) mod accounts;
pub(crate) mod attention;
pub(crate) mod audit;
pub(crate) mod connections;
pub(crate) mod contacts;
pub(crate) mod counters;
pub(crate) mod deliveries;
pub(crate) mod digest_facts;
pub(crate) mod digests;
pub(crate) mod facts;
pub(crate) mod fingerprints;
pub(crate) mod kept;
pub(crate) mod media;
pub(crate) mod outbox;
pub(crate) mod publish;
pub(crate) mod rules;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod sweep;
pub(crate) mod teammates;
pub(crate) mod threads;
pub(crate) mod tokens;

use serde::{Deserialize, de::DeserializeOwned};
use tributary_domain::time::Timestamp;
use worker::{
    D1Database, D1PreparedStatement, D1Result,
    d1::serde_wasm_bindgen,
    js_sys::{Array, JSON},
    wasm_bindgen::JsValue,
};

use crate::{app::AppContext, error::InternalError};

/// Whether the database answers, and has its tables.
pub(crate) async fn answers(app: &AppContext) -> Result<(), InternalError> {
    let sql = "SELECT 1 AS one FROM attempts LIMIT 1";
    let _: Option<serde::de::IgnoredAny> = Statement::new("check_health", sql).row(app).await?;
    Ok(())
}

/// A statement with its values. Its name shows in the database's own logs.
pub(crate) struct Statement {
    name: &'static str,
    sql: String,
    values: Vec<JsValue>,
}

impl Statement {
    pub(crate) fn new(name: &'static str, sql: &str) -> Self {
        Self { name, sql: format!("-- {name}\n{sql}"), values: Vec::new() }
    }

    pub(crate) fn text(mut self, value: &str) -> Self {
        self.values.push(JsValue::from_str(value));
        self
    }

    pub(crate) fn maybe(mut self, value: Option<&str>) -> Self {
        self.values.push(value.map_or(JsValue::NULL, JsValue::from_str));
        self
    }

    /// Binds the next value. Times and counts stay far below 2^53, where the database's numbers end.
    #[expect(clippy::cast_precision_loss, reason = "times, versions and counts are below 2^53")]
    pub(crate) fn int(mut self, value: i64) -> Self {
        self.values.push(JsValue::from_f64(value as f64));
        self
    }

    pub(crate) fn time(self, value: Timestamp) -> Self {
        self.int(value.millis())
    }

    fn prepared(&self, index: &D1Database) -> Result<D1PreparedStatement, InternalError> {
        index.prepare(&self.sql).bind(&self.values).map_err(InternalError::index(self.name))
    }

    pub(crate) async fn rows<T: DeserializeOwned>(self, app: &AppContext) -> Result<Vec<T>, InternalError> {
        let name = self.name;
        serde_json::from_str(&self.written(app).await?).map_err(InternalError::form(name))
    }

    /// Its rows, as JSON. Apart from the reading, which there is of every kind of row.
    async fn written(self, app: &AppContext) -> Result<String, InternalError> {
        let index = app.index()?;
        let result = self.prepared(&index)?.all().await.map_err(InternalError::index(self.name))?;
        written(&given(&result, self.name)?, self.name)
    }

    pub(crate) async fn row<T: DeserializeOwned>(self, app: &AppContext) -> Result<Option<T>, InternalError> {
        Ok(self.rows(app).await?.into_iter().next())
    }

    pub(crate) async fn run(self, app: &AppContext) -> Result<(), InternalError> {
        let index = app.index()?;
        self.prepared(&index)?.run().await.map(|_| ()).map_err(InternalError::index(self.name))
    }
}

/// Runs statements in one transaction.
pub(crate) async fn together(
    app: &AppContext,
    name: &'static str,
    statements: Vec<Statement>,
) -> Result<Vec<D1Result>, InternalError> {
    let index = app.index()?;
    let prepared = statements.iter().map(|one| one.prepared(&index)).collect::<Result<Vec<_>, _>>()?;
    index.batch(prepared).await.map_err(InternalError::index(name))
}

/// Whether the statement at this place of a transaction gave any row back. Statements that may change nothing end
/// in `RETURNING`: the database's own count of changes comes with the last rowid, which search makes too large for
/// its numbers, and so cannot be read.
pub(crate) fn gave(name: &'static str, results: &[D1Result], place: usize) -> Result<bool, InternalError> {
    Ok(results.get(place).map(|result| given(result, name)).transpose()?.is_some_and(|rows| rows.length() > 0))
}

/// A row as the database gives it.
#[derive(Deserialize)]
#[serde(transparent)]
struct Given(#[serde(with = "serde_wasm_bindgen::preserve")] JsValue);

/// The rows of a statement, as the database gives them.
fn given(result: &D1Result, name: &'static str) -> Result<Array, InternalError> {
    let rows: Vec<Given> = result.results().map_err(InternalError::index(name))?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// The rows of a statement. By way of their JSON: one reader for everything makes a smaller Worker.
pub(crate) fn read<T: DeserializeOwned>(result: &D1Result, name: &'static str) -> Result<Vec<T>, InternalError> {
    serde_json::from_str(&written(&given(result, name)?, name)?).map_err(InternalError::form(name))
}

fn written(rows: &Array, name: &'static str) -> Result<String, InternalError> {
    JSON::stringify(rows).map(String::from).map_err(|error| InternalError::index(name)(error.into()))
}
