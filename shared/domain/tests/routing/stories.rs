//! What happens to threads in a day of a roster.

use std::collections::BTreeMap;

use tributary_domain::{
    id::TeamId,
    label::Urgency,
    owner::Owner,
    roster::{NoticeKind, RosterEffect, RosterInput, RosterState, apply, propose},
    routing::{Cause, Guardrail, RoutingRequest, away},
    time::Span,
    timings::RosterTimings,
};

use super::*;

struct Day {
    rules: Rules,
    members: Vec<Member>,
    state: RosterState,
    effects: Vec<RosterEffect>,
}

impl Day {
    fn begin() -> Self {
        Self { rules: rules(), members: members(), state: RosterState::default(), effects: Vec::new() }
    }

    fn tell(&mut self, now: &str, input: RosterInput) -> &mut Self {
        let state = std::mem::take(&mut self.state);
        (self.state, self.effects) =
            apply(state, input, &self.rules, &self.members, at(now), &RosterTimings::default());
        self
    }

    fn ask(&mut self, now: &str, thread: &str, version: u64, request: RoutingRequest) -> &mut Self {
        let request = RoutingRequest { thread: thr(thread), ..request };
        self.tell(now, RosterInput::Assign { request, version, since: at(now), chosen: None })
    }

    fn owner(&self, thread: &str) -> String {
        match &self.state.open[&thr(thread)].decision.owner {
            Owner::Teammate { id } => id.as_str().trim_start_matches("tm_").to_owned(),
            Owner::Team { id } => id.to_string(),
            Owner::Unassigned => "-".to_owned(),
        }
    }

    fn notices(&self) -> Vec<(NoticeKind, Option<&str>)> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                RosterEffect::TeamChannel { notice } => Some((notice.kind, notice.channel.as_deref())),
                _ => None,
            })
            .collect()
    }

    fn woken(&self) -> Option<Timestamp> {
        self.effects.iter().find_map(|effect| match effect {
            RosterEffect::WakeAt { at } => *at,
            _ => None,
        })
    }
}

fn of(topic: &str, urgency: Urgency) -> RoutingRequest {
    RoutingRequest { urgency, ..request(topic) }
}

#[test]
fn whoever_was_invited_gets_no_thread_before_they_have_signed_in() {
    let mut day = Day::begin();
    let alone = |member: &mut Member, name: &str| member.invited = member.id == tm(name);
    day.ask("2026-07-06T08:00:00Z", "1", 1, request("orders"));
    let usual = day.owner("1");
    assert_ne!(usual, "-");

    let mut day = Day::begin();
    day.members.iter_mut().for_each(|member| alone(member, &usual));
    day.ask("2026-07-06T08:00:00Z", "1", 1, request("orders"));
    assert_ne!(day.owner("1"), usual, "somebody else takes it");
    let owner = tm(&usual);
    assert!(away(&day.rules, &day.members, &owner, true, &request("orders").account, at("2026-07-06T08:00:00Z")));

    // With nobody else there it waits, and is theirs when they come.
    day.members.retain(|member| member.invited);
    day.tell("2026-07-06T08:01:00Z", RosterInput::MembersChanged);
    assert_eq!(day.owner("1"), "-");
    day.members.iter_mut().for_each(|member| member.invited = false);
    day.tell("2026-07-06T08:02:00Z", RosterInput::MembersChanged);
    assert_eq!(day.owner("1"), usual);
}

#[test]
fn what_comes_at_night_is_taken_when_the_shift_begins() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("returns", Urgency::Normal));
    assert_eq!(day.owner("a"), "-");
    assert_eq!(day.notices(), [(NoticeKind::Unassigned, Some("returns"))]);
    let shift = "2026-03-04T21:00:00Z";
    assert_eq!(day.woken(), Some(at(shift)));
    day.ask(MORNING, "b", 1, of("returns", Urgency::Urgent));
    assert_eq!(day.woken(), None, "the same time is not asked for twice");
    for key in day.state.pending_notices.clone().into_keys() {
        day.tell(MORNING, RosterInput::Notified { key });
    }
    day.tell(shift, RosterInput::ShiftTick);
    assert_eq!((day.owner("a").as_str(), day.owner("b").as_str()), ("ann", "ann"));
    assert!(day.notices().is_empty());
    assert_eq!(day.state.wake_at, None);
}

#[test]
fn scarce_room_goes_to_the_most_pressing() {
    let mut day = Day::begin();
    day.members.retain(|member| member.id == tm("jon"));
    for (thread, urgency) in
        [("low", Urgency::Low), ("normal", Urgency::Normal), ("urgent", Urgency::Urgent), ("high", Urgency::High)]
    {
        day.ask(NIGHT, thread, 1, of("orders", urgency));
        assert_eq!(day.owner(thread), "-");
    }
    // Nine fit: the urgent one weighs eight, the low one takes the rest.
    day.tell("2026-03-05T08:00:00Z", RosterInput::ShiftTick);
    let owners = ["urgent", "high", "normal", "low"].map(|thread| day.owner(thread));
    assert_eq!(owners, ["jon", "-", "-", "jon"]);
    // Closing makes room, at once.
    day.tell("2026-03-05T09:00:00Z", RosterInput::Released { thread: thr("urgent"), version: 2 });
    assert_eq!(["high", "normal"].map(|thread| day.owner(thread)), ["jon", "jon"]);
    assert_eq!(day.state.counts(&day.rules)[&Owner::Teammate { id: tm("jon") }].weight, 7);
}

#[test]
fn a_thread_stays_with_whoever_has_it_while_they_are_there() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("orders", Urgency::Normal));
    assert_eq!(day.owner("a"), "jon");
    day.ask(NOON, "a", 2, of("orders", Urgency::High));
    assert_eq!(day.owner("a"), "jon");
    assert_eq!(day.state.open[&thr("a")].request.urgency, Urgency::High);
    day.ask(NIGHT, "a", 3, of("orders", Urgency::High));
    assert_eq!(day.owner("a"), "kim");
    day.ask(NIGHT, "a", 4, of("returns", Urgency::High));
    assert_eq!(day.owner("a"), "ann");
}

#[test]
fn people_choose_over_rules() {
    let mut day = Day::begin();
    let give = |version, owner| RosterInput::Reassigned {
        request: RoutingRequest { thread: thr("a"), ..request("orders") },
        version,
        since: at(MORNING),
        owner,
        by: tm("mia"),
    };
    day.ask(MORNING, "a", 1, of("orders", Urgency::Normal));
    // Ann is off shift, and gets it all the same.
    day.tell(MORNING, give(2, Owner::Teammate { id: tm("ann") }));
    assert_eq!(day.owner("a"), "ann");
    day.ask(NOON, "a", 3, of("orders", Urgency::Normal));
    assert_eq!(day.owner("a"), "ann", "and keeps it when the customer writes again");
    day.tell(NOON, give(4, Owner::Unassigned)).tell(NOON, RosterInput::ShiftTick);
    assert_eq!(day.owner("a"), "-", "put back, it is left there");
    day.ask(NOON, "a", 5, of("orders", Urgency::Normal));
    assert_eq!(day.owner("a"), "jon", "until the customer writes again");
    day.tell(NOON, give(6, Owner::Team { id: TeamId::parse("team_night").unwrap() }));
    assert_eq!(day.owner("a"), "team_night");
    day.tell("2026-03-04T21:00:00Z", RosterInput::ShiftTick);
    assert_eq!(day.owner("a"), "ann");
}

#[test]
fn whom_a_person_chose_keeps_a_thread_that_comes_again_while_they_can_answer() {
    let mut day = Day::begin();
    let again = |version, chosen| RosterInput::Assign {
        request: RoutingRequest { thread: thr("a"), ..request("orders") },
        version,
        since: at(MORNING),
        chosen,
    };
    day.tell(MORNING, RosterInput::Released { thread: thr("a"), version: 6 });
    // Ann is off shift.
    day.tell(MORNING, again(7, Some(tm("ann"))));
    assert_eq!(day.owner("a"), "ann");
    day.members.retain(|member| member.id != tm("ann"));
    day.tell(MORNING, again(8, Some(tm("ann"))));
    assert_eq!(day.owner("a"), "jon");
}

#[test]
fn a_thread_is_told_of_its_owner_until_it_says_the_same() {
    let told = |day: &Day| day.effects.iter().filter(|one| matches!(one, RosterEffect::Assigned { .. })).count();
    let later = |minutes| at(MORNING).plus(Span::minutes(minutes)).to_string();
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("orders", Urgency::Normal));
    let request = day.state.open[&thr("a")].request.clone();
    assert_eq!((day.owner("a").as_str(), told(&day)), ("jon", 1));
    day.tell(&later(1), RosterInput::ShiftTick);
    assert_eq!(told(&day), 0, "it may be on its way");
    day.tell(&later(3), RosterInput::ShiftTick);
    assert_eq!(told(&day), 1, "word of it was lost");
    let owned = |owner: &str| RosterInput::Owned {
        request: request.clone(),
        version: 2,
        since: at(MORNING),
        owner: Owner::Teammate { id: tm(owner) },
    };
    day.tell(&later(4), owned("jon"));
    assert_eq!(told(&day), 0);
    day.tell(&later(30), RosterInput::ShiftTick);
    assert_eq!(told(&day), 0, "it knows");
}

#[test]
fn a_notice_is_told_until_it_is_written_down() {
    let told = |day: &Day| -> Vec<String> {
        let key = |effect: &RosterEffect| match effect {
            RosterEffect::TeamChannel { notice } => Some(notice.key.clone()),
            _ => None,
        };
        day.effects.iter().filter_map(key).collect()
    };
    let later = |minutes| at(MORNING).plus(Span::minutes(minutes)).to_string();
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("returns", Urgency::Normal));
    let first = told(&day);
    assert_eq!(first.len(), 1);
    day.tell(&later(1), RosterInput::ShiftTick);
    assert!(told(&day).is_empty(), "it may be on its way");
    day.tell(&later(3), RosterInput::ShiftTick);
    assert_eq!(told(&day), first, "it was lost: the same comes again");
    day.tell(&later(4), RosterInput::Released { thread: thr("a"), version: 2 });
    day.tell(&later(6), RosterInput::ShiftTick);
    assert_eq!(told(&day), first, "that nobody could take it is told although it is closed by now");
    day.tell(&later(7), RosterInput::Notified { key: first[0].clone() });
    day.tell(&later(30), RosterInput::ShiftTick);
    assert!(told(&day).is_empty() && day.state.pending_notices.is_empty(), "it is written down");
    day.ask(&later(31), "a", 3, of("returns", Urgency::Normal));
    assert!(told(&day).len() == 1 && told(&day) != first, "the next time is another notice");
}

#[test]
fn a_thread_that_says_whose_it_is_is_right() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("orders", Urgency::Normal));
    let request = day.state.open[&thr("a")].request.clone();
    let owned = |version, owner| RosterInput::Owned { request: request.clone(), version, since: at(MORNING), owner };
    day.tell(MORNING, owned(2, Owner::Teammate { id: tm("mia") }));
    assert_eq!((day.owner("a").as_str(), day.state.open[&thr("a")].told), ("mia", None));
    day.tell(MORNING, owned(1, Owner::Teammate { id: tm("jon") }));
    assert_eq!(day.owner("a"), "mia", "what comes late is not heard");
    day.tell(MORNING, owned(3, Owner::Teammate { id: tm("gone") }));
    assert_eq!(day.owner("a"), "jon", "whoever cannot answer gives way");
    assert!(day.effects.iter().any(|one| matches!(one, RosterEffect::Assigned { version: 3, .. })));
}

#[test]
fn a_disabled_teammate_s_threads_find_others() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("orders", Urgency::Normal)).ask(MORNING, "b", 1, of("orders", Urgency::Normal));
    assert_eq!([day.owner("a"), day.owner("b")], ["jon", "mia"]);
    day.members.iter_mut().filter(|member| member.id == tm("jon")).for_each(|member| member.enabled = false);
    day.tell(MORNING, RosterInput::MembersChanged);
    assert_eq!([day.owner("a"), day.owner("b")], ["mia", "mia"]);
    day.members.clear();
    day.tell(MORNING, RosterInput::MembersChanged);
    assert_eq!([day.owner("a"), day.owner("b")], ["-", "-"]);
    assert_eq!(day.notices().len(), 2);
    day.members = members();
    day.tell(MORNING, RosterInput::MembersChanged);
    assert_eq!([day.owner("a"), day.owner("b")], ["jon", "mia"]);
}

#[test]
fn a_disabled_teammate_keeps_nothing_that_a_person_gave_them_though_word_of_it_is_lost() {
    let mut day = Day::begin();
    let request = |thread: &str| RoutingRequest { thread: thr(thread), ..of("orders", Urgency::Normal) };
    let given = |thread: &str, version| RosterInput::Reassigned {
        request: request(thread),
        version,
        since: at(MORNING),
        owner: Owner::Teammate { id: tm("jon") },
        by: tm("mia"),
    };
    day.tell(MORNING, given("a", 3));
    assert_eq!(day.owner("a"), "jon");
    day.members.iter_mut().filter(|member| member.id == tm("jon")).for_each(|member| member.enabled = false);
    day.tell(MORNING, RosterInput::ShiftTick);
    assert_eq!(day.owner("a"), "mia");
    let told = day.effects.iter().find_map(|effect| match effect {
        RosterEffect::Assigned { thread, version, decision } if *thread == thr("a") => {
            Some((*version, decision.owner.clone()))
        }
        _ => None,
    });
    assert_eq!(told, Some((3, Owner::Teammate { id: tm("mia") })), "on the version in which the person chose");
    // And what comes in for them later is not theirs either.
    day.tell(MORNING, given("b", 1));
    assert_eq!(day.owner("b"), "mia");
}

#[test]
fn changed_rules_are_tried_on_what_waits() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("returns", Urgency::Normal));
    assert_eq!(day.owner("a"), "-");
    day.rules =
        Rules::parse(&RULES.replace("team = \"returns\"", "team = \"returns\"\nbackup = \"kim@example.com\"")).unwrap();
    day.tell(MORNING, RosterInput::RulesChanged);
    assert_eq!(day.owner("a"), "kim");
}

#[test]
fn overdue_goes_to_the_backup_and_the_thread_tells_of_it() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("orders", Urgency::Urgent));
    let late = RoutingRequest {
        cause: Cause::Overdue { from: Some(tm("jon")), lead: false, team: None },
        ..of("orders", Urgency::Urgent)
    };
    day.ask(NOON, "a", 2, late);
    assert_eq!(day.owner("a"), "kim");
    assert_eq!(day.notices(), [], "the thread knows what was done about it before, and tells once");
}

#[test]
fn late_and_repeated_inputs_change_nothing() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 5, of("orders", Urgency::Normal));
    let state = day.state.clone();
    let first = day.effects.clone();
    day.ask(NIGHT, "a", 5, of("orders", Urgency::Normal));
    assert_eq!(day.state, state);
    assert!(day.effects.len() == 1 && first.contains(&day.effects[0]), "the standing decision is told again");
    day.ask(NIGHT, "a", 4, of("orders", Urgency::Urgent));
    assert_eq!((&day.state, day.effects.len()), (&state, 0));
    day.tell(MORNING, RosterInput::Released { thread: thr("a"), version: 6 });
    assert!(day.state.open.is_empty());
    day.ask(MORNING, "a", 5, of("orders", Urgency::Normal));
    assert!(day.state.open.is_empty(), "what was closed is not opened by what comes late");
    day.ask(MORNING, "a", 7, of("orders", Urgency::Normal));
    assert_eq!(day.owner("a"), "mia", "reopened, it goes to whoever was idle longest");
}

#[test]
fn closed_threads_are_forgotten_in_time() {
    let mut day = Day::begin();
    day.tell(MORNING, RosterInput::Released { thread: thr("a"), version: 6 });
    let later = at(MORNING).plus(Span::days(8)).to_string();
    day.tell(&later, RosterInput::Released { thread: thr("b"), version: 6 });
    assert_eq!(day.state.settled.keys().collect::<Vec<_>>(), [&thr("b")]);
    assert!(day.effects.contains(&RosterEffect::Changed { thread: thr("a") }));
}

#[test]
fn a_roster_can_be_stored() {
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("orders", Urgency::Normal)).ask(MORNING, "b", 1, of("returns", Urgency::Low));
    let text = serde_json::to_string(&day.state).unwrap();
    assert_eq!(serde_json::from_str::<RosterState>(&text).unwrap(), day.state);
    assert!(text.contains("lastAssigned") && text.contains("byPerson") && !day.state.pending_notices.is_empty());
    let before = text.replace("\"pendingNotices\":", "\"unknown\":");
    assert_eq!(
        serde_json::from_str::<RosterState>(&before).unwrap(),
        RosterState { pending_notices: BTreeMap::new(), ..day.state },
        "as an earlier release wrote it"
    );
}

#[test]
fn what_somebody_leaves_behind_is_offered_to_those_who_are_there_then() {
    let mut day = Day::begin();
    for name in ["a", "b", "c"] {
        day.ask(MORNING, name, 1, of("orders", Urgency::Normal));
    }
    let from = |name: &str| -> Vec<ThreadId> {
        let of = |name: &str| Owner::Teammate { id: tm(name) };
        let theirs = day.state.open.iter().filter(|(_, entry)| entry.decision.owner == of(name));
        theirs.map(|(thread, _)| thread.clone()).collect()
    };
    let before = day.state.clone();
    let everything: Vec<ThreadId> = day.state.open.keys().cloned().collect();
    for name in ["mia", "jon"] {
        let offered = propose(&day.state, &day.rules, &day.members, &tm(name), &everything, at(NOON));
        let threads: Vec<ThreadId> = offered.iter().map(|one| one.thread.clone()).collect();
        assert_eq!(threads, from(name), "theirs, and nobody else's");
        for one in &offered {
            assert_ne!(one.decision.owner.teammate(), Some(&tm(name)), "not back to themselves");
            assert!(!one.decision.reasons.is_empty());
        }
        let night = propose(&day.state, &day.rules, &day.members, &tm(name), &everything, at(NIGHT));
        assert!(night.iter().all(|one| one.decision.owner.teammate() == Some(&tm("kim"))), "whoever is there then");
    }
    assert_eq!(day.state, before, "nothing is given to anybody");
    let alone = propose(&day.state, &day.rules, &[], &tm("mia"), &everything, at(NOON));
    assert!(alone.iter().all(|one| one.decision.owner == Owner::Unassigned), "there is nobody else");
}

#[test]
fn a_late_thread_goes_to_the_lead_of_its_team() {
    let rules = RULES.replace("[teams.returns]", "[teams.returns]\nlead = \"kim@example.com\"");
    assert_ne!(rules, RULES);
    let mut day = Day::begin();
    day.rules = Rules::parse(&rules).unwrap();
    let late = |from: &str| RoutingRequest {
        cause: Cause::Overdue { from: Some(tm(from)), lead: true, team: None },
        ..of("returns", Urgency::Urgent)
    };
    day.ask(NOON, "a", 1, late("jon"));
    assert_eq!(day.owner("a"), "kim");
    day.ask(NIGHT, "b", 1, late("kim"));
    assert_eq!(day.owner("b"), "kim", "it was the lead who was late: nobody is above them");
}

#[test]
fn a_late_thread_stays_within_the_team_it_was_handed_to() {
    let rules = RULES.replace("[teams.night]", "[teams.night]\nlead = \"kim@example.com\"");
    let rules =
        rules.replace("[teammates.\"kim@example.com\"]", "[teammates.\"kim@example.com\"]\nteams = [\"night\"]");
    let mut day = Day::begin();
    day.rules = Rules::parse(&rules).unwrap();
    let team = TeamId::parse("team_night").unwrap();
    let late = |from: &str, lead| RoutingRequest {
        cause: Cause::Overdue { from: Some(tm(from)), lead, team: Some(team.clone()) },
        ..of("orders", Urgency::Normal)
    };
    // Mia and Jon, who own the topic, are on shift.
    day.ask(MORNING, "a", 1, late("ann", false));
    assert_eq!(day.owner("a"), "kim", "others of the team, and not the topic's");
    assert_eq!(day.state.open[&thr("a")].decision.team, Some(team.clone()));
    day.ask(MORNING, "b", 1, late("ann", true));
    assert_eq!(day.owner("b"), "kim", "the lead of that team");
    day.members.retain(|member| member.id != tm("kim"));
    day.tell(MORNING, RosterInput::MembersChanged);
    assert_eq!(day.owner("a"), "team_night", "nobody of them is there: it is the team's");
    day.tell("2026-03-04T21:00:00Z", RosterInput::ShiftTick);
    assert_eq!(day.owner("a"), "ann");
}

#[test]
fn a_lead_who_cannot_take_it_leaves_it_where_it_is() {
    let rules = RULES.replace("[teams.returns]", "[teams.returns]\nlead = \"ann@example.com\"");
    let mut day = Day::begin();
    day.rules = Rules::parse(&rules.replace(
        "team = \"returns\"\n[topics.jobs]",
        "team = \"returns\"\nbackup = \"kim@example.com\"\n[topics.jobs]",
    ))
    .unwrap();
    let late = |from: &str| RoutingRequest {
        cause: Cause::Overdue { from: Some(tm(from)), lead: true, team: None },
        ..of("returns", Urgency::Urgent)
    };
    day.ask(MORNING, "a", 1, late("jon"));
    assert_eq!(day.owner("a"), "jon", "the backup was asked before: it does not go to and fro");
    day.ask(NIGHT, "b", 1, late("jon"));
    assert_eq!(day.owner("b"), "ann", "the lead is there");
    day.ask(NIGHT, "c", 1, late("ann"));
    assert_eq!(day.owner("c"), "ann", "there is nobody above the lead");
    day.ask(NOON, "d", 1, late("mia"));
    assert_eq!(day.owner("d"), "kim", "whoever has it has gone");
}

#[test]
fn what_is_kept_is_explained_by_every_guardrail() {
    let explained = |day: &Day| {
        let reasons = &day.state.open[&thr("a")].decision.reasons;
        reasons.iter().map(|one| (one.guardrail, one.detail.clone())).collect::<Vec<_>>()
    };
    let all = [Guardrail::Who, Guardrail::Hours, Guardrail::Load, Guardrail::Backup];
    let mut day = Day::begin();
    day.ask(MORNING, "a", 1, of("orders", Urgency::Normal)).ask(MORNING, "a", 2, of("orders", Urgency::High));
    let kept = explained(&day);
    assert_eq!(kept.iter().map(|(guardrail, _)| *guardrail).collect::<Vec<_>>(), all);
    assert_eq!(kept[1].1, "Jon is on shift");
    let request = RoutingRequest { thread: thr("a"), ..request("orders") };
    day.tell(MORNING, RosterInput::Assign { request, version: 3, since: at(MORNING), chosen: Some(tm("ann")) });
    let kept = explained(&day);
    assert_eq!(kept.iter().map(|(guardrail, _)| *guardrail).collect::<Vec<_>>(), all);
    assert_eq!(kept[0].1, "Ann was given this thread by a person");
    assert_eq!(kept[1].1, "Ann is off shift, and keeps it all the same");
}

#[test]
fn somebody_is_away_who_is_off_shift_or_can_no_longer_answer() {
    let (rules, mut all, account) = (rules(), members(), request("orders").account);
    let gone = |all: &[Member], who: &str, by_person, now| away(&rules, all, &tm(who), by_person, &account, at(now));
    assert!(!gone(&all, "mia", false, MORNING));
    assert!(gone(&all, "mia", false, NOON), "at lunch");
    assert!(!gone(&all, "mia", true, NOON), "whom a person chose keeps it");
    for member in &mut all {
        member.enabled = false;
    }
    assert!(gone(&all, "mia", true, MORNING), "but for those who cannot answer any more");
    assert!(gone(&[], "mia", true, MORNING));
}
