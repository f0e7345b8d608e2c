//! What happens to what nobody answers.

use super::*;
use crate::{
    audit::{Action, AuditDetail},
    escalation::{self},
    notice::NoticeKind,
    routing::Cause,
    rules::Rules,
    timings::Timings,
};

pub(super) const RULES: &str = r#"
[teams.care]
lead = "lea@example.com"
[teammates."lea@example.com"]
teams = ["care"]
[teammates."ben@example.com"]
[topics.orders]
description = "Orders."
team = "care"
backup = "ben@example.com"
"#;

pub(super) fn rules() -> Rules {
    Rules::parse(RULES).unwrap()
}

impl ThreadHarness {
    /// The alarm rings.
    pub(super) fn ring(&mut self, rules: &Rules) -> Vec<Effect> {
        self.act(|work| {
            work.tick();
            work.escalate(Some(rules), WINDOW);
        })
        .1
    }

    /// Time passes, and the alarm rings whenever the thread asked for it.
    pub(super) fn pass(&mut self, rules: &Rules, span: Span) -> Vec<(Timestamp, NoticeKind)> {
        let end = self.now.plus(span);
        let mut told = Vec::new();
        for _ in 0..10_000 {
            let at = self.thread().wakes_at(self.work.replies.values(), false, self.now, &Timings::default());
            let Some(at) = at.filter(|at| *at <= end) else { break };
            self.now = self.now.max(at);
            let effects = self.ring(rules);
            for effect in effects {
                let Effect::Tell { notice } = effect else { continue };
                told.push((self.now, notice.kind));
                self.command(Command::Notified { key: notice.key });
            }
            if self.thread().assignment.to_route {
                let version = self.thread().version;
                self.routed_on(version, "ben");
                for notice in self.thread().escalation.pending_notices.clone() {
                    told.push((self.now, notice.kind));
                    self.command(Command::Notified { key: notice.key });
                }
            }
            self.published();
        }
        self.now = end;
        told
    }

    /// Whoever publishes has published.
    pub(super) fn published(&mut self) {
        let thread = &mut self.work.thread;
        (thread.acks.index, thread.acks.roster) = (thread.version, thread.version);
        thread.contact.profile.at = Some(self.now);
    }

    pub(super) fn told(&mut self, rules: &Rules, span: Span) -> Vec<(u64, NoticeKind)> {
        self.pass(rules, span).into_iter().map(|(at, kind)| (at.since(noon()).as_millis() / 60_000, kind)).collect()
    }

    pub(super) fn snooze(&mut self, span: Span) {
        let until = self.now.plus(span);
        self.command(Command::Snooze { until, by: person("nora") });
    }

    pub(super) fn steps(&self) -> Vec<u64> {
        self.record.iter().filter_map(|entry| escalated(&entry.done)).map(|(step, _)| step).collect()
    }
}

/// The step of the chain that an entry tells of.
pub(super) fn escalated(done: &AuditDetail) -> Option<(u64, NoticeKind)> {
    if let AuditDetail::Escalated { step, kind, .. } = done { Some((u64::from(*step), *kind)) } else { None }
}

pub(super) fn tells_of_closing(done: &AuditDetail) -> bool {
    matches!(done, AuditDetail::Warned { kind: NoticeKind::Closing, .. })
}

#[test]
fn the_owner_is_warned_and_then_the_chain_is_climbed_and_reminders_follow() {
    let mut desk = ThreadHarness::settled();
    let told = desk.told(&rules(), Span::hours(12));
    let expected = [
        (235, NoticeKind::Warning),
        (240, NoticeKind::Backup),
        (270, NoticeKind::Lead),
        (300, NoticeKind::Overdue),
        (330, NoticeKind::Reminder),
        (390, NoticeKind::Reminder),
        (510, NoticeKind::Reminder),
    ];
    assert_eq!(told, expected);
    assert_eq!(desk.steps(), [1, 2, 3, 4, 5, 6], "each is in the record, once");
    assert!(desk.record.iter().any(|entry| entry.action() == Action::Warned));
}

#[test]
fn the_roster_is_asked_for_the_backup_and_then_for_the_lead() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    desk.later(Span::hours(4));
    desk.ring(&rules);
    assert_eq!(desk.thread().cause(), Cause::Overdue { from: Some(person("nora")), lead: false, team: None });
    let asked = desk.thread().version;
    let before = desk.thread().assignment.owner.clone();
    desk.routed_on(asked - 1, "nora");
    assert!(
        desk.thread().assignment.to_route && desk.thread().assignment.owner == before,
        "what was said before is no answer"
    );
    desk.routed_on(asked, "ben");
    assert_eq!(desk.thread().cause(), Cause::Asked);
    assert_eq!(desk.thread().escalation.pending_notices[0].owner, Owner::Teammate { id: person("ben") });
    desk.later(Span::minutes(30));
    desk.ring(&rules);
    assert_eq!(desk.thread().cause(), Cause::Overdue { from: Some(person("ben")), lead: true, team: None });
    // Nobody is found until the next step: the notice says how it stands.
    desk.later(Span::minutes(30));
    desk.ring(&rules);
    let told: Vec<_> = desk.thread().escalation.pending_notices.iter().map(|one| (one.kind, one.handed_on)).collect();
    assert_eq!(told, [(NoticeKind::Backup, true), (NoticeKind::Lead, false), (NoticeKind::Overdue, true)]);
}

#[test]
fn a_step_that_finds_nobody_new_says_so() {
    let mut desk = ThreadHarness::settled();
    desk.later(Span::hours(4));
    desk.ring(&rules());
    desk.routed("nora");
    let told = desk.thread().escalation.pending_notices.last().unwrap();
    assert_eq!((told.kind, told.handed_on), (NoticeKind::Backup, false));
    assert_eq!(told.owner, Owner::Teammate { id: person("nora") });
}

#[test]
fn without_a_lead_there_is_no_step_that_asks_for_one() {
    let nobody = Rules::parse(&RULES.replace("lead = \"lea@example.com\"", "")).unwrap();
    let expected = [(235, NoticeKind::Warning), (240, NoticeKind::Backup), (270, NoticeKind::Overdue)];
    assert_eq!(ThreadHarness::settled().told(&nobody, Span::minutes(275)), expected);
    let only = Rules::parse("[escalation]\nchain = [\"lead\"]").unwrap();
    let expected = [(235, NoticeKind::Warning), (240, NoticeKind::Lead), (270, NoticeKind::Reminder)];
    assert_eq!(
        ThreadHarness::settled().told(&only, Span::minutes(275)),
        expected,
        "it is not left to itself for want of one"
    );
    assert!(!escalation::same(&rules(), &nobody), "threads that wait have to hear of that");
}

#[test]
fn a_thread_that_was_handed_to_a_team_is_escalated_within_it() {
    let mut desk = ThreadHarness::settled();
    let night = crate::id::TeamId::parse("team_night").unwrap();
    let to = Owner::Team { id: night.clone() };
    desk.command(Command::Reassign { to, note: None, by: person("nora") });
    assert_eq!(desk.thread().cause(), Cause::Team { team: night.clone() });
    desk.routed("ida");
    desk.later(Span::hours(4));
    desk.ring(&rules());
    let late = Cause::Overdue { from: Some(person("ida")), lead: false, team: Some(night.clone()) };
    assert_eq!(desk.thread().cause(), late);
    desk.routed("ben");
    assert_eq!(desk.thread().escalation.pending_notices[0].team, Some(night.clone()), "whose channel hears of it");
    assert_eq!(desk.thread().plan().unwrap().chain.len(), 2, "that team has no lead, though the topic's has");
    let to = Owner::Teammate { id: person("nora") };
    desk.command(Command::Reassign { to, note: None, by: person("nora") });
    assert_eq!(desk.thread().cause(), Cause::Asked, "until somebody gives it to somebody");
}

#[test]
fn without_a_chain_a_thread_that_is_first_looked_at_late_is_warned_of_once() {
    let rules = Rules::parse("[escalation]\nchain = []").unwrap();
    let mut desk = ThreadHarness::settled();
    desk.later(Span::hours(9));
    assert_eq!(desk.told(&rules, Span::days(3)), [(9 * 60, NoticeKind::Warning)]);
    desk.published();
    assert_eq!(
        desk.thread().wakes_at([], false, desk.now, &Timings::default()),
        None,
        "there is nothing left to wake for"
    );
}

#[test]
fn what_was_closed_by_mistake_is_due_as_it_was_once_that_is_taken_back() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    assert_eq!(desk.told(&rules, Span::minutes(245)).len(), 2);
    let due = desk.thread().due(WINDOW);
    desk.close();
    assert_eq!((desk.thread().due(WINDOW), desk.thread().needs_answer()), (None, false));
    assert_eq!(desk.told(&rules, Span::minutes(5)), []);
    desk.command(Command::Reopen { note: None, by: person("nora") });
    assert_eq!((desk.thread().due(WINDOW), desk.thread().needs_answer()), (due, true));
    assert_eq!(desk.told(&rules, Span::minutes(25)), [(270, NoticeKind::Lead)], "the round goes on");
    desk.close();
    desk.later(Span::minutes(10));
    desk.message(2, 0);
    assert_eq!(desk.thread().questions.asked_at(), Some(desk.now), "what the customer writes then is another question");
    assert_eq!(desk.thread().escalation.steps, 0);
}

#[test]
fn what_is_answered_while_it_is_closed_is_not_asked_again() {
    let mut desk = ThreadHarness::settled();
    desk.close();
    let content = Content { text: Some("We are on it".to_owned()), ..Content::default() };
    let origin = crate::event::Origin::NativeApp;
    desk.event(desk.now, Fact::Echo { id: remote(9), content, correlation: None, origin });
    desk.command(Command::Reopen { note: None, by: person("nora") });
    assert!(!desk.thread().needs_answer());
    assert_eq!(desk.thread().due(WINDOW), None);
}

#[test]
fn no_pause_is_forgotten_however_often_it_is_put_aside() {
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules());
    for times in 1..=60 {
        desk.later(Span::minutes(1));
        desk.snooze(Span::minutes(10));
        desk.later(Span::minutes(10));
        desk.ring(&rules());
        assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::minutes(240 + 10 * times))));
    }
    assert!(desk.thread().escalation.pauses.len() < 30, "and no state grows for ever");
}

#[test]
fn doubled_and_late_alarms_take_each_step_once_and_keep_its_distance() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    // A day late: no burst of what was missed.
    desk.later(Span::days(1));
    for _ in 0..5 {
        desk.ring(&rules);
    }
    assert_eq!(desk.steps(), [1]);
    assert!(desk.thread().escalation.warned, "there is nothing left to warn of");
    desk.later(Span::minutes(29));
    desk.ring(&rules);
    assert_eq!(desk.steps(), [1]);
    desk.later(Span::minutes(1));
    desk.ring(&rules);
    desk.ring(&rules);
    assert_eq!(desk.steps(), [1, 2]);
}

#[test]
fn a_notice_is_told_again_until_it_is_written_down() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    desk.later(Span::minutes(235));
    let tells = |effects: &[Effect]| effects.iter().filter(|one| matches!(one, Effect::Tell { .. })).count();
    assert_eq!(tells(&desk.ring(&rules)), 1);
    assert_eq!(tells(&desk.ring(&rules)), 1, "the same again");
    let key = desk.thread().escalation.pending_notices[0].key.clone();
    desk.command(Command::Notified { key });
    assert_eq!(tells(&desk.ring(&rules)), 0);
}

#[test]
fn any_human_answer_ends_the_round_and_a_new_question_begins_one() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    assert_eq!(desk.told(&rules, Span::minutes(245)).len(), 2);
    // From the platform's own app.
    let content = Content { text: Some("We are on it".to_owned()), ..Content::default() };
    let echo = Fact::Echo { id: remote(9), content, correlation: None, origin: crate::event::Origin::NativeApp };
    desk.event(desk.now, echo);
    assert_eq!(desk.thread().due(WINDOW), None);
    assert_eq!(desk.thread().escalation, escalation::Escalation::default());
    assert_eq!(desk.told(&rules, Span::days(2)), []);
    desk.now = noon().plus(Span::days(3));
    desk.message(2, 0);
    desk.labelled(2, Urgency::Normal);
    let day = 3 * 24 * 60;
    assert_eq!(
        desk.told(&rules, Span::minutes(240)),
        [(day + 235, NoticeKind::Warning), (day + 240, NoticeKind::Backup)]
    );
}

#[test]
fn a_reply_on_its_way_holds_the_chain_back_and_one_that_fails_lets_it_go_on() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    desk.later(Span::minutes(239));
    let seen = desk.thread().version;
    desk.reply("11111111-aaaa", "nora", "Hello", seen).0.unwrap();
    desk.later(Span::seconds(40));
    desk.act(|work| work.escalate(Some(&rules), WINDOW));
    assert_eq!(desk.steps(), [] as [u64; 0]);
    let class = crate::capability::ErrorClass::TokenExpired;
    let error = crate::capability::PlatformError { class, code: "190".to_owned() };
    desk.came_back("11111111-aaaa", 1, SendOutcome::Refused { error });
    desk.later(Span::minutes(1));
    desk.ring(&rules);
    assert_eq!(desk.steps(), [1], "the customer still waits");
}

#[test]
fn what_is_put_aside_stands_still() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    desk.later(Span::hours(2));
    desk.snooze(Span::hours(10));
    assert_eq!(desk.thread().due(WINDOW), None);
    desk.published();
    assert_eq!(desk.told(&rules, Span::minutes(599)), []);
    let told = desk.told(&rules, Span::minutes(2 * 60 + 2));
    assert_eq!(told, [(14 * 60 - 5, NoticeKind::Warning), (14 * 60, NoticeKind::Backup)]);
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::hours(14))));
}

#[test]
fn a_person_who_gives_a_late_thread_to_somebody_stops_the_chain_and_gives_them_the_time_again() {
    let mut desk = ThreadHarness::settled();
    let rules = rules();
    desk.told(&rules, Span::minutes(250));
    let to = Owner::Teammate { id: person("ida") };
    desk.command(Command::Reassign { to, note: None, by: person("nora") });
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::hours(4))), "the customer waits all the same");
    assert_eq!(desk.told(&rules, Span::minutes(234)), []);
    let told = desk.told(&rules, Span::minutes(7));
    assert_eq!(told, [(485, NoticeKind::Warning), (490, NoticeKind::Backup)]);
    // Before it was due, nothing had begun that could be stopped.
    let mut early = ThreadHarness::settled();
    early.later(Span::minutes(60));
    let to = Owner::Teammate { id: person("ida") };
    early.command(Command::Reassign { to, note: None, by: person("nora") });
    assert_eq!(early.told(&rules, Span::minutes(180)).last(), Some(&(240, NoticeKind::Backup)));
}

#[test]
fn what_is_closed_is_left_alone() {
    let mut desk = ThreadHarness::settled();
    desk.told(&rules(), Span::minutes(250));
    desk.close();
    assert_eq!(desk.told(&rules(), Span::days(3)), []);
}

#[test]
fn changed_rules_hold_for_what_has_not_happened_yet() {
    let mut desk = ThreadHarness::settled();
    desk.ring(&rules());
    assert_eq!(desk.thread().due(WINDOW), Some(noon().plus(Span::hours(4))));
    let slower = Rules::parse("[targets]\nnormal = \"6h\"\n[escalation]\nchain = [\"channel\"]").unwrap();
    let told = desk.told(&slower, Span::hours(7));
    assert_eq!(told, [(355, NoticeKind::Warning), (360, NoticeKind::Overdue), (390, NoticeKind::Reminder)]);
    let none = Rules::parse("[escalation]\nchain = []").unwrap();
    let mut desk = ThreadHarness::settled();
    assert_eq!(desk.told(&none, Span::days(2)), [(235, NoticeKind::Warning)], "no chain: only the warning");
}
