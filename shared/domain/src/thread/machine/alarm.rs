//! When the alarm rings.

use super::{Context, Storage, ThreadRecord};
use crate::{
    mutant::{self, Mutant},
    reply::Reply,
    time::Timestamp,
};

/// Notes the alarm that the record needs, to be set with what is written, unless it is set early enough.
pub(super) fn plan<'a>(
    record: &mut ThreadRecord,
    replies: impl IntoIterator<Item = &'a Reply>,
    context: &Context<'_>,
) -> Option<Timestamp> {
    if mutant::on(Mutant::NoAlarm) && record.thread.version > 1 {
        return None;
    }
    let wake = record.thread.wakes_at(replies, !record.fetching.is_empty(), context.now, context.timings)?;
    let ahead = |at: Timestamp| at > context.now || mutant::on(Mutant::PastAlarmStands);
    if record.alarm_at.is_some_and(|at| ahead(at) && at <= wake.plus(context.timings.alarm.slack)) {
        return None;
    }
    record.alarm_at = Some(wake);
    Some(wake)
}

/// Whoever asks finds work whose alarm was lost, and has it ring again: the record to write then, and when.
pub fn rearm<S: Storage>(
    storage: &S,
    record: &ThreadRecord,
    context: &Context<'_>,
) -> Result<Option<(ThreadRecord, Timestamp)>, S::Error> {
    // It rang as it should, unless something is due all the same.
    if record.alarm_at.is_none_or(|at| at.plus(context.timings.alarm.lost_after) > context.now)
        || mutant::on(Mutant::LostAlarmStays)
    {
        return Ok(None);
    }
    let mut record = record.clone();
    let alarm = plan(&mut record, &storage.unsettled()?, context);
    Ok(alarm.map(|at| (record, at)))
}
