//! What this month costs, and what others would: what happened, by the counts, times what the model of costs says of it.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate};
use tributary_domain::{
    costs::{self, Bill, Line, Mix, Model, SCALES, Usage},
    insights::{Kind, RollupTable},
    platform::Surface,
    rules::Plan,
    time::Timestamp,
};
use tributary_wire::api::{
    endpoints::ReadCosts,
    insights::{CostLineItem, CostsItem, MixItem, ScaleItem},
};

use super::{
    call::Call,
    handle::{Answer, By, Handle, Input},
    insights::dollars,
};
use crate::{
    d1::{self, counters, facts},
    error::InternalError,
    insights::freshened,
};

impl Handle for ReadCosts {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rules = d1::rules::current(&call.app).await?;
        freshened(&call.app, &rules.rules.workspace.hours.zone).await?;
        let (begin, end, month) = month_of(call.now);
        let hours = facts::sheets(&call.app, &[RollupTable::Flow, RollupTable::Labels], (begin, end)).await?;
        let mut mix = Mix { hours: call.now.since(begin).as_millis() / 3_600_000, ..Mix::default() };
        for cell in hours.iter().flat_map(|(_, cells)| cells) {
            if cell.kind == Kind::In && cell.surface == Surface::Comments {
                mix.comments = mix.comments.saturating_add(cell.count);
            }
            let sum = match cell.kind {
                Kind::In => &mut mix.messages,
                Kind::Held => &mut mix.held,
                Kind::Out => &mut mix.replies,
                Kind::Opened => &mut mix.threads,
                Kind::Labelled if cell.part == "model" => &mut mix.labels,
                _ => continue,
            };
            *sum = sum.saturating_add(cell.count);
        }
        let model = Model::shipped().map_err(InternalError::form("costs"))?;
        let plan = rules.rules.costs.plan;
        let bill = model.bill(mix, &rules.rules);
        let (passed, length) = (call.now.since(begin).as_millis().max(1), end.since(begin).as_millis());
        let whole = u128::from(mix.messages) * u128::from(length) / u128::from(passed);
        let whole = u64::try_from(whole).unwrap_or(u64::MAX);
        let scale = |messages| scale(messages, &model.bill(mix.scaled(messages), &rules.rules));
        let spent = counters::spent_on_labels(&call.app).await?;
        let tokens = counters::tokens(&call.app).await?;
        let item = CostsItem {
            month,
            passed: thousandths(
                u64::try_from(u128::from(passed) * 100_000 / u128::from(length.max(1))).unwrap_or_default(),
            ),
            mix: mix_item(mix),
            plan: plan.as_str().to_owned(),
            lines: bill.lines.iter().map(|one| line(one, tokens, plan, passed, length)).collect(),
            floor: dollars(if plan == Plan::Free { 0 } else { bill.floor }),
            total: dollars(if plan == Plan::Free { bill.labels() } else { bill.total() }),
            labels_spent: dollars(u64::try_from(spent.month).unwrap_or_default()),
            projected: scale(whole),
            scales: SCALES.into_iter().map(scale).collect(),
            prices_read: model.read_on().to_owned(),
        };
        Ok(item)
    }
}

/// When the month of `now` begins and ends (UTC), and what it is called.
fn month_of(now: Timestamp) -> (Timestamp, Timestamp, String) {
    let today = DateTime::from_timestamp_millis(now.millis()).unwrap_or_default().date_naive();
    let first = today.checked_sub_days(Days::new(u64::from(today.day0()))).unwrap_or(today);
    let next = first.checked_add_months(Months::new(1)).unwrap_or(first);
    let at = |date: NaiveDate| Timestamp::from_seconds(date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp());
    (at(first), at(next), first.to_string().chars().take(7).collect())
}

const fn mix_item(Mix { threads, messages, replies, labels, comments, held, .. }: Mix) -> MixItem {
    MixItem { threads, messages, replies, labels, comments, held }
}

fn line(line: &Line<'_>, tokens: Usage, plan: Plan, passed: u64, length: u64) -> CostLineItem {
    let (included, paid) = match plan {
        Plan::Paid => (line.price.included, line.paid),
        // Beyond its allowances nothing is sold, but labels are paid to others.
        Plan::Free => (line.price.free.unwrap_or_default(), if line.is_label() { line.paid } else { 0 }),
    };
    // What the free plan gives in the time that has passed.
    let share = |share: u64| u128::from(share) * u128::from(length) / u128::from(passed) / 10;
    CostLineItem {
        unit: line.price.unit.clone(),
        title: line.price.title.clone(),
        used: thousandths(line.used),
        reported: match line.price.unit.as_str() {
            "tokensIn" => Some(tokens.input_tokens),
            "tokensOut" => Some(tokens.output_tokens),
            _ => None,
        }
        .map(|count| thousandths(count.saturating_mul(1000))),
        price: dollars(line.micros),
        per: line.price.per,
        own_price: line.own,
        included: thousandths(included.saturating_mul(1000)),
        dollars: dollars(paid),
        free_share: line
            .free_share()
            .map(|one| thousandths(u64::try_from(share(one)).unwrap_or(u64::MAX).saturating_mul(1000))),
    }
}

fn scale(messages: u64, bill: &Bill<'_>) -> ScaleItem {
    ScaleItem {
        messages,
        dollars: dollars(bill.total()),
        labels: dollars(bill.labels()),
        free: bill.free().map(dollars),
        comparable: costs::comparable(messages).map(dollars),
    }
}

#[expect(clippy::cast_precision_loss, reason = "no count comes near 2^53")]
fn thousandths(number: u64) -> f64 {
    number as f64 / 1000.0
}
