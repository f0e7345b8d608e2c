//! What a digest says, in every form it is written in.

use std::collections::BTreeMap;

use tributary_domain::{
    digest::{AccountFacts, DayFacts, Digest, Facts, Group, Line, Maker},
    id::{AccountId, DigestId, ThreadId},
    notice::Disclosure,
    platform::{Platform, Surface},
    rules::{NaiveDate, Rules},
    time::{Span, Timestamp},
};
use tributary_notify::{Mail, NoticeMessage};

const RULES: &str = r#"
[workspace]
name = "Birch & Sons"
time_zone = "Europe/Lisbon"
[teams.orders]
name = "Orders"
[topics.orders]
description = "Orders"
"#;

fn now() -> Timestamp {
    Timestamp::parse("2026-07-02T08:00:00Z").unwrap()
}

fn line(number: u8, summary: Option<&str>, owner: &str) -> Line {
    Line {
        thread: ThreadId::from_bytes(&[number]),
        platform: Platform::Telegram,
        surface: Surface::Messages,
        summary: summary.map(str::to_owned),
        summarized: true,
        topic: summary.map(|_| "orders".to_owned()),
        urgency: if number == 1 { "urgent" } else { "normal" }.to_owned(),
        owner: Some(owner.to_owned()),
        due_at: Some(now().minus(Span::minutes(u64::from(number) * 40))),
        uncertain: 0,
        failed: 0,
    }
}

fn group(topic: Option<&str>, queue: &str, open: u64, overdue: u64) -> Group {
    Group { topic: topic.map(str::to_owned), queue: queue.to_owned(), open, overdue, comments: 0 }
}

fn account(name: &str, hours_ago: u64, usual: Option<u64>, trouble: Option<&str>) -> AccountFacts {
    AccountFacts {
        id: AccountId::parse(&format!("acc_{name}")).unwrap(),
        name: name.to_owned(),
        platform: Platform::Instagram,
        trouble: trouble.map(str::to_owned),
        last_event: Some(now().minus(Span::hours(hours_ago))),
        connected_at: Timestamp::from_seconds(1_700_000_000),
        usual_pause: usual.map(Span::hours),
    }
}

fn facts() -> Facts {
    let day = |opened| DayFacts {
        opened,
        replied: opened * 2,
        closed: 3,
        labelled: 20,
        corrected: 1,
        looked: 10,
        put_right: 1,
    };
    Facts {
        groups: vec![
            group(Some("orders"), "unassigned", 2, 1),
            group(Some("orders"), "tm_mia", 7, 2),
            group(Some("gone"), "team_orders", 1, 0),
            group(None, "tm_left", 1, 0),
        ],
        snoozed: 4,
        overdue: vec![line(3, Some("Parcel 7 has not come"), "tm_mia"), line(1, Some("Refund"), "unassigned")],
        unassigned: vec![line(1, Some("Refund"), "unassigned"), line(2, None, "unassigned")],
        in_doubt: vec![Line { uncertain: 1, failed: 2, ..line(4, Some("Where is it?"), "tm_mia") }],
        doubtful: 1,
        parked: 2,
        dead: 1,
        oldest: Some(now().minus(Span::hours(30))),
        accounts: vec![
            account("quiet", 30, Some(4), None),
            account("weekends", 60, Some(62), None),
            account("busy", 1, None, None),
            account("broken", 1, None, Some("token_expired")),
        ],
        days: vec![day(9), day(4), day(6), DayFacts::default()],
        spend: vec![120_000, 60_000, 90_000, 0],
        month: 270_000,
        ..Facts::default()
    }
}

fn made(rules: &str, facts: Facts) -> Digest {
    let rules = Rules::parse(rules).unwrap();
    let people: BTreeMap<String, String> = [("tm_mia".to_owned(), "Mia <Santos>".to_owned())].into_iter().collect();
    let maker = Maker { rules: &rules, people: &people, origin: Some("https://inbox.example.com") };
    maker.make(facts, NaiveDate::from_ymd_opt(2026, 7, 2).unwrap(), now())
}

#[test]
fn the_mail_as_text() {
    insta::assert_snapshot!(text(&made(RULES, facts())));
}

#[test]
fn the_mail_as_html() {
    let html = html(&made(RULES, facts()));
    insta::assert_snapshot!(html.replace("</tr>", "</tr>\n").replace("</table>", "</table>\n"));
}

#[test]
fn the_post_to_the_team_channel() {
    insta::assert_snapshot!(post(&made(RULES, facts()), Disclosure::Summaries));
}

fn post(digest: &Digest, disclosure: Disclosure) -> String {
    let message = NoticeMessage::of_digest(&DigestId::of_day(&digest.day).unwrap(), digest, disclosure);
    std::iter::once(message.text).chain(message.parts).collect::<Vec<_>>().join("\n\n")
}

fn text(digest: &Digest) -> String {
    Mail::of_digest(digest).text
}

fn html(digest: &Digest) -> String {
    Mail::of_digest(digest).html.unwrap()
}

fn subject(digest: &Digest) -> String {
    Mail::of_digest(digest).subject
}

#[test]
fn a_channel_without_summaries_is_told_topic_urgency_and_platform() {
    insta::assert_snapshot!(post(&made(RULES, facts()), Disclosure::Bare));
}

#[test]
fn customers_own_words_are_in_no_mail_and_in_no_channel_that_may_not_have_them() {
    let quoted = Line { summarized: false, ..line(1, Some("My zwergpinscher ate it"), "tm_mia") };
    let digest = made(RULES, Facts { overdue: vec![quoted.clone()], unassigned: vec![quoted], ..facts() });
    for form in [text(&digest), html(&digest), post(&digest, Disclosure::Bare), post(&digest, Disclosure::Summaries)] {
        assert!(!form.contains("zwergpinscher"), "{form}");
        assert!(form.contains("orders, urgent, on telegram"), "{form}");
    }
    assert!(post(&digest, Disclosure::Words).contains("zwergpinscher"));
}

#[test]
fn nothing_open_is_good_news_in_few_words() {
    let digest = made(RULES, Facts::default());
    assert_eq!(subject(&digest), "Nothing is open · Birch & Sons, Thu 2 Jul 2026");
    assert_eq!(post(&digest, Disclosure::Words).lines().next().unwrap(), "Nothing is open · Birch & Sons");
    assert!(digest.accounts.is_empty() && digest.owners.is_empty());
}

#[test]
fn silence_is_told_only_where_it_is_longer_than_usual() {
    let names: Vec<String> = made(RULES, facts()).accounts.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["quiet", "broken"]);
    let patient = format!("{RULES}[digest]\nsilent_after = \"2d\"\n");
    let names: Vec<String> = made(&patient, facts()).accounts.into_iter().map(|one| one.name).collect();
    assert_eq!(names, ["broken"]);
}

#[test]
fn a_channel_s_own_silence_stands_for_both() {
    let told = |silence: &str| {
        let rules = format!("{RULES}[channels.instagram.messages]\nsilence = \"{silence}\"\n");
        let accounts = vec![account("busy", 5, Some(100), None)];
        made(&rules, Facts { accounts, ..Facts::default() }).accounts.len()
    };
    assert_eq!((told("6h"), told("4h")), (0, 1));
}

#[test]
fn an_account_that_never_heard_anything_is_silent_since_it_was_connected() {
    let never = |days| AccountFacts {
        last_event: None,
        connected_at: now().minus(Span::days(days)),
        ..account("new", 0, None, None)
    };
    let told = |days| made(RULES, Facts { accounts: vec![never(days)], ..Facts::default() }).accounts.len();
    assert_eq!((told(1), told(2)), (0, 1));
}

#[test]
fn a_young_workspace_is_compared_with_the_days_it_had() {
    let digest = made(RULES, facts());
    let opened = &digest.measures[0];
    assert_eq!((opened.yesterday, opened.before, opened.days), (9, 10, 2));
    assert_eq!((digest.spend.before, digest.spend.days), (150_000, 2));
    assert_eq!((digest.labels.week_made, digest.labels.week_corrected), (60, 3));
    assert_eq!((digest.labels.week_looked, digest.labels.week_right), (30, 27));
}

#[test]
fn labels_that_nobody_looked_at_are_not_called_right() {
    let unread = DayFacts { labelled: 20, ..DayFacts::default() };
    let text = text(&made(RULES, Facts { days: vec![unread], ..Facts::default() }));
    assert!(text.contains("in eight days none of 20 looked at"), "{text}");
}

#[test]
fn words_are_words_in_every_form() {
    let nasty = "<img src=x onerror=alert(1)>\r\nBcc: x@example.org \u{202e}txet \u{0}\" ' & <!channel>";
    let digest = made(RULES, Facts { overdue: vec![line(1, Some(nasty), "tm_mia")], ..facts() });
    let html = html(&digest);
    assert!(!html.contains("<img") && !html.contains("onerror=alert(1)>"));
    assert!(html.contains("&lt;img src=x") && html.contains("Mia &lt;Santos&gt;"));
    for text in [text(&digest), post(&digest, Disclosure::Words), subject(&digest)] {
        assert!(!text.contains(['\r', '\0', '\u{202e}']), "{text}");
        assert!(!text.lines().any(|line| line.starts_with("Bcc:")), "{text}");
    }
    assert!(!subject(&digest).contains('\n'));
    // Nothing is fetched, and nothing runs.
    assert!(!html.contains("src=\"") && !html.contains("<script") && !html.contains("url("));
}

#[test]
fn lists_and_summaries_are_bounded() {
    let many: Vec<Line> = (0..40).map(|number| line(number, Some(&"word ".repeat(400)), "tm_mia")).collect();
    let groups =
        (0..60).map(|number| group(Some(&format!("topic-{number}")), &format!("tm_{number}"), 1000, 1)).collect();
    let digest =
        made(RULES, Facts { overdue: many.clone(), unassigned: many.clone(), in_doubt: many, groups, ..facts() });
    assert_eq!((digest.overdue.len(), digest.owners.len(), digest.topics.len()), (10, 12, 12));
    assert_eq!(digest.owners.iter().map(|share| share.open).sum::<u64>(), 60_000);
    assert!(
        post(&digest, Disclosure::Words).len() < 6000 && text(&digest).len() < 20_000 && html(&digest).len() < 60_000
    );
}

#[test]
fn without_an_address_there_are_no_links() {
    let rules = Rules::parse(RULES).unwrap();
    let maker = Maker { rules: &rules, people: &BTreeMap::new(), origin: None };
    let digest = maker.make(facts(), NaiveDate::from_ymd_opt(2026, 7, 2).unwrap(), now());
    assert!(!html(&digest).contains("<a ") && !text(&digest).contains("http"));
}

#[test]
fn it_is_the_same_after_it_was_kept() {
    let digest = made(RULES, facts());
    let kept = serde_json::to_string(&digest).unwrap();
    let read: Digest = serde_json::from_slice(kept.as_bytes()).unwrap();
    assert_eq!((html(&read), text(&read), &read), (html(&digest), text(&digest), &digest));
}

#[test]
fn comments_are_told_from_messages_and_what_is_held_is_told_at_all() {
    let comment = Line { surface: Surface::Comments, ..line(1, Some("Asks for the price"), "tm_mia") };
    let digest = made(RULES, Facts { overdue: vec![comment], held: 1167, posts: 3, ..facts() });
    for form in [text(&digest), html(&digest), post(&digest, Disclosure::Summaries)] {
        assert!(form.contains("1167 comments are held") && form.contains("under 3 posts, in no thread"), "{form}");
        assert!(form.contains("comment · "), "{form}");
    }
    assert!(!text(&made(RULES, facts())).contains("held"));
}
