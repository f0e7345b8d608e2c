//! The labels a thread keeps: what machines said last, and what people put right.

use serde::{Deserialize, Serialize};

use super::{About, LabelSet, LabelSource, Labels, Urgency};
use crate::{id::TeammateId, time::Timestamp};

/// What a person puts right; what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Correction {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// What a machine said about one turn of the customer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineLabels {
    /// Which turn: it grows with every turn of a thread.
    pub turn: u64,
    pub set: LabelSet,
    /// About which messages, as far as they may be needed again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<About>,
}

/// What a machine said, once a person has dealt with the thread that it was said about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedAt {
    /// The machine's topic.
    pub topic: String,
    /// The machine's urgency.
    pub urgency: Urgency,
    /// The machine's language.
    pub language: String,
    /// The fields that people had spoken about before: there the machine's word was not shown.
    pub given: Vec<LabelField>,
}

/// A field of labels that a machine and people both speak about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LabelField {
    Topic,
    Urgency,
    Language,
}

/// Who a label that counts is by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Labeler {
    /// The rules and the customer's words, and nothing else: other rules make another of the same words.
    BuiltIn,
    Model,
    /// Nobody yet, or there was nothing to read: it is what it was before.
    Nobody,
    /// A person: it stands against all rules.
    Person,
}

/// Who the labels by which a thread is routed are by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelledBy {
    pub topic: Labeler,
    pub urgency: Labeler,
}

/// All that was said about a thread and still counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelState {
    /// By a machine, about the latest turn that was labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub machine: Option<MachineLabels>,
    /// By people: each field the latest word.
    pub correction: Correction,
    /// Who put something right last, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<(TeammateId, Timestamp)>,
    /// How many fields people have changed from what a machine said.
    pub corrections: u32,
    /// The last labelled turn whose labels a person had before them when they answered, corrected or closed.
    pub looked: u64,
}

impl LabelState {
    /// Takes what a machine said about `turn`; labels of an earlier turn that come late, and repeats, change nothing.
    #[must_use]
    pub fn labelled(mut self, turn: u64, set: LabelSet) -> Self {
        if self.machine.as_ref().is_none_or(|kept| kept.turn < turn) {
            self.machine = Some(MachineLabels { turn, set, about: Vec::new() });
        }
        self
    }

    /// Takes a floor of the rules: what a machine said is not below it. A person's word stands.
    #[must_use]
    pub fn raised(mut self, floor: Urgency) -> Self {
        if let (Some(machine), None) = (&mut self.machine, self.correction.urgency) {
            let urgency = &mut machine.set.labels.urgency;
            *urgency = floor.max(*urgency);
        }
        self
    }

    /// Takes what a person put right. It holds against every machine until somebody changes it again.
    #[must_use]
    pub fn corrected(mut self, by: TeammateId, correction: Correction, now: Timestamp) -> Self {
        let before = self.current().map(|set| set.labels);
        let differs = |told: bool| u32::from(told);
        if let Some(before) = &before {
            self.corrections = self
                .corrections
                .saturating_add(differs(correction.topic.as_ref().is_some_and(|topic| *topic != before.topic)))
                .saturating_add(differs(correction.urgency.is_some_and(|urgency| urgency != before.urgency)))
                .saturating_add(differs(correction.language.as_ref().is_some_and(|one| *one != before.language)))
                .saturating_add(differs(correction.summary.as_ref().is_some_and(|one| *one != before.summary)));
        }
        let kept = &mut self.correction;
        kept.topic = correction.topic.or(kept.topic.take());
        kept.urgency = correction.urgency.or(kept.urgency);
        kept.language = correction.language.or(kept.language.take());
        kept.summary = correction.summary.or(kept.summary.take());
        self.corrected = Some((by, now));
        self
    }

    /// A person dealt with the thread. What they had before them and nobody had looked at yet; each label is told once.
    pub fn look(&mut self) -> Option<LookedAt> {
        let machine = self.machine.as_ref().filter(|machine| machine.turn > self.looked)?;
        self.looked = machine.turn;
        let Labels { topic, urgency, language, .. } = machine.set.labels.clone();
        let people = &self.correction;
        let given = [
            (LabelField::Topic, people.topic.is_some()),
            (LabelField::Urgency, people.urgency.is_some()),
            (LabelField::Language, people.language.is_some()),
        ];
        let given = given.into_iter().filter(|(_, told)| *told).map(|(field, _)| field).collect();
        Some(LookedAt { topic, urgency, language, given })
    }

    /// Who said what counts now.
    pub fn by(&self) -> LabelledBy {
        let machine = match self.machine.as_ref().map(|kept| &kept.set.source) {
            Some(LabelSource::Model { .. }) => Labeler::Model,
            Some(LabelSource::BuiltIn { reason }) if !reason.nothing_read() => Labeler::BuiltIn,
            None | Some(LabelSource::BuiltIn { .. } | LabelSource::Teammate { .. }) => Labeler::Nobody,
        };
        let of = |person: bool| if person { Labeler::Person } else { machine };
        LabelledBy { topic: of(self.correction.topic.is_some()), urgency: of(self.correction.urgency.is_some()) }
    }

    /// Whether the summary that counts now is made of the customer's own words: the built-in labeler has no others.
    pub fn quotes(&self) -> bool {
        let by_model = |kept: &MachineLabels| matches!(kept.set.source, LabelSource::Model { .. });
        self.correction.summary.is_none() && !self.machine.as_ref().is_some_and(by_model)
    }

    /// What counts now: people's word where there is one, else the machine's. Nothing before either spoke.
    pub fn current(&self) -> Option<LabelSet> {
        let corrected = self.corrected.as_ref();
        if self.machine.is_none() && corrected.is_none() {
            return None;
        }
        let machine = self.machine.as_ref().map(|kept| &kept.set);
        let base = machine.map_or_else(
            || Labels {
                topic: super::OTHER.to_owned(),
                urgency: Urgency::default(),
                language: super::UNDETERMINED.to_owned(),
                summary: String::new(),
            },
            |set| set.labels.clone(),
        );
        let right = self.correction.clone();
        let labels = Labels {
            topic: right.topic.unwrap_or(base.topic),
            urgency: right.urgency.unwrap_or(base.urgency),
            language: right.language.unwrap_or(base.language),
            summary: right.summary.unwrap_or(base.summary),
        };
        match (corrected, machine) {
            (Some((id, at)), _) => Some(LabelSet { labels, source: LabelSource::Teammate { id: id.clone() }, at: *at }),
            (None, Some(set)) => Some(LabelSet { labels, source: set.source.clone(), at: set.at }),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::BuiltInReason;

    fn set(topic: &str, urgency: Urgency) -> LabelSet {
        LabelSet {
            labels: Labels { topic: topic.into(), urgency, language: "en".into(), summary: "Asks".into() },
            source: LabelSource::BuiltIn { reason: BuiltInReason::NotConfigured },
            at: Timestamp::from_seconds(10),
        }
    }

    #[test]
    fn a_person_wins_over_machines_before_and_after() {
        let person = TeammateId::parse("tm_1").unwrap();
        let correction = Correction { topic: Some("returns".into()), ..Correction::default() };
        let state = LabelState::default()
            .labelled(1, set("orders", Urgency::Low))
            .corrected(person.clone(), correction, Timestamp::from_seconds(20))
            .labelled(2, set("billing", Urgency::High));
        let current = state.current().unwrap();
        assert_eq!(current.labels.topic, "returns");
        assert_eq!(current.labels.urgency, Urgency::High);
        assert_eq!(current.source, LabelSource::Teammate { id: person });
        assert_eq!(state.corrections, 1);
    }

    #[test]
    fn who_said_what_counts_is_told_field_by_field() {
        let by = |topic, urgency| LabelledBy { topic, urgency };
        assert_eq!(LabelState::default().by(), by(Labeler::Nobody, Labeler::Nobody));
        let mut state = LabelState::default().labelled(1, set("orders", Urgency::Low));
        assert_eq!(state.by(), by(Labeler::BuiltIn, Labeler::BuiltIn));
        let correction = Correction { topic: Some("returns".into()), ..Correction::default() };
        state = state.corrected(TeammateId::parse("tm_1").unwrap(), correction, Timestamp::from_seconds(20));
        assert_eq!(state.by(), by(Labeler::Person, Labeler::BuiltIn));
        let by_model = LabelSet { source: LabelSource::Model { id: "m".into() }, ..set("orders", Urgency::Low) };
        assert_eq!(state.clone().labelled(2, by_model).by(), by(Labeler::Person, Labeler::Model));
        let courtesy = LabelSource::BuiltIn { reason: BuiltInReason::Courtesy };
        let thanks = LabelSet { source: courtesy, ..set("orders", Urgency::Low) };
        assert_eq!(state.labelled(2, thanks).by(), by(Labeler::Person, Labeler::Nobody));
    }

    #[test]
    fn a_label_is_looked_at_once_and_where_nobody_had_spoken() {
        let mut state = LabelState::default();
        assert_eq!(state.look(), None);
        state = state.labelled(1, set("orders", Urgency::Low)).labelled(2, set("billing", Urgency::High));
        let looked = state.look().unwrap();
        assert_eq!((looked.topic.as_str(), looked.given.len()), ("billing", 0), "the first was never before anybody");
        assert_eq!(state.look(), None);
        let correction = Correction { topic: Some("returns".into()), ..Correction::default() };
        state = state
            .corrected(TeammateId::parse("tm_1").unwrap(), correction, Timestamp::from_seconds(20))
            .labelled(3, set("orders", Urgency::Low));
        assert_eq!(state.look().unwrap().given, [LabelField::Topic]);
    }

    #[test]
    fn a_summary_is_the_customer_s_own_unless_a_model_or_a_person_wrote_it() {
        let person = || TeammateId::parse("tm_1").unwrap();
        let correction = Correction { urgency: Some(Urgency::High), ..Correction::default() };
        let built_in = LabelState::default().labelled(1, set("orders", Urgency::Low));
        let built_in = built_in.corrected(person(), correction, Timestamp::from_seconds(20));
        assert!(built_in.quotes(), "who put the urgency right did not write the summary");
        let by_model = LabelSet { source: LabelSource::Model { id: "m".into() }, ..set("orders", Urgency::Low) };
        assert!(!LabelState::default().labelled(1, by_model).quotes());
        let summary = Correction { summary: Some("Asks for a refund".into()), ..Correction::default() };
        assert!(!built_in.corrected(person(), summary, Timestamp::from_seconds(30)).quotes());
    }

    #[test]
    fn late_and_repeated_labels_change_nothing() {
        let state = LabelState::default().labelled(2, set("orders", Urgency::Low));
        assert_eq!(state.clone().labelled(2, set("billing", Urgency::High)), state);
        assert_eq!(state.clone().labelled(1, set("billing", Urgency::High)), state);
        assert_eq!(LabelState::default().current(), None);
    }
}
