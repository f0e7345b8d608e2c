//! What running costs: the operations that a message, a thread, a reply and a label take, times what they are priced at.
//!
//! `prices.json` has the list of prices, with where and when they were read; the rules may have others. `operations.json` has the operations in
//! thousandths: those that the real Worker was measured at, and those that no run on one machine can measure.

use crate::{
    json::{self, Read},
    rules::Rules,
    sorted::Map,
};

const PRICES: &str = include_str!("prices.json");
const OPERATIONS: &str = include_str!("operations.json");

/// What the comparable AWS design was reckoned at, in millionths of a dollar, by messages a month.
const COMPARABLE: [(u64, u64); 2] = [(1_500, 3_000_000), (10_000, 12_000_000)];
/// Months that are reckoned, by messages.
pub const SCALES: [u64; 3] = [1_500, 10_000, 100_000];

/// What happens in a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Read)]
pub struct Mix {
    /// New threads.
    pub threads: u64,
    /// Messages in.
    pub messages: u64,
    /// Messages out.
    pub replies: u64,
    /// Labels by a model.
    pub labels: u64,
}

impl Mix {
    /// The usual: one thread for five messages, an answer to every other one, and no two of them labelled together.
    pub const fn usual(messages: u64) -> Self {
        Self { threads: messages / 5, messages, replies: messages / 2, labels: messages }
    }

    /// As many messages, in the proportions of this one; in the usual ones where this is too little to tell.
    #[must_use]
    pub fn scaled(self, messages: u64) -> Self {
        if self.messages < 100 {
            return Self::usual(messages);
        }
        let of = |part: u64| part.saturating_mul(messages) / self.messages;
        Self { threads: of(self.threads), messages, replies: of(self.replies), labels: of(self.labels) }
    }

    const fn of(self, item: Item) -> u64 {
        match item {
            Item::Thread => self.threads,
            Item::Message => self.messages,
            Item::Reply => self.replies,
            Item::Label => self.labels,
        }
    }
}

/// What operations are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Read)]
#[serde(rename_all = "camelCase")]
enum Item {
    Thread,
    Message,
    Reply,
    Label,
}

#[derive(Debug, Read)]
struct Operation {
    of: Item,
    unit: String,
    /// In thousandths.
    each: u64,
}

#[derive(Debug, Read)]
struct Operations {
    measured: Vec<Operation>,
    /// What the long run had beyond that: objects that wake by their alarms when nobody looks any more.
    fitted: Vec<Operation>,
    assumed: Vec<Operation>,
}

/// What a unit costs.
#[derive(Debug, Read)]
pub struct Price {
    /// A stable word.
    pub unit: String,
    /// As shown.
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
    #[serde(default)]
    pub free: Option<u64>,
    /// Where it was read.
    pub source: String,
}

#[derive(Debug, Read)]
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
    /// Unit by unit.
    pub lines: Vec<Line<'a>>,
    /// Paid whatever happens, in millionths of a dollar.
    pub floor: u64,
}

impl Model {
    /// The model that ships.
    pub fn shipped() -> Result<Self, json::Error> {
        Ok(Self { prices: json::from_str(PRICES)?, operations: json::from_str(OPERATIONS)? })
    }

    /// When the prices were read.
    pub fn read_on(&self) -> &str {
        &self.prices.read
    }

    /// The operations of a mix that were measured, in thousandths, by unit.
    pub fn measured(&self, mix: Mix) -> Map<&str, u64> {
        sums(self.operations.measured.iter().chain(&self.operations.fitted), mix)
    }

    /// What a month of this mix costs on the paid plan, by the prices of the rules and, where they have none, the list's.
    pub fn bill(&self, mix: Mix, rules: &Rules) -> Bill<'_> {
        let operations = &self.operations;
        let used = sums(operations.measured.iter().chain(&operations.fitted).chain(&operations.assumed), mix);
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
pub fn units() -> Result<Vec<String>, json::Error> {
    let prices: Prices = json::from_str(PRICES)?;
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

fn sums<'a>(operations: impl Iterator<Item = &'a Operation>, mix: Mix) -> Map<&'a str, u64> {
    let mut sums: Map<&str, u64> = Map::new();
    for one in operations {
        let sum = sums.get_or_insert_with(one.unit.as_str(), u64::default);
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
