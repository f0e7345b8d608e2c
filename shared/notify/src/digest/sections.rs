//! What the written forms of a digest have in common: its lines in words, in the order in which they matter.

use chrono::Datelike as _;

use tributary_domain::{
    digest::{AccountNote, Digest, Labels, Line, Measure, MeasureName, Numbers, Share, Spend},
    notice::{Disclosure, bare},
    platform::Surface,
    rules::{NaiveDate, Zone},
    time::{Span, Timestamp},
};

/// Some lines below a heading.
pub(super) struct Section {
    pub(super) title: String,
    pub(super) items: Vec<Item>,
    /// Its lines are short: what is said beside each stands at its right.
    pub(super) short: bool,
}

pub(super) struct Item {
    pub(super) words: String,
    /// What is said beside it.
    pub(super) aside: String,
    pub(super) link: Option<String>,
}

/// `1 reply`, `3 replies`.
pub(super) fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The numbers in a few words.
pub(super) fn headline(digest: &Digest) -> String {
    let numbers = &digest.numbers;
    if numbers.open == 0 && numbers.in_doubt == 0 {
        return "Nothing is open".to_owned();
    }
    let more = if numbers.at_least { "more than " } else { "" };
    let mut parts = vec![format!("{more}{} open", numbers.open)];
    let further =
        [(numbers.overdue, "overdue"), (numbers.unassigned, "unassigned"), (numbers.in_doubt, "with a reply in doubt")];
    parts.extend(further.iter().filter(|(number, _)| *number > 0).map(|(number, what)| format!("{number} {what}")));
    parts.join(", ")
}

/// The subject of the mail.
pub(crate) fn subject(digest: &Digest) -> String {
    format!("{} · {}, {}", headline(digest), digest.workspace, day(digest))
}

/// The digest's day as people say it: `Thu 2 Jul 2026`.
pub(super) fn day(digest: &Digest) -> String {
    let mut parts = digest.day.split('-').map(|part| part.parse().unwrap_or_default());
    let (year, month, day): (u16, u16, u16) =
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day)).unwrap_or_default();
    format!("{} {day} {} {year}", date.weekday(), MONTHS.get(usize::from(month).wrapping_sub(1)).unwrap_or(&""))
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Where something is to be seen.
pub(super) fn link(digest: &Digest, path: &str) -> Option<String> {
    digest.origin.as_ref().map(|origin| format!("{origin}{path}"))
}

/// All that a digest has to say, without what is empty.
pub(super) fn sections(digest: &Digest, disclosure: Disclosure) -> Vec<Section> {
    let numbers = &digest.numbers;
    let lines = |lines: &[Line]| lines.iter().map(|line| thread(digest, line, disclosure)).collect();
    let of = |shown: usize, all: u64| {
        let more = u64::try_from(shown).unwrap_or(u64::MAX) < all;
        if more { format!(" ({shown} of {all})") } else { format!(" ({all})") }
    };
    let section = |title: String, items: Vec<Item>| Section { title, items, short: false };
    let table = |title: &str, items: Vec<Item>| Section { title: title.to_owned(), items, short: true };
    let all = [
        section(format!("Replies in doubt{}", of(digest.in_doubt.len(), numbers.in_doubt)), lines(&digest.in_doubt)),
        section(format!("Overdue{}", of(digest.overdue.len(), numbers.overdue)), lines(&digest.overdue)),
        section(format!("Unassigned{}", of(digest.unassigned.len(), numbers.unassigned)), lines(&digest.unassigned)),
        section("Needs a look".to_owned(), looks(digest)),
        table("By owner", shares(digest, &digest.owners, true)),
        table("By topic", shares(digest, &digest.topics, false)),
        table("Yesterday, and a usual day of the week before", yesterday(digest)),
    ];
    all.into_iter().filter(|section| !section.items.is_empty()).collect()
}

fn thread(digest: &Digest, line: &Line, disclosure: Disclosure) -> Item {
    let told = disclosure.line(line.summary.as_deref(), !line.summarized);
    let mut asides = Vec::new();
    if line.uncertain > 0 {
        asides.push(format!("{} uncertain", counted(line.uncertain.into(), "reply", "replies")));
    }
    if line.failed > 0 {
        asides.push(format!("{} failed", counted(line.failed.into(), "reply", "replies")));
    }
    asides.extend((line.surface == Surface::Comments).then(|| "comment".to_owned()));
    // Without a line of its own these are what stands there instead.
    if told.is_some() {
        asides.extend(Some(line.urgency.clone()).filter(|urgency| matches!(urgency.as_str(), "high" | "urgent")));
        asides.extend(line.topic.clone());
    }
    asides.push(line.owner.clone().unwrap_or_else(|| "nobody's".to_owned()));
    if let Some(due) = line.due_at {
        let late = digest.made_at > due;
        let span = span(if late { digest.made_at.since(due) } else { due.since(digest.made_at) });
        asides.push(if late { format!("{span} late") } else { format!("due in {span}") });
    }
    Item {
        words: told.map_or_else(|| bare(line.topic.as_deref(), &line.urgency, line.platform), str::to_owned),
        aside: asides.join(" · "),
        link: link(digest, &format!("/t/{}", line.thread)),
    }
}

/// Deliveries and accounts.
fn looks(digest: &Digest) -> Vec<Item> {
    let mut items = Vec::new();
    let stuck = &digest.deliveries;
    let since = stuck.oldest.map(|at| format!("the oldest since {}", when(digest, at))).unwrap_or_default();
    let kinds = [(stuck.parked, "parked"), (stuck.dead, "given up after every try")];
    for (number, what) in kinds.into_iter().filter(|(number, _)| *number > 0) {
        let words = format!("{} {what}", counted(number, "delivery", "deliveries"));
        items.push(Item { words, aside: since.clone(), link: None });
    }
    let Numbers { held, posts, .. } = digest.numbers;
    if held > 0 {
        let words = format!("{} held", counted(held, "comment is", "comments are"));
        let aside = format!("under {}, in no thread", counted(posts, "post", "posts"));
        items.push(Item { words, aside, link: link(digest, "/q/all") });
    }
    items.extend(digest.accounts.iter().map(|one| account(digest, one)));
    items
}

fn account(digest: &Digest, note: &AccountNote) -> Item {
    let words = match &note.trouble {
        Some(code) => format!("{} ({}) is in trouble: {}", note.name, note.platform, code.replace('_', " ")),
        None => format!("{} ({}) is silent", note.name, note.platform),
    };
    let heard = if note.trouble.is_some() { "last heard from" } else { "nothing since" };
    let aside = note
        .last_event
        .map_or_else(|| "nothing ever came from it".to_owned(), |last| format!("{heard} {}", when(digest, last)));
    Item { words, aside, link: None }
}

pub(super) fn shares(digest: &Digest, shares: &[Share], queues: bool) -> Vec<Item> {
    let item = |share: &Share| {
        let late = if share.overdue > 0 { format!(", {} overdue", share.overdue) } else { String::new() };
        let queue = (queues && share.id != "rest").then(|| format!("/q/{}", share.id));
        Item {
            words: share.name.clone(),
            aside: format!("{} open{late}", share.open),
            link: queue.and_then(|path| link(digest, &path)),
        }
    };
    shares.iter().map(item).collect()
}

fn yesterday(digest: &Digest) -> Vec<Item> {
    week(digest).into_iter().chain(right(digest)).chain(spent(digest)).collect()
}

/// Yesterday's numbers, each beside a usual day of the week before.
pub(super) fn week(digest: &Digest) -> Vec<Item> {
    digest.measures.iter().map(|one| Item { words: measured(one), aside: usual(one), link: None }).collect()
}

/// How the labels did, where any were made.
pub(super) fn right(digest: &Digest) -> Option<Item> {
    let labels = &digest.labels;
    let words = || {
        let made = counted(labels.made, "label", "labels");
        format!("{made} made, {} corrected by people", counted(labels.corrected, "label", "labels"))
    };
    (labels.week_made > 0).then(|| Item { words: words(), aside: accuracy(labels), link: None })
}

/// What labels cost, where they cost anything.
pub(super) fn spent(digest: &Digest) -> Option<Item> {
    let spend = &digest.spend;
    let words = || format!("{} for labels", dollars(spend.yesterday));
    (spend.month > 0 || spend.yesterday > 0).then(|| Item { words: words(), aside: spending(spend), link: None })
}

fn measured(measure: &Measure) -> String {
    let (one, many) = match measure.name {
        MeasureName::Opened => ("new conversation", "new conversations"),
        MeasureName::Replied => ("reply", "replies"),
        MeasureName::Closed => ("conversation closed", "conversations closed"),
    };
    counted(measure.yesterday, one, many)
}

fn usual(measure: &Measure) -> String {
    average(measure.before, measure.days)
        .map_or_else(|| "no earlier day to compare".to_owned(), |usual| format!("usually {usual}"))
}

/// With one decimal.
fn average(sum: u64, days: u32) -> Option<String> {
    let days = u64::from(days);
    let tenths = sum.saturating_mul(10).saturating_add(days / 2).checked_div(days)?;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

fn spending(spend: &Spend) -> String {
    let month = format!("{} of {} this month", dollars(spend.month), dollars(spend.budget));
    match spend.before.checked_div(u64::from(spend.days)) {
        Some(usual) => format!("usually {}; {month}", dollars(usual)),
        None => month,
    }
}

/// Of what people looked at: what nobody looked at may be right or wrong.
fn accuracy(labels: &Labels) -> String {
    match labels.week_right.saturating_mul(100).checked_div(labels.week_looked) {
        Some(right) => {
            format!("in eight days {right} % right of {} looked at; {} made", labels.week_looked, labels.week_made)
        }
        None => format!("in eight days none of {} looked at", labels.week_made),
    }
}

/// To the cent.
fn dollars(micros: u64) -> String {
    let cents = micros.saturating_add(5_000) / 10_000;
    format!("${}.{:02}", cents / 100, cents % 100)
}

/// A length of time in its largest unit.
fn span(span: Span) -> String {
    let minutes = span.as_millis() / 60_000;
    match minutes {
        0..=89 => format!("{} min", minutes.max(1)),
        90..=2159 => format!("{} h", (minutes + 30) / 60),
        _ => format!("{} days", (minutes + 720) / 1440),
    }
}

/// A day and a time on the team's wall.
pub(super) fn when(digest: &Digest, at: Timestamp) -> String {
    let zone = Zone::parse(&digest.time_zone).unwrap_or_else(|_| Zone::utc());
    let wall = Timestamp::from_seconds(zone.local(at)).to_string();
    wall.get(..16).unwrap_or(&wall).replace('T', " ")
}
