//! How often machines labelled right, of what people looked at.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use serde_json::{Value, json};

use super::{
    Counter, Kind,
    report::{Query, Rows, share},
};
use crate::time::Timestamp;

/// What became of one thing that machines say.
#[derive(Default)]
struct Said {
    made: u64,
    looked: u64,
    wrong: u64,
}

/// Of what machines said and a person had before them, how much they left as it was. What nobody looked at is told, and
/// takes no part in it. What is looked at or put right in a later week counts there.
pub(super) fn accuracy<'a>(query: &Query<'_>, cells: impl Iterator<Item = (Timestamp, &'a Counter)>) -> Rows {
    let mut weeks: BTreeMap<(NaiveDate, &str, &str), Said> = BTreeMap::new();
    for (at, cell) in cells {
        let date = query.local(at).date;
        let monday = Days::new(u64::from(date.weekday().num_days_from_monday()));
        let week = date.checked_sub_days(monday).unwrap_or(date);
        let (field, value) = match cell.kind {
            Kind::Labelled | Kind::SeenTopic | Kind::WrongTopic => ("topic", &cell.topic),
            Kind::SaidUrgency | Kind::SeenUrgency | Kind::WrongUrgency => ("urgency", &cell.part),
            Kind::SaidLanguage | Kind::SeenLanguage | Kind::WrongLanguage => ("language", &cell.part),
            _ => continue,
        };
        let sums = weeks.entry((week, field, value)).or_default();
        let sum = match cell.kind {
            Kind::SeenTopic | Kind::SeenUrgency | Kind::SeenLanguage => &mut sums.looked,
            Kind::WrongTopic | Kind::WrongUrgency | Kind::WrongLanguage => &mut sums.wrong,
            _ => &mut sums.made,
        };
        *sum = sum.saturating_add(cell.count);
    }
    let row = |((week, field, value), said): (&(NaiveDate, &str, &str), &Said)| {
        let Said { made, looked, wrong } = *said;
        // More was put right than was looked at first in this week: it says nothing of the week's labels.
        let right = looked.checked_sub(wrong).map_or(Value::Null, |right| share(right, looked));
        vec![json!(week.to_string()), json!(field), json!(value), json!(made), json!(looked), json!(wrong), right]
    };
    weeks.iter().map(row).collect()
}
