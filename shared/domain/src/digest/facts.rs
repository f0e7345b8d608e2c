//! What a digest is made of, and the making of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    AccountNote, Digest, LISTED, Labels, Line, Measure, MeasureName, Numbers, Share, Spend, Stuck, one_line,
    schedule::day_name,
};
use crate::{
    id::AccountId,
    label,
    platform::Platform,
    rules::{NaiveDate, Rules},
    time::{Span, Timestamp},
};

/// Days that a digest looks back: yesterday, and the seven before it.
pub const SPAN_DAYS: u64 = 8;
/// Longest summary, in characters.
const SUMMARY: usize = 160;
/// Longest name, in characters.
const NAME: usize = 80;
/// Most topics and owners that are named; the rest is summed up.
const SHARES: usize = 12;

/// Open threads of one topic in one queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Group {
    /// None until labelled.
    pub topic: Option<String>,
    /// `unassigned`, or the id of a teammate or team.
    pub queue: String,
    pub open: u64,
    /// Of these, overdue.
    pub overdue: u64,
    /// Of the open ones, comments.
    #[serde(default)]
    pub comments: u64,
}

/// What was done on one local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DayFacts {
    pub opened: u64,
    /// Replies that people wrote here.
    pub replied: u64,
    /// Conversations that were closed.
    pub closed: u64,
    /// Labels that machines made.
    pub labelled: u64,
    /// Labels that people corrected.
    pub corrected: u64,
    /// Labels that a person had before them for the first time.
    #[serde(default)]
    pub looked: u64,
    /// Conversations in which a person corrected what a machine had said.
    #[serde(default)]
    pub put_right: u64,
}

/// A connected account, as far as its health goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    pub id: AccountId,
    pub name: String,
    pub platform: Platform,
    /// A stable word for its trouble.
    pub trouble: Option<String>,
    /// When something last came from it.
    pub last_event: Option<Timestamp>,
    /// Since when it is connected.
    pub connected_at: Timestamp,
    /// The longest pause between two events of late.
    pub usual_pause: Option<Span>,
}

/// Everything a digest is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Open threads by topic and queue.
    pub groups: Vec<Group>,
    pub snoozed: u64,
    /// There are more open threads than were looked at.
    pub at_least: bool,
    /// The longest overdue.
    pub overdue: Vec<Line>,
    /// What has no owner.
    pub unassigned: Vec<Line>,
    /// Threads with a reply that is uncertain or failed.
    pub in_doubt: Vec<Line>,
    /// How many of these there are.
    pub doubtful: u64,
    /// Comments that are held, in no thread, and the posts under which they are.
    pub held: u64,
    pub posts: u64,
    /// Deliveries that wait for a person.
    pub parked: u64,
    /// Deliveries that were given up.
    pub dead: u64,
    /// When the oldest of both came.
    pub oldest: Option<Timestamp>,
    pub accounts: Vec<AccountFacts>,
    /// Yesterday, and then the days before it.
    pub days: Vec<DayFacts>,
    /// What labels cost on these days, in millionths of a dollar.
    pub spend: Vec<u64>,
    /// What they cost this month.
    pub month: u64,
}

/// What a digest is made with, besides the facts.
#[derive(Debug)]
pub struct Maker<'a> {
    /// The rules in force.
    pub rules: &'a Rules,
    /// Names of teammates by their ids.
    pub people: &'a BTreeMap<String, String>,
    /// Where links lead, without a trailing slash.
    pub origin: Option<&'a str>,
}

impl Maker<'_> {
    /// The digest of `day`, as of `now`.
    pub fn make(&self, facts: Facts, day: NaiveDate, now: Timestamp) -> Digest {
        let digest = &self.rules.digest;
        let sum = |value: fn(&Group) -> u64| facts.groups.iter().map(value).sum();
        let unassigned = facts.groups.iter().filter(|group| group.queue == "unassigned").map(|group| group.open).sum();
        let numbers = Numbers {
            open: sum(|group| group.open),
            snoozed: facts.snoozed,
            overdue: sum(|group| group.overdue),
            unassigned,
            in_doubt: facts.doubtful,
            comments: sum(|group| group.comments),
            held: facts.held,
            posts: facts.posts,
            at_least: facts.at_least,
        };
        let known = known_days(&facts);
        Digest {
            day: day_name(day),
            made_at: now,
            time_zone: digest.zone.name().to_owned(),
            workspace: one_line(&self.rules.workspace.name, NAME),
            origin: self.origin.map(str::to_owned),
            numbers,
            topics: self.shares(&facts.groups, |group| group.topic.clone().unwrap_or_else(|| label::OTHER.to_owned())),
            owners: self.shares(&facts.groups, |group| group.queue.clone()),
            overdue: self.lines(facts.overdue),
            unassigned: self.lines(facts.unassigned),
            in_doubt: self.lines(facts.in_doubt),
            deliveries: Stuck { parked: facts.parked, dead: facts.dead, oldest: facts.oldest },
            accounts: facts.accounts.iter().filter_map(|one| self.note(one, now)).collect(),
            measures: [
                measure(&facts.days, known, MeasureName::Opened, |day| day.opened),
                measure(&facts.days, known, MeasureName::Replied, |day| day.replied),
                measure(&facts.days, known, MeasureName::Closed, |day| day.closed),
            ]
            .into(),
            labels: labels(&facts.days),
            spend: Spend {
                yesterday: facts.spend.first().copied().unwrap_or_default(),
                before: facts.spend.iter().skip(1).take(known).sum(),
                days: u32::try_from(known).unwrap_or_default(),
                month: facts.month,
                budget: self.rules.labels.monthly_budget,
            },
        }
    }

    /// Whether somebody should look at an account: it is in trouble, or silent for longer than its channel's rules say;
    /// where they say nothing, for longer than both the digest's span and half as long again as its longest pause of late.
    fn note(&self, account: &AccountFacts, now: Timestamp) -> Option<AccountNote> {
        let since = account.last_event.map_or(account.connected_at, |last| last.max(account.connected_at));
        let channels = self.rules.channels.iter().filter(|(channel, _)| channel.platform == account.platform);
        let patience = channels.filter_map(|(_, rules)| rules.silence).min().unwrap_or_else(|| {
            let usual = account.usual_pause.unwrap_or_default().as_millis();
            self.rules.digest.silent_after.max(Span::millis(usual.saturating_add(usual / 2)))
        });
        let silent = now.since(since) > patience;
        (silent || account.trouble.is_some()).then(|| AccountNote {
            account: account.id.clone(),
            name: one_line(&account.name, NAME),
            platform: account.platform,
            trouble: account.trouble.clone(),
            last_event: account.last_event,
        })
    }

    fn lines(&self, lines: Vec<Line>) -> Vec<Line> {
        let clean = |line: Line| Line {
            summary: line.summary.map(|text| one_line(&text, SUMMARY)).filter(|text| !text.is_empty()),
            owner: line.owner.as_deref().and_then(|queue| self.owner(queue)),
            ..line
        };
        lines.into_iter().take(LISTED).map(clean).collect()
    }

    /// The name of whoever a queue belongs to; none for the unassigned.
    fn owner(&self, queue: &str) -> Option<String> {
        if queue == "unassigned" {
            return None;
        }
        let team = self.rules.teams.iter().find(|(id, _)| id.as_str() == queue).map(|(_, team)| team.name.as_str());
        let name = self.people.get(queue).map(String::as_str).or(team).unwrap_or("Somebody who left");
        Some(one_line(name, NAME))
    }

    /// Groups put together by one of their marks, the largest first.
    fn shares(&self, groups: &[Group], mark: impl Fn(&Group) -> String) -> Vec<Share> {
        let mut shares: BTreeMap<String, Share> = BTreeMap::new();
        for group in groups {
            let id = mark(group);
            let name = match id.as_str() {
                "unassigned" => "Unassigned".to_owned(),
                other if self.rules.topics.contains_key(other) => other.to_owned(),
                other => self.owner(other).filter(|_| other == group.queue).unwrap_or_else(|| one_line(other, NAME)),
            };
            let share = shares.entry(id.clone()).or_insert_with(|| Share { id, name, open: 0, overdue: 0 });
            share.open = share.open.saturating_add(group.open);
            share.overdue = share.overdue.saturating_add(group.overdue);
        }
        let mut shares: Vec<Share> = shares.into_values().collect();
        shares.sort_by(|one, other| other.open.cmp(&one.open).then_with(|| one.name.cmp(&other.name)));
        let rest: Vec<Share> = if shares.len() > SHARES { shares.split_off(SHARES - 1) } else { Vec::new() };
        if !rest.is_empty() {
            shares.push(Share {
                id: "rest".to_owned(),
                name: format!("{} more", rest.len()),
                open: rest.iter().map(|share| share.open).sum(),
                overdue: rest.iter().map(|share| share.overdue).sum(),
            });
        }
        shares
    }
}

/// How many of the days before yesterday count: back to the first on which there was anything.
fn known_days(facts: &Facts) -> usize {
    let quiet =
        |(day, spend): (&DayFacts, Option<&u64>)| *day == DayFacts::default() && spend.is_none_or(|one| *one == 0);
    let mut known = 0;
    for (place, day) in facts.days.iter().enumerate().skip(1) {
        if !quiet((day, facts.spend.get(place))) {
            known = place;
        }
    }
    known
}

fn measure(days: &[DayFacts], known: usize, name: MeasureName, value: fn(&DayFacts) -> u64) -> Measure {
    Measure {
        name,
        yesterday: days.first().map(value).unwrap_or_default(),
        before: days.iter().skip(1).take(known).map(value).sum(),
        days: u32::try_from(known).unwrap_or_default(),
    }
}

fn labels(days: &[DayFacts]) -> Labels {
    let looked: u64 = days.iter().map(|day| day.looked).sum();
    Labels {
        week_looked: looked,
        week_right: looked.saturating_sub(days.iter().map(|day| day.put_right).sum()),
        made: days.first().map_or(0, |day| day.labelled),
        corrected: days.first().map_or(0, |day| day.corrected),
        week_made: days.iter().map(|day| day.labelled).sum(),
        week_corrected: days.iter().map(|day| day.corrected).sum(),
    }
}
