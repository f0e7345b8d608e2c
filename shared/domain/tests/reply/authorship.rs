//! A person writes every reply: nothing else can make one.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tributary_domain::{
    authored::{Authored, MayNotReply, NotSignedIn, Session, SignedIn},
    id::{AccountId, MessageId, RemoteId, ThreadId},
    outbound::{CommentRef, Draft, Visibility},
    platform::Platform,
    subject::{Subject, SubjectKind},
    time::Span,
};

use crate::fixture::{SECRET, draft, noon, session};

#[test]
fn only_a_live_session_of_an_enabled_teammate_with_its_secret_signs_in() {
    assert_eq!(SignedIn::check(&session(), SECRET, noon()).unwrap().teammate(), &session().teammate);
    for wrong in [&b""[..], b"another secret", &SECRET[1..], &[SECRET, b"\0"].concat()] {
        assert_eq!(SignedIn::check(&session(), wrong, noon()), Err(NotSignedIn::Secret));
    }
    let ends = session().expires_at;
    assert!(SignedIn::check(&session(), SECRET, ends.minus(Span::millis(1))).is_ok());
    assert_eq!(SignedIn::check(&session(), SECRET, ends), Err(NotSignedIn::Expired));
    let disabled = Session { enabled: false, ..session() };
    assert_eq!(SignedIn::check(&disabled, SECRET, noon()), Err(NotSignedIn::Disabled));
    assert_eq!(SignedIn::check(&disabled, b"", noon()), Err(NotSignedIn::Secret), "who has no secret learns nothing");
}

#[test]
fn a_role_that_only_looks_cannot_put_its_name_to_words() {
    let viewer = SignedIn::check(&Session { may_reply: false, ..session() }, SECRET, noon()).unwrap();
    assert_eq!(Authored::by(&viewer, &draft()), Err(MayNotReply));
}

#[test]
fn a_name_is_put_to_these_words_and_no_others() {
    let agent = SignedIn::check(&session(), SECRET, noon()).unwrap();
    let authored = Authored::by(&agent, &draft()).unwrap();
    assert!(authored.covers(&draft()));
    let mut others = vec![Draft { text: format!("{} ", draft().text), ..draft() }];
    others.push(Draft { attachments: Vec::new(), ..draft() });
    others.push(Draft { quote: Some(RemoteId::new("mid.1")), ..draft() });
    // What is for one person is not for all, and not for another.
    let private = |comment: &str| {
        let comment = RemoteId::new(comment);
        let account = AccountId::of(Platform::Facebook, &RemoteId::new("77"));
        let subject = Subject { kind: SubjectKind::Post, id: RemoteId::new("77_1") };
        let (thread, message) = (ThreadId::from_bytes(&[1]), MessageId::of(&account, &comment));
        let comment = CommentRef { thread, message, remote: comment, subject };
        Draft { visibility: Visibility::Private(Box::new(comment)), ..draft() }
    };
    others.push(private("1_2"));
    let meant = Authored::by(&agent, &private("1_2")).unwrap();
    assert!(meant.covers(&private("1_2")));
    assert!(!meant.covers(&draft()) && !meant.covers(&private("1_3")));
    let usual = serde_json::to_string(&draft()).unwrap();
    assert!(!usual.contains("visibility"), "what was signed before stays signed: {usual}");
    for other in others {
        assert!(!authored.covers(&other), "{other:?}");
    }
    assert_eq!((authored.teammate(), authored.at()), (&session().teammate, noon()));
}

/// The files outside of tests that name `needle`.
fn naming(needle: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut open: Vec<PathBuf> = ["shared", "workers"].iter().map(|folder| root.join(folder)).collect();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let skipped = path.file_name().is_some_and(|name| name == "tests" || name == "target");
            if !skipped {
                open.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
            }
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            let product = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code = product.lines().filter(|line| !line.trim_start().starts_with("//"));
            if code.into_iter().any(|line| line.contains(needle)) {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                found.push(name);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_places_that_make_a_reply_are_these() {
    assert_eq!(
        naming("Reply::new("),
        ["shared/domain/src/thread/answer.rs"],
        "a reply is made where a thread takes it in"
    );
    let handlers = ["workers/src/http/reply.rs"];
    assert_eq!(
        naming("ThreadCall::Reply {"),
        ["workers/src/http/private.rs", "workers/src/http/reply.rs", "workers/src/objects/thread/methods.rs"],
        "a reply is handed to a thread where people answer"
    );
    for place in naming("Authored::by(") {
        assert!(
            handlers.contains(&place.as_str()),
            "{place} puts a person's name to words, but is not where people answer"
        );
    }
    for place in naming("SignedIn::check(") {
        assert!(place.starts_with("workers/src/"), "{place} signs people in");
        assert!(
            !["queue", "cron", "alarm", "label", "objects"].iter().any(|word| place.contains(word)),
            "{place} signs people in"
        );
    }
    // Whoever takes a program cannot sign: what people answer by is not reached by way of one.
    let programs = naming("Asker");
    assert!(programs.contains(&"workers/src/http/guard.rs".to_owned()), "{programs:?}");
    for place in ["reply", "private", "moderation", "handover", "session", "setup", "live", "teammates", "tokens"] {
        let place = format!("workers/src/http/{place}.rs");
        assert!(!programs.contains(&place), "{place} is for people alone");
    }
    for needle in ["SignedIn::check(", "Authored::by(", "ModerationOrder::by("] {
        assert!(naming(needle).len() == 1, "{needle} is called in one place");
    }
    assert!(
        naming("-> Authored").is_empty()
            && naming("Authored {").iter().all(|place| place == "shared/domain/src/authored.rs")
    );
}

#[test]
fn the_places_by_which_something_is_done_to_a_comment_are_these() {
    let order = naming("ModerationOrder::by(");
    assert_eq!(order, ["workers/src/http/moderation.rs"], "a person wants it, who is signed in");
    assert!(
        naming("-> ModerationOrder").is_empty()
            && naming(" ModerationOrder {").iter().all(|place| place == "shared/domain/src/authored.rs"),
        "nothing else makes one"
    );
    assert_eq!(
        naming("Task::new(").iter().filter(|place| !place.ends_with("moderation/task.rs")).collect::<Vec<_>>(),
        ["shared/domain/src/moderation/mod.rs"],
        "what is to be done begins with an order"
    );
    assert_eq!(naming("registry::moderate("), ["workers/src/moderate.rs"], "one place calls the platform");
    assert_eq!(naming("moderate::carry_out("), ["workers/src/jobs/mod.rs"], "for what a thread has committed");
    assert_eq!(naming("ThreadCall::Moderate {").len(), 2, "the API asks, and the thread answers");
    for place in ["labels", "cron", "jobs", "outbox", "roster", "routing", "rules", "escalat", "intake"] {
        assert!(!order.iter().any(|one| one.contains(place)), "{place} moderates");
    }
}
