//! What the index lacks of the post, and the alarm that sees to it.

use tributary_domain::{
    post::{Comment, PostRecord},
    time::Timestamp,
};
use tributary_wire::{objects::PostPublication, view};

use super::{PostObject, told};
use crate::{clock, d1, error::InternalError, publish};

/// Comments whose words go to the index at once.
const WORDS: i64 = 1000;
/// Comments whose threads are told at one ring of the alarm.
const OWING: i64 = 50;

impl PostObject {
    /// All that the index lacks; nothing where that is more than goes at once, and the alarm brings it.
    pub(super) fn publication(
        &self,
        record: &PostRecord,
        now: Timestamp,
    ) -> Result<Option<PostPublication>, InternalError> {
        if !record.is_behind() {
            return Ok(None);
        }
        let changed = self.rows.changed(record.acked, WORDS + 1)?;
        if changed.len() > usize::try_from(WORDS).unwrap_or(usize::MAX) {
            return Ok(None);
        }
        self.published_as(record, record.version, &changed, now).map(Some)
    }

    /// As much of what the index lacks as goes at once, as of the version up to which it is all of it.
    fn part(&self, record: &PostRecord, now: Timestamp) -> Result<PostPublication, InternalError> {
        let mut changed = self.rows.changed(record.acked, WORDS + 1)?;
        let mut version = record.version;
        if changed.len() > usize::try_from(WORDS).unwrap_or(usize::MAX)
            && let (Some(first), Some(last)) =
                (changed.first().and_then(|one| one.changed), changed.last().and_then(|one| one.changed))
        {
            if first == last {
                changed = self.rows.changed_in(first)?;
                version = first;
            } else {
                changed.retain(|one| one.changed != Some(last));
                version = last - 1;
            }
        }
        self.published_as(record, version, &changed, now)
    }

    fn published_as(
        &self,
        record: &PostRecord,
        version: u64,
        changed: &[Comment],
        now: Timestamp,
    ) -> Result<PostPublication, InternalError> {
        let newest = self.rows.newest_held()?;
        let entries = self.rows.entries(version)?;
        view::post_publication(record, version, newest.as_ref(), changed, entries, now)
            .map_err(InternalError::form("post publication"))
    }

    /// Tells threads, the team and the index what they have not heard, whether or not whoever was to tell them is still
    /// alive.
    pub(super) async fn ring(&self) -> Result<(), InternalError> {
        self.rows.prepare()?;
        let Some(record) = self.rows.record()? else { return Ok(()) };
        let owing = self.hand_on(&record).await?;
        if let Some(hour) = record.alarming() {
            publish::flooded(&self.app, &record, hour).await?;
            if let Some(mut record) = self.rows.record()? {
                record.is_told(hour);
                self.write(vec![super::of_record(&record)?])?;
            }
        }
        let behind = self.catch_up().await?;
        self.see_to_moderation().await?;
        let timings = &self.app.config.timings;
        match self.rows.record()? {
            _ if owing || behind => self.wake(timings.alarm.slack).await,
            Some(record) if record.counts.held > 0 => self.wake(timings.alarm.look_again_after).await,
            _ => Ok(()),
        }
    }

    /// Tells threads what their comments wait with. Whether there is more.
    async fn hand_on(&self, record: &PostRecord) -> Result<bool, InternalError> {
        let owing = self.rows.owing(OWING)?;
        if owing.is_empty() {
            return Ok(false);
        }
        let handovers = owing.into_iter().filter_map(Comment::into_handover).collect();
        let (told, outcomes) = told(&self.app, &record.name, handovers).await;
        publish::publish(&self.app, &outcomes).await?;
        // Others may have written meanwhile.
        let Some(record) = self.rows.record()? else { return Ok(false) };
        let step = tributary_domain::post::acknowledge(&self.rows, &record, &told, clock::now())?;
        self.commit(&step, Vec::new(), clock::now())?;
        Ok(!self.rows.owing(1)?.is_empty())
    }

    /// Asks the index what it holds, and brings it some of what it lacks. Whether there is more.
    async fn catch_up(&self) -> Result<bool, InternalError> {
        let Some(record) = self.rows.record()?.filter(|record| record.listed) else { return Ok(false) };
        let indexed = d1::publish::version_of_post(&self.app, &view::post_id(&record.name)).await?.unwrap_or(0);
        self.is_acked(indexed)?;
        let Some(record) = self.rows.record()? else { return Ok(false) };
        if !record.is_behind() {
            return Ok(false);
        }
        let part = self.part(&record, clock::now())?;
        let version = part.version;
        publish::posts(&self.app, std::slice::from_ref(&part)).await?;
        self.is_acked(version)?;
        Ok(self.rows.record()?.is_some_and(|record| record.is_behind()))
    }
}
