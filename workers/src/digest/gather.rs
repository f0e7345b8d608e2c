//! What a digest is made of: counts and lists of the index, and what the threads in doubt say themselves.

use std::collections::{BTreeMap, BTreeSet};

use tributary_domain::{
    audit::Action,
    digest::{
        AccountFacts, DayFacts, Facts, Group, LISTED, Line, SPAN_DAYS,
        schedule::{bounds, day_name, earlier},
    },
    id::ReplyId,
    rules::{NaiveDate, Rules, Zone},
    time::{Span, Timestamp},
};
use tributary_wire::{
    api::{
        message::{MessageItem, MessageStatus},
        thread::ThreadItem,
    },
    objects::{MessagePage, ThreadCall},
};

use crate::{
    app::AppContext,
    clock,
    d1::digest_facts::{self, AccountRow, ActionRow, COUNTED, DayRow, Item, Present},
    error::InternalError,
    objects,
};

/// Messages of a thread that are looked at to tell what became of its replies.
const MESSAGES: u32 = 50;
/// A day is counted for good when it is over for this long: late entries have come by then.
const SETTLED: Span = Span::hours(1);

/// The facts of the digest of `day`, as of `now`.
pub(super) async fn facts(
    app: &AppContext,
    rules: &Rules,
    day: NaiveDate,
    now: Timestamp,
) -> Result<Facts, InternalError> {
    let zone = &rules.digest.zone;
    let before: Vec<NaiveDate> = (1..=SPAN_DAYS).map(|back| earlier(day, back)).collect();
    let names: Vec<String> = before.iter().map(|day| day_name(*day)).collect();
    let month: String = now.to_string().chars().take(7).collect();
    let periods: Vec<&str> = names.iter().map(String::as_str).chain([month.as_str()]).collect();
    let days: Vec<&str> = names.iter().map(String::as_str).collect();
    let present = digest_facts::present(app, now, &periods, &days, zone.name()).await?;
    let Present { groups, stuck, spend, .. } = present;
    // Open threads in doubt are counted among their groups, listed or not.
    let mut doubts = groups.iter().map(|group| group.doubtful).sum::<u64>();
    let others = lines(present.doubtful_others);
    doubts = doubts.saturating_add(u64::try_from(others.len()).unwrap_or(u64::MAX));
    let mut doubtful = lines(present.doubtful_open);
    doubtful.extend(others);
    doubtful.truncate(LISTED);
    for line in &mut doubtful {
        tell_replies(app, line).await;
    }
    let number = |state: &str| stuck.iter().filter(|row| row.state == state).map(|row| row.number).sum();
    let cost = |period: &str| {
        let row = spend.iter().find(|row| row.period == period);
        row.and_then(|row| u64::try_from(row.value).ok()).unwrap_or_default()
    };
    let open: u64 = groups.iter().map(|group| group.open).sum();
    Ok(Facts {
        held: groups.iter().map(|group| group.held).sum(),
        posts: groups.iter().map(|group| group.posts).sum(),
        at_least: i64::try_from(open).is_ok_and(|open| open >= COUNTED),
        groups: groups
            .into_iter()
            .filter(|row| row.open > 0)
            .map(|row| Group {
                topic: row.topic,
                queue: row.queue,
                open: row.open,
                overdue: row.overdue,
                comments: row.comments,
            })
            .collect(),
        snoozed: present.snoozed,
        overdue: lines(present.overdue),
        unassigned: lines(present.unassigned),
        in_doubt: doubtful,
        doubtful: doubts,
        parked: number("parked"),
        dead: number("dead"),
        oldest: stuck.iter().map(|row| Timestamp::from_millis(row.oldest)).min(),
        accounts: present.accounts.into_iter().map(account).collect(),
        days: history(app, zone, &before, present.days, now).await?,
        spend: names.iter().map(|day| cost(day)).collect(),
        month: cost(&month),
    })
}

/// One that cannot be read is left out, and counted all the same.
fn lines(rows: Vec<Item>) -> Vec<Line> {
    let read = |row: Item| serde_json::from_slice(row.item.as_bytes()).map_err(InternalError::form("threads.item"));
    let read = rows.into_iter().filter_map(|row| read(row).map_err(|fault| fault.log("digest line")).ok());
    read.map(line).collect()
}

fn line(item: ThreadItem) -> Line {
    Line {
        thread: item.id,
        platform: item.platform,
        surface: item.surface,
        summary: item.summary,
        summarized: item.summarized,
        topic: item.topic,
        urgency: item.urgency.as_str().to_owned(),
        owner: item.owner.id,
        due_at: item.due_at,
        uncertain: 0,
        failed: 0,
    }
}

/// What became of the replies of a thread: only the thread itself knows.
async fn tell_replies(app: &AppContext, line: &mut Line) {
    let call = ThreadCall::Messages { before: None, limit: MESSAGES };
    let page: MessagePage = match objects::thread::call(app, &line.thread, &call).await {
        Ok(page) => page,
        Err(fault) => return fault.log("digest replies"),
    };
    line.uncertain = replies(&page.items, MessageStatus::Uncertain);
    line.failed = replies(&page.items, MessageStatus::Failed);
}

fn replies(items: &[MessageItem], status: MessageStatus) -> u32 {
    // A long reply is several messages.
    let of_status = items.iter().filter(|item| item.status == Some(status));
    let different: BTreeSet<&str> = of_status.filter_map(|item| item.reply_id.as_ref().map(ReplyId::as_str)).collect();
    u32::try_from(different.len()).unwrap_or(u32::MAX)
}

fn account(row: AccountRow) -> AccountFacts {
    AccountFacts {
        id: row.id,
        name: row.name,
        platform: row.platform,
        trouble: row.trouble,
        last_event: row.last_event.map(Timestamp::from_millis),
        connected_at: Timestamp::from_millis(row.connected_at),
        usual_pause: row.usual_pause.map(Span::millis),
    }
}

/// What was done on these days. A day that is over is counted once, and kept.
async fn history(
    app: &AppContext,
    zone: &Zone,
    days: &[NaiveDate],
    kept: Vec<DayRow>,
    now: Timestamp,
) -> Result<Vec<DayFacts>, InternalError> {
    let kept: BTreeMap<String, String> = kept.into_iter().map(|row| (row.day, row.facts)).collect();
    let mut found = Vec::with_capacity(days.len());
    for day in days {
        let name = day_name(*day);
        let known = kept.get(&name).and_then(|text| serde_json::from_slice(text.as_bytes()).ok());
        if let Some(known) = known {
            found.push(known);
            continue;
        }
        let (start, end) = bounds(zone, *day);
        let facts = counted(&digest_facts::actions(app, start, end).await?);
        if now.min(clock::now()).since(end) > SETTLED {
            let text = serde_json::to_string(&facts).map_err(InternalError::form("digest_days.facts"))?;
            digest_facts::keep_day(app, &name, zone.name(), &text).await?;
        }
        found.push(facts);
    }
    Ok(found)
}

fn counted(rows: &[ActionRow]) -> DayFacts {
    let number = |action: Action| rows.iter().filter(|row| row.action == action).map(|row| row.number).sum();
    DayFacts {
        opened: number(Action::Opened),
        replied: number(Action::Replied),
        closed: number(Action::Closed),
        labelled: number(Action::Labelled),
        corrected: number(Action::Corrected),
        looked: rows.iter().map(|row| row.looked).sum(),
        put_right: rows.iter().map(|row| row.put_right).sum(),
    }
}
