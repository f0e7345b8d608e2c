//! What running costs: the operations that a message, a thread, a reply, a label and a comment take, times what they are
//! priced at.
//!
//! `prices.json` has the list of prices, with where and when they were read; the rules may have others. `operations.json`
//! has the operations in thousandths: those that the real Worker was measured at, each kind by itself, and those that no
//! run on one machine can measure. None of them was taken from the long run that they are tested by.

mod usage;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::rules::Rules;

pub use usage::Usage;

const PRICES: &str = include_str!("prices.json");
const OPERATIONS: &str = include_str!("operations.json");

/// What the comparable AWS design was reckoned at, in millionths of a dollar, by messages a month.
const COMPARABLE: [(u64, u64); 2] = [(1_500, 3_000_000), (10_000, 12_000_000)];
/// Months that are reckoned, by messages.
pub const SCALES: [u64; 3] = [1_500, 10_000, 100_000];

/// What happens in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub struct Mix {
    pub threads: u64,
    pub messages: u64,
    pub replies: u64,
    /// Labels by a model.
    pub labels: u64,
    /// Of the messages, so many are comments.
    #[serde(default)]
    pub comments: u64,
    /// Comments besides that became part of no thread.
    #[serde(default)]
    pub held: u64,
    /// Hours in which all this happened, and what is done by the clock was done.
    #[serde(default)]
    pub hours: u64,
}

/// Hours of a month.
const MONTH: u64 = 730;

impl Mix {
    /// A usual month: one thread for five messages, an answer to every other one, no two of them labelled together, and no
    /// comments.
    pub const fn usual(messages: u64) -> Self {
        let (threads, replies) = (messages / 5, messages / 2);
        Self { threads, messages, replies, labels: messages, comments: 0, held: 0, hours: MONTH }
    }

    /// A month of as many messages, in the proportions of this one; in the usual ones where this is too little to tell.
    #[must_use]
    pub fn scaled(self, messages: u64) -> Self {
        if self.messages < 100 {
            return Self::usual(messages);
        }
        let of = |part: u64| part.saturating_mul(messages) / self.messages;
        let (threads, replies, labels) = (of(self.threads), of(self.replies), of(self.labels));
        let (comments, held) = (of(self.comments), of(self.held));
        Self { threads, messages, replies, labels, comments, held, hours: MONTH }
    }

    const fn of(self, item: Item) -> u64 {
        match item {
            Item::Thread => self.threads,
            Item::Message => self.messages,
            Item::Reply => self.replies,
            Item::Label => self.labels,
            Item::Comment => self.comments,
            Item::Held => self.held,
            Item::Hour => self.hours,
            Item::Step => self.threads / THREADS_PER_STEP,
        }
    }
}

/// One thread in so many is warned of or handed on once, because nobody answered. Assumed.
const THREADS_PER_STEP: u64 = 5;

/// What operations are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Item {
    Thread,
    Message,
    Reply,
    /// What a label takes more when a model gives it.
    Label,
    /// What a comment takes more than another message: the post lies between.
    Comment,
    /// A comment that becomes part of no thread.
    Held,
    Hour,
    /// A step of the chain of a thread that nobody answers.
    Step,
}

#[derive(Debug, Deserialize)]
struct Operation {
    of: Item,
    unit: String,
    /// In thousandths.
    each: u64,
}

#[derive(Debug, Deserialize)]
struct Operations {
    /// What is done when somebody writes, answers or labels.
    measured: Vec<Operation>,
    /// What objects do after it by their alarms, when nobody looks any more.
    alarms: Vec<Operation>,
    /// What the cron lines do, and what they do again for each message.
    clock: Vec<Operation>,
    escalation: Vec<Operation>,
    assumed: Vec<Operation>,
}

impl Operations {
    fn all(&self) -> impl Iterator<Item = &Operation> {
        let later = self.clock.iter().chain(&self.escalation).chain(&self.assumed);
        self.measured.iter().chain(&self.alarms).chain(later)
    }
}

/// What a unit costs.
#[derive(Debug, Deserialize)]
pub struct Price {
    /// A stable word.
    pub unit: String,
    pub title: String,
    /// The price is for so many.
    pub per: u64,
    /// By the list, in millionths of a dollar; of tokens the rules say.
    #[serde(default, rename = "price")]
    micros: u64,
    /// So many a month are in the floor.
    #[serde(default)]
    pub included: u64,
    /// So many a month are in the free plan, spread evenly over its days; none where it has no limit.
    pub free: Option<u64>,
    /// Where it was read.
    pub source: String,
}

#[derive(Debug, Deserialize)]
struct Prices {
    read: String,
    floor: u64,
    units: Vec<Price>,
}

/// Prices and operations.
#[derive(Debug)]
pub struct Model {
    prices: Prices,
    operations: Operations,
}

/// One unit of a bill.
#[derive(Debug)]
pub struct Line<'a> {
    /// Which, at which price.
    pub price: &'a Price,
    /// What it costs: by the rules, or else by the list, in millionths of a dollar.
    pub micros: u64,
    /// The rules say so.
    pub own: bool,
    /// So many thousandths.
    pub used: u64,
    /// What is paid beyond what is included, in millionths of a dollar.
    pub paid: u64,
}

/// What a month costs.
#[derive(Debug)]
pub struct Bill<'a> {
    pub lines: Vec<Line<'a>>,
    /// Paid whatever happens, in millionths of a dollar.
    pub floor: u64,
}

impl Model {
    /// The model that ships.
    pub fn shipped() -> Result<Self, serde_json::Error> {
        Ok(Self { prices: serde_json::from_str(PRICES)?, operations: serde_json::from_str(OPERATIONS)? })
    }

    /// When the prices were read.
    pub fn read_on(&self) -> &str {
        &self.prices.read
    }

    /// What happens because of a mix within minutes, in thousandths, by unit.
    pub fn at_once(&self, mix: Mix) -> BTreeMap<&str, u64> {
        sums(self.operations.measured.iter().chain(&self.operations.alarms), mix)
    }

    /// What a month of this mix costs on the paid plan, by the prices of the rules and, where they have none, the list's.
    pub fn bill(&self, mix: Mix, rules: &Rules) -> Bill<'_> {
        let used = sums(self.operations.all(), mix);
        let line = |price| {
            let used = used.get(unit_of(price)).copied().unwrap_or_default();
            let own = own_price(price, rules);
            let micros = own.unwrap_or(price.micros);
            Line { price, micros, own: own.is_some(), used, paid: paid(price, used, micros) }
        };
        let lines = self.prices.units.iter().map(line).collect();
        Bill { lines, floor: rules.costs.monthly.unwrap_or(self.prices.floor) }
    }
}

/// The units that have a price.
pub fn units() -> Result<Vec<String>, serde_json::Error> {
    let prices: Prices = serde_json::from_str(PRICES)?;
    Ok(prices.units.into_iter().map(|price| price.unit).collect())
}

/// Whether a unit is paid to whoever runs the model.
pub fn is_token(unit: &str) -> bool {
    unit.starts_with("tokens")
}

fn own_price(price: &Price, rules: &Rules) -> Option<u64> {
    match price.unit.as_str() {
        "tokensIn" => Some(rules.labels.input_price),
        "tokensOut" => Some(rules.labels.output_price),
        unit => rules.costs.prices.get(unit).copied(),
    }
}

fn unit_of(price: &Price) -> &str {
    &price.unit
}

fn sums<'a>(operations: impl Iterator<Item = &'a Operation>, mix: Mix) -> BTreeMap<&'a str, u64> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for one in operations {
        let sum = sums.entry(one.unit.as_str()).or_default();
        *sum = sum.saturating_add(one.each.saturating_mul(mix.of(one.of)));
    }
    sums
}

fn paid(price: &Price, used: u64, micros: u64) -> u64 {
    let beyond = u128::from(used).saturating_sub(u128::from(price.included) * 1000);
    let micros = beyond * u128::from(micros) / (u128::from(price.per.max(1)) * 1000);
    u64::try_from(micros).unwrap_or(u64::MAX)
}

impl Line<'_> {
    /// Of what the free plan gives in a month, in thousandths; none where it has no limit.
    pub fn free_share(&self) -> Option<u64> {
        Some(self.used / self.price.free?.max(1))
    }

    /// Whether it is paid to whoever runs the model.
    pub fn is_label(&self) -> bool {
        is_token(&self.price.unit)
    }
}

impl Bill<'_> {
    /// Labels alone, in millionths of a dollar.
    pub fn labels(&self) -> u64 {
        self.lines.iter().filter(|line| line.is_label()).map(|line| line.paid).sum()
    }

    /// All of it.
    pub fn total(&self) -> u64 {
        self.lines.iter().map(|line| line.paid).sum::<u64>().saturating_add(self.floor)
    }

    /// What it costs on the free plan; none where that does not suffice.
    pub fn free(&self) -> Option<u64> {
        let fits = self.lines.iter().all(|line| line.free_share().is_none_or(|share| share <= 1000));
        fits.then(|| self.labels())
    }
}

/// What the comparable AWS design was reckoned at for so many messages.
pub fn comparable(messages: u64) -> Option<u64> {
    COMPARABLE.iter().find(|(of, _)| *of == messages).map(|(_, micros)| *micros)
}

#[cfg(test)]
mod tests;
