//! What people put right, shown to a model. Which corrections these are is kept per isolate for a while; their words are
//! kept nowhere, and read with each label, so that what was taken back meanwhile is not shown.

use std::rc::Rc;

use tributary_domain::label::{self, Example, LabelExample};

use crate::{
    app::AppContext,
    cache::TtlCache,
    clock,
    d1::{facts, rules::CurrentRules, search},
    error::InternalError,
};

/// Corrections that are looked through, the latest: enough for a few of each topic.
const LOOKED_THROUGH: i64 = 48;
/// Of some nothing is left: so many times more are read than are shown.
const SPARE: usize = 2;

thread_local! {
    /// By the version of the rules.
    static LESSONS: TtlCache<u64, Rc<Vec<LabelExample>>> = const { TtlCache::new(1) };
}

/// As many examples as the rules ask for. Without them a label is made all the same.
pub(super) async fn examples(app: &AppContext, rules: &CurrentRules) -> Vec<Example> {
    let most = rules.rules.labels.learn_examples;
    if most == 0 {
        return Vec::new();
    }
    read(app, rules, most).await.map_err(|fault| fault.log("learned")).unwrap_or_default()
}

async fn read(app: &AppContext, rules: &CurrentRules, most: usize) -> Result<Vec<Example>, InternalError> {
    let now = clock::now();
    let kept = LESSONS.with(|kept| kept.fresh(&rules.version, now, app.config.timings.cache.example_ttl));
    let lessons = if let Some(kept) = kept {
        kept
    } else {
        let lessons = Rc::new(label::lessons(facts::corrections(app, LOOKED_THROUGH).await?, &rules.rules));
        LESSONS.with(|kept| kept.put(rules.version, now, Rc::clone(&lessons)));
        lessons
    };
    let lessons = lessons.get(..lessons.len().min(most * SPARE)).unwrap_or_default();
    if lessons.is_empty() {
        return Ok(Vec::new());
    }
    let remaining = search::remaining(app, lessons).await?;
    Ok(lessons.iter().filter_map(|lesson| lesson.example(&remaining)).take(most).collect())
}
