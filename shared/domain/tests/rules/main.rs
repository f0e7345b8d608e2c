//! The rules document: what is refused, where and why; and what the default means.

use std::fmt::Write as _;

use tributary_domain::{
    id::TeamId,
    label::Urgency,
    notice::Disclosure,
    platform::{Channel, Platform, Surface},
    rules::{Backup, ChannelAddress, Count, DEFAULT, Rules, Teammate},
    time::{Span, Timestamp},
};

#[test]
fn the_default_is_what_holds_without_it() {
    let written = Rules::parse(DEFAULT).unwrap();
    let empty = Rules::parse("").unwrap();
    assert!(written.topics.len() >= 8 && empty.topics.len() == 1);
    let without_words = |rules: &Rules| Rules {
        topics: empty.topics.clone(),
        templates: empty.templates.clone(),
        urgency: empty.urgency.clone(),
        ..rules.clone()
    };
    assert_eq!(without_words(&written), without_words(&empty));
    assert!(DEFAULT.is_ascii() || DEFAULT.len() < 16 * 1024);
}

/// The examples that stand in the default's comments, with what belongs to its sections that are not comments.
fn examples() -> String {
    let mut document = String::from(
        "[workspace]\nchannel = \"support\"\n[pins]\nctc_0123abcd = \"mia@example.com\"\n\
        [triage]\nteam = \"orders\"\nbackup = \"mia@example.com\"\n\
        [digest]\ntime_zone = \"Europe/Lisbon\"\nchannel = \"support\"\n\
        [costs]\nmonthly = 5\nprices = { requests = 0.30, d1RowsWritten = 1.00 }\n",
    );
    let of_sections = [
        "ctc_",
        "counts = ",
        "team = ",
        "backup = ",
        "summary_language",
        "instructions",
        "learn_examples",
        "daily_budget",
        "monthly = ",
        "prices = ",
        "channel = \"support\"   ",
        "time_zone = \"Europe/Lisbon\"  ",
    ];
    let comments = DEFAULT.lines().filter_map(|line| line.strip_prefix("# "));
    for line in comments.skip_while(|line| !line.starts_with("[teams")) {
        let is_setting = line.starts_with(['[', ' ', ']']) || line.split(' ').nth(1) == Some("=");
        if is_setting && !of_sections.iter().any(|start| line.starts_with(start)) {
            document.push_str(&line.replace("PLATFORM", "telegram"));
            document.push('\n');
        }
    }
    document
}

#[test]
fn every_example_in_the_default_s_comments_is_read() {
    let document = examples();
    let rules = Rules::parse(&document).unwrap_or_else(|error| panic!("{error}\n{document}"));
    let mia = &rules.teammates["mia@example.com"];
    assert_eq!(mia.cap, 24);
    assert_eq!(mia.hours.shifts.len(), 3);
    assert_eq!(mia.hours.zone.name(), "Europe/Lisbon");
    assert_eq!(rules.team_channels["support"].address, ChannelAddress::Secret("SUPPORT_CHANNEL_URL".into()));
    assert_eq!(rules.team_channel(Some(&TeamId::parse("team_orders").unwrap())).unwrap().0, "support");
    assert_eq!(rules.pins.len(), 1);
    let channel = Channel { platform: Platform::Telegram, surface: Surface::Messages };
    assert!(rules.channels[&channel].media.is_some());
    // Night of Friday, 5 June 2026, in Lisbon.
    assert!(mia.hours.at_work(Timestamp::parse("2026-06-06T04:59:00Z").unwrap()));
    assert!(!mia.hours.at_work(Timestamp::parse("2026-06-06T05:00:00Z").unwrap()));
}

#[test]
fn what_a_teammate_does_not_say_their_teams_do() {
    let rules = Rules::parse(
        r#"
        [workspace]
        time_zone = "Europe/Berlin"
        holidays = ["2026-01-01"]
        [hours]
        shifts = [{ days = ["mon-fri"], from = "09:00", to = "17:00" }]
        [load]
        cap = 30
        [teams.porto]
        time_zone = "Europe/Lisbon"
        holidays = ["2026-06-10"]
        languages = ["pt"]
        cap = 20
        [teams.night]
        shifts = [{ days = ["mon-sun"], from = "22:00", to = "06:00" }]
        time_zone = "Asia/Kolkata"
        leave = [{ from = "2026-08-03", to = "2026-08-14" }]
        cap = 12
        [teammates."both@example.com"]
        teams = ["porto", "night"]
        holidays = ["2026-06-24"]
        [teammates."own@example.com"]
        teams = ["night", "porto"]
        time_zone = "UTC"
        shifts = []
        cap = 9
        languages = ["en"]
        [teammates."none@example.com"]
        "#,
    )
    .unwrap();
    let works = |email: &str| {
        let Teammate { hours, cap, languages, .. } = &rules.teammates[email];
        let starts: Vec<u16> = hours.shifts.iter().map(|shift| shift.from).collect();
        let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
        (hours.zone.name(), starts, hours.holidays.len(), hours.leave.len(), *cap, languages.join(" "))
    };
    assert_eq!(works("both@example.com"), ("Europe/Lisbon", vec![22 * 60], 3, 1, 20, "pt".to_owned()));
    assert_eq!(works("own@example.com"), ("UTC", vec![], 2, 1, 9, "en".to_owned()));
    assert_eq!(works("none@example.com"), ("Europe/Berlin", vec![9 * 60], 1, 0, 30, String::new()));
    let faults = told("[teams.a]\ncap = 1\n[teams.b]\nshifts = [{ days = [\"mon\"], from = \"9\", to = \"18:00\" }]\n");
    assert_eq!(faults.iter().map(|(line, column, _)| (*line, *column)).collect::<Vec<_>>(), [(2, 7), (4, 36)]);
}

#[test]
fn values_are_read_in_either_spelling() {
    let rules = Rules::parse(
        r#"
        [workspace]
        holidays = [2026-12-25, "2026-12-26"]
        [teams.night-shift]
        [teammates."Ana.Lima@Example.com"]
        teams = ["night-shift"]
        shifts = [{ days = ["sat-mon"], from = 22:00, to = "24:00" }]
        [topics.orders]
        description = "Orders"
        owners = ["ana.lima@EXAMPLE.com"]
        backup = "night-shift"
        urgency_floor = "high"
        [targets]
        urgent = "1m30s"
        [labels]
        monthly_budget = 2.5
        input_price = "0.000001"
        summary_language = "PT-br"
        [digest]
        at = 07:30:00
        days = ["sun-tue", "tue"]
        time_zone = "Asia/Kolkata"
        recipients = ["Team@Example.com"]
        "#,
    )
    .unwrap();
    assert_eq!(rules.workspace.hours.holidays.len(), 2);
    let ana = &rules.teammates["ana.lima@example.com"];
    assert_eq!(ana.hours.holidays.len(), 2);
    assert_eq!(ana.hours.shifts[0].days, [0, 5, 6].into());
    let topic = &rules.topics["orders"];
    assert_eq!(topic.owners, ["ana.lima@example.com"]);
    assert_eq!(topic.backup, Some(Backup::Team(TeamId::parse("team_night-shift").unwrap())));
    assert_eq!(topic.urgency_floor, Urgency::High);
    assert_eq!(rules.targets.spans.urgent, Span::seconds(90));
    assert_eq!((rules.labels.monthly_budget, rules.labels.input_price), (2_500_000, 1));
    assert_eq!(rules.labels.summary_language.as_deref(), Some("pt-BR"));
    assert_eq!((rules.digest.at, rules.digest.zone.name()), (450, "Asia/Kolkata"));
    assert_eq!(rules.digest.days, [0, 1, 6].into());
    assert_eq!(rules.digest.recipients, ["team@example.com"]);
}

#[test]
fn a_template_keeps_its_lines_and_leads_to_a_topic() {
    let rules = Rules::parse(DEFAULT).unwrap();
    let damaged = rules.templates.iter().find(|one| one.name == "damaged").unwrap();
    assert_eq!(damaged.topic.as_deref(), Some("returns"));
    assert!(damaged.text.starts_with("We are sorry") && damaged.text.contains(".\n\nCould"), "{}", damaged.text);
    let bare = Rules::parse("[templates.hi]\ntitle = \"  Say   hi \"\ntext = \"\"\"\n  Hi!\n\"\"\"\n").unwrap();
    let hi = &bare.templates[0];
    assert_eq!((hi.name.as_str(), hi.title.as_str(), hi.text.as_str()), ("hi", "Say hi", "Hi!"));
    assert_eq!((hi.topic.as_ref(), hi.language.as_ref()), (None, None));
}

#[test]
fn a_template_is_no_longer_than_any_channel_takes() {
    let written = |text: &str| Rules::parse(&format!("[templates.long]\ntitle = \"Long\"\ntext = \"{text}\""));
    assert_eq!(written(&"é".repeat(4096)).unwrap().templates[0].text.chars().count(), 4096);
    let error = written(&"é".repeat(4097)).unwrap_err();
    assert_eq!((error.line, error.column), (3, 8));
    let mut many = String::new();
    for number in 0..201 {
        writeln!(many, "[templates.t{number}]\ntitle = \"T\"\ntext = \"T\"").unwrap();
    }
    assert!(Rules::parse(&many).unwrap_err().message.contains("more than 200"));
}

#[test]
fn what_is_refused_says_where_and_why() {
    let mut table = String::new();
    for case in include_str!("refused.txt").split("\n===\n") {
        let error = Rules::parse(case).expect_err(case);
        let suggestion = error.suggestion.as_deref().unwrap_or("-");
        writeln!(table, "{case}\n  => {error}\n     {suggestion}\n").unwrap();
    }
    insta::assert_snapshot!(table);
}

#[test]
fn no_document_can_stop_the_reader() {
    let long = format!("name = \"{}\"", "x".repeat(300_000));
    assert!(Rules::parse(&long).unwrap_err().message.contains("bytes"));
    let deep = format!("a = {}", "[".repeat(20_000));
    assert!(Rules::parse(&deep).is_err());
    // Every beginning of the default is either fine or refused with a place inside of it.
    for end in (0..DEFAULT.len()).step_by(97).filter(|end| DEFAULT.is_char_boundary(*end)) {
        if let Err(error) = Rules::parse(&DEFAULT[..end]) {
            assert!(error.line >= 1 && error.line <= DEFAULT[..end].lines().count() + 1);
        }
    }
}

/// Line, column and the beginning of what is said, of each fault.
fn told(text: &str) -> Vec<(usize, usize, String)> {
    let Err(faults) = Rules::check(text) else { return Vec::new() };
    let all = std::iter::once(&faults.first).chain(&faults.others);
    all.map(|error| (error.line, error.column, error.message.chars().take(34).collect())).collect()
}

#[test]
fn every_fault_of_one_line_is_told() {
    let places = |text: &str| told(text).into_iter().map(|(line, column, _)| (line, column)).collect::<Vec<_>>();
    let shift = r#"shifts = [{ days = ["mon-fry", "wed", "sum"], from = "25:00", to = "9" }, { days = ["tuu"], from = "09:00", to = "10:00" }]"#;
    let columns: Vec<usize> =
        ["\"mon-fry", "\"sum", "\"25:00", "\"9\"", "\"tuu"].map(|value| shift.find(value).unwrap() + 1).to_vec();
    assert_eq!(places(&format!("[hours]\n{shift}")), columns.iter().map(|column| (2, *column)).collect::<Vec<_>>());
    assert_eq!(
        places("[teammates.\"mia@example.com\"]\nleave = [{ from = \"2026-13-01\", to = \"tomorrow\" }]").len(),
        2
    );
    assert_eq!(
        places("[[urgency.floors]]\nwords = [\"lawyer\"]\nat_least = \"urgnt\"\n[targets]\nlow = \"1y\"\nhigh = \"-\"")
            .len(),
        3
    );
    assert_eq!(places("[labels]\nmonthly_budget = \"$1\"\nsummary_language = \"german\"").len(), 2);
    // A value that was put right stands for nothing else.
    assert_eq!(places("[hours]\nshifts = [{ days = [\"mon\"], from = \"25:00\", to = \"09:00\" }]").len(), 1);
}

#[test]
fn every_fault_of_a_document_is_told_at_once() {
    let faults = told(
        r#"[workspace]
time_zone = "Europe/Berlim"
nmae = "Shop"
[teammates."mia@example.com"]
cap = 0
languages = ["en", "english", "de", "german"]
[topics.orders]
description = "Orders"
owners = ["mia@example.com", "moa@example.com"]
backup = "care"
[targets]
urgent = "soon"
"#,
    );
    assert_eq!(
        faults,
        [
            (2, 13, "no time zone is called `Europe/Ber".to_owned()),
            (3, 1, "unknown field `nmae`, expected one".to_owned()),
            (5, 7, "a cap of 0 leaves room for no thre".to_owned()),
            (6, 20, "`english` is no language tag".to_owned()),
            (6, 37, "`german` is no language tag".to_owned()),
            (9, 30, "`moa@example.com` is no teammate o".to_owned()),
            (10, 10, "there is no team `care`".to_owned()),
            (12, 10, "`soon` is no span of time".to_owned()),
        ]
    );
}

#[test]
fn what_follows_from_another_fault_is_not_told() {
    let faults = told(
        r#"[topics.orders]
description = ""
[topics.Returns]
description = "Returns"
[teammates."mia"]
[templates.hi]
title = "Hi"
text = "Hi"
topic = "orders"
[triage]
backup = "mia"
[topics.jobs]
owners = ["mia"]
"#,
    );
    let lines: Vec<usize> = faults.iter().map(|(line, ..)| *line).collect();
    assert_eq!(lines, [2, 3, 5, 12], "{faults:?}");
}

#[test]
fn no_more_faults_are_told_than_a_person_reads_at_once() {
    let many = (0..200).fold(String::new(), |text, number| format!("{text}[topics.t{number}]\ndescription = 5\n"));
    assert_eq!(told(&many).len(), 20);
    let broken = "[workspace\nname = \n[hours]]\n";
    assert!(told(broken).len() >= 2, "{:?}", told(broken));
}

#[test]
fn a_channel_says_what_becomes_of_its_media() {
    let rules = Rules::parse(
        "[channels.telegram.messages]\nmedia = \"store\"\nretention = \"90d\"\nsilence = \"2d\"\n\
         [labels]\ninstructions = \"\"\"\nA wholesaler is never urgent.\n\"\"\"\n",
    )
    .unwrap();
    let channel = rules.channels[&Channel { platform: Platform::Telegram, surface: Surface::Messages }];
    assert_eq!((channel.retention, channel.silence), (Some(Span::days(90)), Some(Span::days(2))));
    assert_eq!(rules.labels.instructions.as_deref(), Some("A wholesaler is never urgent."));
    assert_eq!(rules.labels.learn_examples, 0, "customers' words are shown to a model only where the rules say so");
    assert_eq!(Rules::parse("[labels]\nlearn_examples = 12").unwrap().labels.learn_examples, 12);
    for refused in ["13", "-1"] {
        let fault = Rules::parse(&format!("[labels]\nlearn_examples = {refused}")).unwrap_err();
        assert!(fault.message.contains("cannot be shown"), "{}", fault.message);
    }
    let long = format!("[labels]\ninstructions = \"{}\"", "é".repeat(1001));
    assert!(Rules::parse(&long).unwrap_err().message.contains("at most 1000"));
}

/// The documents that docs/rules shows to people are good, and say what their businesses need.
#[test]
fn the_examples_of_the_docs_are_read() {
    for (text, topics, people) in [
        (include_str!("../../../../docs/rules/online-shop.toml"), 5, 4),
        (include_str!("../../../../docs/rules/clinic.toml"), 5, 4),
        (include_str!("../../../../docs/rules/studio.toml"), 4, 2),
    ] {
        let rules = Rules::check(text).unwrap_or_else(|faults| panic!("{faults:?}\n{text}"));
        assert_eq!((rules.topics.len(), rules.teammates.len()), (topics, people));
        assert!(!rules.templates.is_empty() && !rules.workspace.hours.shifts.is_empty());
        assert!(rules.workspace.channel.is_some() && !rules.team_channels.is_empty() && !rules.pins.is_empty());
        assert_ne!((rules.escalation.every, rules.digest.at), (Span::minutes(30), 9 * 60), "of their own");
        assert_eq!(rules.targets.counts.normal, Count::Working);
    }
}

/// What may leave the inbox by a channel is what its rules say, and nothing where they say nothing.
#[test]
fn a_channel_is_told_what_its_rules_allow() {
    for (lines, disclosure) in [
        ("", Disclosure::Bare),
        ("summaries = false\nwords = false", Disclosure::Bare),
        ("summaries = true", Disclosure::Summaries),
        ("summaries = true\nwords = true", Disclosure::Words),
    ] {
        let text = format!("[team_channels.a]\nkind = \"json\"\nurl = \"https://a.example\"\n{lines}");
        assert_eq!(Rules::parse(&text).unwrap().team_channels["a"].disclosure, disclosure, "{lines}");
    }
}
