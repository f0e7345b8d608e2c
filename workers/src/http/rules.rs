//! The rules document: read, checked, saved, and its versions.

use tributary_domain::{
    escalation,
    rules::{Faults, Rules, RulesError, Template, Topic, diff},
    template,
};
use tributary_wire::{
    api::{
        endpoints::{
            CheckRules, ListRulesVersions, ListTemplates, ListTopics, ReadRules, ReadRulesVersion, RestoreRules,
            SaveRules,
        },
        rules::{
            CheckItem, RestoreRequest, RulesFaultItem, RulesItem, RulesRequest, RulesVersion, RulesVersionDetail,
            RulesVersionItem, TemplateItem, TopicItem,
        },
    },
    history::WorkspaceDetail,
    objects::RosterCall,
    queue::Job,
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page::{self, Names},
    problem::{Code, Refused},
};
use crate::{
    app::AppContext,
    d1::{
        self, gave,
        rules::{CurrentRules, VersionRow},
        together,
    },
    error::InternalError,
    publish,
};

fn item(rules: &CurrentRules) -> RulesItem {
    RulesItem {
        version: rules.version,
        text: rules.text.clone(),
        in_force: rules.in_force,
        faults: rules.faults.as_ref().map(told).unwrap_or_default(),
        saved_at: rules.saved_at,
        saved_by: rules.saved_by.clone(),
        note: rules.note.clone(),
    }
}

impl Handle for ReadRules {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        Ok(item(&*d1::rules::current(&call.app).await?))
    }
}

impl Handle for SaveRules {
    async fn handle(call: &Call, person: &Person, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        let RulesRequest { text, expected_version, note } = request;
        let note = note.as_deref().filter(|note| !note.is_empty());
        keep(call, person, &text, expected_version, note, None).await
    }
}

/// Saves a document as the version after `expected`.
async fn keep(
    call: &Call,
    person: &Person,
    text: &str,
    expected: u64,
    note: Option<&str>,
    restored: Option<u64>,
) -> Result<RulesItem, Refused> {
    let rules = parsed(text)?;
    let before = d1::rules::text(&call.app, expected).await?;
    let planned = before.as_deref().and_then(Rules::readable).is_some_and(|before| escalation::same(&before, &rules));
    let changes = before.map(|before| diff::changes(&before, text));
    let by = &person.teammate.id;
    let done = WorkspaceDetail::RulesSaved { version: expected.saturating_add(1), restored };
    let statements =
        vec![d1::rules::save(text, expected, call.now, by, note, changes, planned), person.did_if_changed(call, done)?];
    let results = together(&call.app, "save_rules", statements).await?;
    d1::rules::forget();
    let current = d1::rules::current(&call.app).await?;
    let saved = gave("save_rules", &results, 0)?;
    if !saved {
        let detail = format!(
            "The rules are at version {}, you began from {expected}. Read them again and make your change there.",
            current.version
        );
        return Err(Refused::new(Code::RulesChanged, detail).version(current.version).field("expectedVersion"));
    }
    tell_roster(call, RosterCall::RulesChanged);
    if !planned {
        replan(call, current.version);
    }
    Ok(item(&current))
}

/// Saves an earlier version anew: what was between stays in the list.
impl Handle for RestoreRules {
    async fn handle(
        call: &Call,
        person: &Person,
        Input { path: (RulesVersion(version),), body: request, .. }: Input<Self>,
    ) -> Answer<Self> {
        let RestoreRequest { expected_version } = request;
        let text = d1::rules::text(&call.app, version).await?.ok_or_else(|| Refused::not_found("version"))?;
        let note = if version == 0 {
            "Restored the document that ships".to_owned()
        } else {
            format!("Restored version {version}")
        };
        keep(call, person, &text, expected_version, Some(&note), Some(version)).await
    }
}

/// What is wrong with a document, for whoever is writing it.
impl Handle for CheckRules {
    async fn handle(_: &Call, _: &By<Self>, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        let faults = Rules::check(&request.text).map_or_else(|faults| told(&faults), |_| Vec::new());
        Ok(CheckItem { faults })
    }
}

/// Has the open threads go by this version, after the answer.
fn replan(call: &Call, rules: u64) {
    let app = call.app.clone();
    let job = Job::Replan { rules, after: None, again: false };
    call.afterwards("replan", async move { publish::put(&app, "JOBS", &[job], 0).await });
}

/// Tells the roster of a change, after the answer, and carries out what it decides.
pub(super) fn tell_roster(call: &Call, change: RosterCall) {
    let app = call.app.clone();
    call.afterwards("tell roster", async move { heard(&app, &change).await });
}

pub(super) async fn heard(app: &AppContext, change: &RosterCall) -> Result<(), InternalError> {
    let answer = publish::roster(app, change).await?;
    publish::decided(app, &answer.effects).await
}

/// The document, or a refusal that tells all that is wrong with it.
pub(super) fn parsed(text: &str) -> Result<Rules, Refused> {
    Rules::check(text).map_err(|faults| {
        let RulesError { line, column, message, suggestion } = &faults.first;
        let hint = suggestion.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        Refused::new(Code::RulesInvalid, format!("Line {line}, column {column}: {message}{hint}."))
            .field("text")
            .place(*line, *column)
            .faults(told(&faults))
    })
}

fn told(faults: &Faults) -> Vec<RulesFaultItem> {
    let place = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let fault = |error: &RulesError| RulesFaultItem {
        line: place(error.line),
        column: place(error.column),
        message: error.message.clone(),
        suggestion: error.suggestion.clone(),
    };
    std::iter::once(&faults.first).chain(&faults.others).map(fault).collect()
}

impl Handle for ListRulesVersions {
    async fn handle(call: &Call, _: &By<Self>, Input { query, .. }: Input<Self>) -> Answer<Self> {
        let limit = query.limit.get();
        let (before, _) = page::newest(query.cursor);
        let mut rows = d1::rules::versions(&call.app, before, limit + 1).await?;
        let next = page::cut(&mut rows, limit, |row| (i64::try_from(row.version).unwrap_or(i64::MAX), ""));
        let names = Names::load(call).await?;
        let items = rows.iter().map(|row| version_item(row, &names)).collect();
        page::page(call, items, next).await
    }
}

/// One version, its text and that of the one before it: the page shows their difference, by the same code with which
/// it puts two people's changes together.
impl Handle for ReadRulesVersion {
    async fn handle(
        call: &Call,
        _: &By<Self>,
        Input { path: (RulesVersion(version),), .. }: Input<Self>,
    ) -> Answer<Self> {
        let app = &call.app;
        let text = d1::rules::text(app, version).await?.ok_or_else(|| Refused::not_found("version"))?;
        let names = Names::load(call).await?;
        let item = match d1::rules::version(app, version).await? {
            Some(row) => version_item(&row, &names),
            None => RulesVersionItem {
                version,
                saved_at: None,
                saved_by: None,
                saved_by_name: None,
                note: None,
                added: None,
                removed: None,
            },
        };
        let before = match version.checked_sub(1) {
            Some(before) => d1::rules::text(app, before).await?,
            None => None,
        };
        Ok(RulesVersionDetail { item, text, before })
    }
}

fn version_item(row: &VersionRow, names: &Names) -> RulesVersionItem {
    RulesVersionItem {
        version: row.version,
        saved_at: Some(row.saved_at()),
        saved_by: row.saved_by.clone(),
        saved_by_name: row.saved_by.as_ref().and_then(|id| names.teammate(id)),
        note: row.note.clone(),
        added: row.added,
        removed: row.removed,
    }
}

/// What threads can be about.
impl Handle for ListTopics {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let current = d1::rules::current(&call.app).await?;
        let item =
            |(id, topic): (&String, &Topic)| TopicItem { id: id.clone(), description: topic.description.clone() };
        let items: Vec<TopicItem> = current.rules.topics.iter().map(item).collect();
        page::page(call, items, None).await
    }
}

/// Beginnings of replies.
impl Handle for ListTemplates {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let current = d1::rules::current(&call.app).await?;
        let item = |template: &Template| TemplateItem {
            id: template.name.clone(),
            title: template.title.clone(),
            text: template.text.clone(),
            blanks: template::blanks(&template.text).into_iter().map(str::to_owned).collect(),
            topic: template.topic.clone(),
            language: template.language.clone(),
        };
        let items: Vec<TemplateItem> = current.rules.templates.iter().map(item).collect();
        page::page(call, items, None).await
    }
}
