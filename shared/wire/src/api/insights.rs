//! What happened, counted, and what it costs.

use std::fmt;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use tributary_domain::{
    id::{TeamId, TeammateId},
    insights::Report,
    platform::{Platform, Surface},
    time::Timestamp,
};

use super::bounded::Line;

super::body! {
    /// A report: a table, with what there is to know of it.
    pub struct InsightItem {
        pub report: String,
        /// First day, by the workspace's clocks.
        pub from: String,
        pub to: String,
        /// Whose days: the workspace's time zone.
        pub zone: String,
        /// What happened until then is counted; none while nothing has happened.
        pub counted_until: Option<Timestamp>,
        /// What the cells of each row are.
        pub columns: Vec<ColumnItem>,
        /// In order; a cell is a text, a number, or null where nothing can be told.
        pub rows: Vec<Vec<Value>>,
        /// All of it as one row, where that says something.
        pub total: Option<Vec<Value>>,
        /// What labels may cost, and did.
        pub budget: BudgetItem,
    }

    /// A column of a report.
    pub struct ColumnItem {
        /// A stable word.
        pub key: String,
        pub title: String,
        /// `text`, `count`, `seconds`, `percent` or `dollars`.
        pub unit: String,
    }

    /// What labels by a model may cost, and did, in US dollars; months and days are those of UTC.
    pub struct BudgetItem {
        pub month_spent: f64,
        /// Most in a month.
        pub monthly_budget: f64,
        pub day_spent: f64,
        /// Most in a day, if the rules say.
        pub daily_budget: Option<f64>,
        /// Labels that the built-in labeler gave today, because the money was spent.
        pub capped_today: u32,
    }

    /// Words that may tell topics, for a person to put into the rules.
    pub struct KeywordsItem {
        /// So many threads that people gave another topic were looked at.
        pub threads: u32,
        /// The likeliest of each topic first.
        pub suggestions: Vec<KeywordItem>,
    }

    /// A word that may tell a topic. At least three threads of three contacts have it.
    pub struct KeywordItem {
        pub topic: String,
        /// In small letters without accents.
        pub word: String,
        /// In so many of the topic's threads.
        pub threads: u32,
    }

    /// What this month costs, and what others would.
    pub struct CostsItem {
        /// As `2026-01`, in UTC.
        pub month: String,
        /// How much of it has passed, of a hundred.
        pub passed: f64,
        /// What happened so far.
        pub mix: MixItem,
        /// The plan of the rules: `paid` or `free`.
        pub plan: String,
        /// So far, unit by unit.
        pub lines: Vec<CostLineItem>,
        /// Paid each month, whatever happens.
        pub floor: f64,
        /// So far, with the floor. On the free plan: labels alone.
        pub total: f64,
        /// What labels cost by the tokens that models reported; the lines have what the model of costs expects.
        pub labels_spent: f64,
        /// The whole month, if it goes on like this.
        pub projected: ScaleItem,
        /// What other months would cost.
        pub scales: Vec<ScaleItem>,
        /// When the prices were read.
        pub prices_read: String,
    }

    /// What happens in a month.
    pub struct MixItem {
        pub threads: u64,
        pub messages: u64,
        pub replies: u64,
        /// Labels by a model.
        pub labels: u64,
        /// Of the messages, so many are comments.
        pub comments: u64,
        /// Comments besides that are held, in no thread.
        pub held: u64,
    }

    /// One unit of a bill.
    pub struct CostLineItem {
        /// A stable word.
        pub unit: String,
        pub title: String,
        /// So many, as the model of costs expects.
        pub used: f64,
        /// So many by the count of whoever is paid for them; none where nobody here is told.
        pub reported: Option<f64>,
        /// What `per` of them cost beyond what is included, in US dollars.
        pub price: f64,
        /// See `price`.
        pub per: u64,
        /// The price is from the rules, and not from the list.
        pub own_price: bool,
        /// So many a month are in the plan; 0 where it has no limit.
        pub included: f64,
        /// What is paid beyond, in US dollars.
        pub dollars: f64,
        /// Of what the free plan gives in the time, of a hundred; none where it has no limit.
        pub free_share: Option<f64>,
    }

    /// What a month of so many messages costs.
    pub struct ScaleItem {
        pub messages: u64,
        /// On the paid plan, with the floor, in US dollars.
        pub dollars: f64,
        pub labels: f64,
        /// On the free plan, which has no floor; none where it does not suffice.
        pub free: Option<f64>,
        /// What the comparable AWS design was reckoned at, where it was.
        pub comparable: Option<f64>,
    }
}

super::parameters! {
    /// Which report, of which days and of what.
    pub struct InsightsQuery {
        /// Which report; `volume` when left out.
        pub report: Option<Report>,
        /// First day; 27 days before `to` when left out.
        pub from: Option<Day>,
        /// Last day; today when left out.
        pub to: Option<Day>,
        pub platform: Option<Platform>,
        /// Which kind of conversation.
        pub surface: Option<Surface>,
        /// A topic of the rules.
        pub topic: Option<Line<200>>,
        pub teammate: Option<TeammateId>,
        /// A team's own, and its members'.
        pub team: Option<TeamId>,
        /// In which form; what `Accept` asks for when left out.
        pub format: Option<Format>,
    }
}

/// In which form a report comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Format {
    /// As a table in JSON.
    Json,
    /// As a file for spreadsheets.
    Csv,
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(pub NaiveDate);

/// The text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a day, as in 2026-01-31")]
pub struct NoDay;

impl TryFrom<String> for Day {
    type Error = NoDay;

    fn try_from(text: String) -> Result<Self, NoDay> {
        text.parse().ok().map(Self).filter(|day| day.to_string() == text).ok_or(NoDay)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

super::form!(Day, schemars::json_schema!({ "type": "string", "format": "date" }));
