//! Every route, once: what it is called, who may use it, what it takes and gives.

use super::teammate::Role;

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// A signed-in teammate with at least this role, and no program.
    Person(Role),
    /// A signed-in teammate with at least this role, or a program with a token of it.
    Program(Role),
}

impl Access {
    /// The least role that it takes.
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Public => None,
            Self::Person(role) | Self::Program(role) => Some(role),
        }
    }
}

/// One route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// What it does.
    pub operation: Operation,
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// The path; a segment in braces is a parameter.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// One line for its description.
    pub summary: &'static str,
    /// Name of the type of its body, when it takes JSON.
    pub request: Option<&'static str>,
    /// Status when all is well, and the name of the type it answers with.
    pub response: (u16, Option<&'static str>),
    /// Names and descriptions of its query parameters.
    pub query: &'static [(&'static str, &'static str)],
}

const PAGE: &[(&str, &str)] = &[("cursor", "Where the last page ended"), ("limit", "1 to 100, 20 when left out")];

const DELIVERIES: &[(&str, &str)] = &[
    ("state", "`waiting` (parked or dead), `parked`, `dead`, `recovered` or `dismissed`; all when left out"),
    ("cursor", "Where the last page ended"),
    ("limit", "1 to 100, 20 when left out"),
];

const NOTICES: &[(&str, &str)] = &[
    ("state", "`waiting`, `sent` or `failed`; all when left out"),
    ("cursor", "Where the last page ended"),
    ("limit", "1 to 100, 20 when left out"),
];

const THREADS: &[(&str, &str)] = &[
    ("status", "`open`, `snoozed` or `closed`; `open` when left out"),
    ("queue", "`mine`, `unassigned`, `all`, or the id of a teammate or team"),
    ("platform", "A platform's name"),
    ("account", "An account's id"),
    ("surface", "`messages`, `comments` or `reviews`"),
    ("topic", "A topic of the rules"),
    ("urgency", "`low`, `normal`, `high` or `urgent`"),
    ("language", "BCP 47"),
    ("assignee", "A teammate's id"),
    ("q", "Words of a name, a summary or a message"),
    ("sort", "`due`: soonest first, then what was written last"),
    ("cursor", "Where the last page ended"),
    ("limit", "1 to 100, 20 when left out"),
];

const SEARCH: &[(&str, &str)] = &[
    ("q", "Words, all of which must be there"),
    ("cursor", "Where the last page ended"),
    ("limit", "1 to 50, 20 when left out"),
];

const INSIGHTS: &[(&str, &str)] = &[
    ("report", "`volume`, `answers`, `targets`, `load`, `topics`, `accuracy` or `cost`; `volume` when left out"),
    ("from", "First day, as `2026-01-31`; 27 days before `to` when left out"),
    ("to", "Last day; today when left out"),
    ("platform", "A platform's name"),
    ("topic", "A topic of the rules"),
    ("teammate", "A teammate's id"),
    ("team", "A team's id: its own, and its members'"),
    ("format", "`json` or `csv`; what `Accept` asks for when left out"),
];

macro_rules! routes {
    ($($operation:ident $method:literal $path:literal $access:expr, $summary:literal, $request:expr => $status:literal $response:expr, $query:expr;)+) => {
        /// What a route does.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Operation { $(#[doc = $summary] $operation),+ }

        /// Every route of the API.
        pub const ROUTES: &[Route] = &[$(Route {
            operation: Operation::$operation,
            method: $method,
            path: $path,
            access: $access,
            summary: $summary,
            request: $request,
            response: ($status, $response),
            query: $query,
        }),+];
    };
}

const READING: Access = Access::Program(Role::Viewer);
const DESK: Access = Access::Program(Role::Agent);
const VIEWER: Access = Access::Person(Role::Viewer);
const AGENT: Access = Access::Person(Role::Agent);
const ADMIN: Access = Access::Person(Role::Admin);

routes! {
    Health "GET" "/healthz" Access::Public, "Whether the parts are there", None => 200 None, &[];
    Description "GET" "/api/v1/openapi.json" Access::Public, "This description", None => 200 None, &[];
    Setup "POST" "/api/v1/setup" Access::Public, "Make the owner, once", Some("SetupRequest") => 201 Some("SessionItem"), &[];
    SignIn "POST" "/api/v1/session" Access::Public, "Sign in with a one-time link", Some("SignInRequest") => 201 Some("SessionItem"), &[];
    ReadSession "GET" "/api/v1/session" VIEWER, "Who is signed in", None => 200 Some("SessionItem"), &[];
    AcknowledgeLinks "POST" "/api/v1/session/links/seen" VIEWER, "I have seen which sign-in links others made for me", None => 204 None, &[];
    SignOut "DELETE" "/api/v1/session" VIEWER, "Sign out", None => 204 None, &[];
    ListAccounts "GET" "/api/v1/accounts" READING, "Connected accounts", None => 200 Some("AccountItemPage"), &[];
    ConnectAccount "POST" "/api/v1/accounts" ADMIN, "Connect an account by its token", Some("ConnectRequest") => 201 Some("AccountItem"), &[];
    ListPlatforms "GET" "/api/v1/platforms" READING, "What each platform can do, and what connecting an account needs", None => 200 Some("PlatformList"), &[];
    ReadAccount "GET" "/api/v1/accounts/{account}" READING, "One account", None => 200 Some("AccountItem"), &[];
    DisconnectAccount "DELETE" "/api/v1/accounts/{account}" ADMIN, "Forget an account's token; its threads stay", None => 200 Some("AccountItem"), &[];
    ListThreads "GET" "/api/v1/threads" READING, "A queue of threads", None => 200 Some("ThreadItemPage"), THREADS;
    CountThreads "GET" "/api/v1/threads/counts" READING, "In how many threads of each queue a customer waits", None => 200 Some("CountsItem"), &[];
    ReadThread "GET" "/api/v1/threads/{thread}" READING, "One thread", None => 200 Some("ThreadDetail"), &[];
    ListMessages "GET" "/api/v1/threads/{thread}/messages" READING, "A thread's messages, newest page first, oldest first within it", None => 200 Some("MessageItemPage"), PAGE;
    ListThreadAudit "GET" "/api/v1/threads/{thread}/audit" READING, "A thread's history, newest first", None => 200 Some("AuditItemPage"), PAGE;
    Reply "POST" "/api/v1/threads/{thread}/replies" AGENT, "Send a reply that a person wrote", Some("ReplyRequest") => 202 Some("ReplyItem"), &[];
    ReadReply "GET" "/api/v1/threads/{thread}/replies/{reply}" READING, "Where a reply stands", None => 200 Some("ReplyItem"), &[];
    ResolveReply "POST" "/api/v1/threads/{thread}/replies/{reply}/resolve" AGENT, "Settle a reply in doubt", Some("ResolveRequest") => 202 Some("ReplyItem"), &[];
    Reassign "POST" "/api/v1/threads/{thread}/reassign" DESK, "Give a thread to somebody else", Some("ReassignRequest") => 200 Some("ThreadItem"), &[];
    Close "POST" "/api/v1/threads/{thread}/close" DESK, "Close a thread", Some("StatusRequest") => 200 Some("ThreadItem"), &[];
    Reopen "POST" "/api/v1/threads/{thread}/reopen" DESK, "Reopen a thread", Some("StatusRequest") => 200 Some("ThreadItem"), &[];
    Note "POST" "/api/v1/threads/{thread}/notes" DESK, "Add a note that only the team sees", Some("NoteRequest") => 201 Some("ThreadItem"), &[];
    Snooze "POST" "/api/v1/threads/{thread}/snooze" DESK, "Put a thread aside", Some("SnoozeRequest") => 200 Some("ThreadItem"), &[];
    CorrectLabels "POST" "/api/v1/threads/{thread}/labels" DESK, "Correct the labels", Some("LabelRequest") => 200 Some("ThreadItem"), &[];
    Tag "POST" "/api/v1/threads/{thread}/tags" DESK, "Add and remove tags", Some("TagsRequest") => 200 Some("ThreadItem"), &[];
    MarkRead "POST" "/api/v1/threads/{thread}/read" DESK, "Mark as read, for oneself", Some("ReadRequest") => 200 Some("ThreadItem"), &[];
    MarkUnread "POST" "/api/v1/threads/{thread}/unread" DESK, "Mark as unread, for oneself", None => 200 Some("ThreadItem"), &[];
    ReadRules "GET" "/api/v1/rules" READING, "The rules", None => 200 Some("RulesItem"), &[];
    SaveRules "PUT" "/api/v1/rules" ADMIN, "Change the rules", Some("RulesRequest") => 200 Some("RulesItem"), &[];
    ListRulesVersions "GET" "/api/v1/rules/versions" READING, "Versions of the rules, newest first, without their texts", None => 200 Some("RulesVersionItemPage"), PAGE;
    ReadRulesVersion "GET" "/api/v1/rules/versions/{version}" READING, "One version of the rules, and the one before it", None => 200 Some("RulesVersionDetail"), &[];
    RestoreRules "POST" "/api/v1/rules/versions/{version}/restore" ADMIN, "Save an earlier version anew", Some("RestoreRequest") => 200 Some("RulesItem"), &[];
    CheckRules "POST" "/api/v1/rules/check" ADMIN, "What is wrong with a document", Some("CheckRequest") => 200 Some("CheckItem"), &[];
    DryRunRules "POST" "/api/v1/rules/dry-run" ADMIN, "What other rules would do", Some("DryRunRequest") => 200 Some("DryRunItem"), &[];
    ListContacts "GET" "/api/v1/contacts" READING, "Contacts, newest first", None => 200 Some("ContactItemPage"), PAGE;
    ReadContact "GET" "/api/v1/contacts/{contact}" READING, "One contact", None => 200 Some("ContactItem"), &[];
    ListTeammates "GET" "/api/v1/teammates" READING, "Teammates", None => 200 Some("TeammateItemPage"), &[];
    InviteTeammate "POST" "/api/v1/teammates" ADMIN, "Add a teammate", Some("InviteRequest") => 201 Some("InvitedItem"), &[];
    ChangeTeammate "PATCH" "/api/v1/teammates/{teammate}" ADMIN, "Change a teammate", Some("TeammateRequest") => 200 Some("TeammateItem"), &[];
    MakeSignInLink "POST" "/api/v1/teammates/{teammate}/links" ADMIN, "A new one-time sign-in link", None => 201 Some("SignInLinkItem"), &[];
    ListTeams "GET" "/api/v1/teams" READING, "Teams of the rules", None => 200 Some("TeamItemPage"), &[];
    ListTopics "GET" "/api/v1/topics" READING, "Topics of the rules", None => 200 Some("TopicItemPage"), &[];
    ListTemplates "GET" "/api/v1/templates" READING, "Beginnings of replies", None => 200 Some("TemplateItemPage"), &[];
    ListTokens "GET" "/api/v1/tokens" ADMIN, "Tokens of programs, newest first, without their secrets", None => 200 Some("TokenItemPage"), &[];
    MakeToken "POST" "/api/v1/tokens" ADMIN, "Make a token; its secret is shown this once", Some("TokenRequest") => 201 Some("TokenMadeItem"), &[];
    RevokeToken "DELETE" "/api/v1/tokens/{token}" ADMIN, "Make a token worthless", None => 204 None, &[];
    ListSessions "GET" "/api/v1/sessions" VIEWER, "Where I am signed in, the latest used first", None => 200 Some("SignedInItemPage"), &[];
    EndSession "DELETE" "/api/v1/sessions/{session}" VIEWER, "Sign out there", None => 204 None, &[];
    EndOtherSessions "DELETE" "/api/v1/sessions" VIEWER, "Sign out everywhere but here", None => 204 None, &[];
    EndSessions "DELETE" "/api/v1/teammates/{teammate}/sessions" ADMIN, "Sign somebody out everywhere", None => 204 None, &[];
    ListAudit "GET" "/api/v1/audit" ADMIN, "The workspace's history, newest first", None => 200 Some("AuditItemPage"), PAGE;
    ListDeadLetters "GET" "/api/v1/dead-letters" ADMIN, "Deliveries that wait for a person", None => 200 Some("DeliveryItemPage"), DELIVERIES;
    ReadDeadLetter "GET" "/api/v1/dead-letters/{delivery}/body" ADMIN, "What came, as it came; who looks is written down", None => 200 Some("DeliveryBody"), &[];
    ReplayDeadLetter "POST" "/api/v1/dead-letters/{delivery}/replay" ADMIN, "Try a delivery again", None => 202 Some("DeliveryItem"), &[];
    DismissDeadLetter "POST" "/api/v1/dead-letters/{delivery}/dismiss" ADMIN, "Put a dead letter away, and say why", Some("DismissRequest") => 200 Some("DeliveryItem"), &[];
    ListKeptKinds "GET" "/api/v1/kept-kinds" ADMIN, "Kinds of things that are not read yet and kept, the one that came last first", None => 200 Some("KeptKindItemPage"), &[];
    ListKeptDeliveries "GET" "/api/v1/kept-kinds/{kind}/deliveries" ADMIN, "Kept deliveries with this kind, newest first", None => 200 Some("KeptDeliveryItemPage"), PAGE;
    ReplayKeptKind "POST" "/api/v1/kept-kinds/{kind}/replay" ADMIN, "Try those with this kind again, oldest first, up to 500 at a time", None => 202 Some("ReplayedItem"), &[("cursor", "Where the last call ended")];
    DismissKeptKind "POST" "/api/v1/kept-kinds/{kind}/dismiss" ADMIN, "Put a kind away and say why; it is kept as before", Some("DismissRequest") => 200 Some("KeptKindItem"), &[];
    ReadKeptDelivery "GET" "/api/v1/kept-deliveries/{delivery}/body" ADMIN, "What came, as it came; who looks is written down", None => 200 Some("DeliveryBody"), &[];
    ListPassedOver "GET" "/api/v1/passed-over" ADMIN, "What was passed over by rule in thirty days, and why", None => 200 Some("PassedOverItemPage"), &[];
    ListDigests "GET" "/api/v1/digests" READING, "Digests, newest first", None => 200 Some("DigestItemPage"), PAGE;
    PreviewDigest "GET" "/api/v1/digests/preview" READING, "What a digest would say now; nothing is sent", None => 200 Some("DigestPreview"), &[];
    SendDigest "POST" "/api/v1/digests/send" ADMIN, "Send a digest now, once per id", Some("SendDigestRequest") => 202 Some("DigestDetail"), &[];
    ReadDigest "GET" "/api/v1/digests/{digest}" READING, "One digest, by its day or id", None => 200 Some("DigestDetail"), &[];
    ListNotices "GET" "/api/v1/notices" READING, "What the team channels were told, newest first", None => 200 Some("NoticeItemPage"), NOTICES;
    RetryNotice "POST" "/api/v1/notices/{notice}/retry" ADMIN, "Tell it again", None => 202 Some("NoticeItem"), &[];
    ReadHandover "GET" "/api/v1/handover" VIEWER, "My open threads at the end of my shift, and who could take them", None => 200 Some("HandoverItem"), &[];
    AcceptHandover "POST" "/api/v1/handover/accept" AGENT, "Hand my open threads over", Some("HandoverRequest") => 200 Some("HandedOverItem"), &[];
    Search "GET" "/api/v1/search" READING, "People, messages and notes that have all of the words: people first, then what was said, newest first", None => 200 Some("SearchItemPage"), SEARCH;
    ReadInsights "GET" "/api/v1/insights" READING, "What happened, counted; as JSON or CSV", None => 200 Some("InsightItem"), INSIGHTS;
    SuggestKeywords "GET" "/api/v1/insights/keywords" ADMIN, "Words that may tell topics, from threads that people gave another topic", None => 200 Some("KeywordsItem"), &[];
    ReadCosts "GET" "/api/v1/costs" READING, "What this month costs, and what others would", None => 200 Some("CostsItem"), &[];
    Upload "POST" "/api/v1/media" AGENT, "Upload a file for a reply; the body is the file", None => 201 Some("MediaItem"), &[("name", "The file's name")];
    Live "GET" "/api/v1/live" VIEWER, "WebSocket: `{thread, version}` whenever a thread changed", None => 101 None, &[];
}

/// The longest path has this many segments.
const MOST_SEGMENTS: usize = 8;

/// A route and the values of its parameters, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'a> {
    /// The route.
    pub route: &'static Route,
    /// The path's own values, first to last.
    pub parameters: Vec<&'a str>,
}

/// Why no route fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoute {
    /// Nothing is there.
    NotFound,
    /// Something is there, but not by this method.
    WrongMethod,
}

/// Whether an address, as it was sent, has a segment that stands for another place: `.` or `..`, in whatever spelling.
/// Who reads an address by the rules of the web resolves these, and would answer for one that nobody asked for.
pub fn is_relative(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.split(['/', '\\']).any(|segment| {
        let plain = segment.to_ascii_lowercase().replace("%2e", ".");
        plain == "." || plain == ".."
    })
}

/// The route of a request.
pub fn find<'a>(method: &str, path: &'a str) -> Result<Match<'a>, NoRoute> {
    if path.split('/').count() > MOST_SEGMENTS {
        return Err(NoRoute::NotFound);
    }
    let mut verdict = NoRoute::NotFound;
    for route in ROUTES {
        let Some(parameters) = parameters(route.path, path) else { continue };
        if route.method == method {
            return Ok(Match { route, parameters });
        }
        verdict = NoRoute::WrongMethod;
    }
    Err(verdict)
}

fn parameters<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut values = Vec::new();
    let mut given = path.split('/');
    for wanted in pattern.split('/') {
        let segment = given.next()?;
        if wanted.starts_with('{') {
            if segment.is_empty() || is_relative(segment) {
                return None;
            }
            values.push(segment);
        } else if wanted != segment {
            return None;
        }
    }
    given.next().is_none().then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_no_segments_however_they_are_written() {
        for dots in [".", "..", "%2e", "%2E%2e", ".%2E", "%2e."] {
            let path = format!("/api/v1/threads/{dots}");
            assert_eq!(find("GET", &path).unwrap_err(), NoRoute::NotFound, "{path}");
            for url in
                [format!("{path}/messages"), format!("https://inbox.example{path}?x=1"), format!("/api\\{dots}\\v1")]
            {
                assert!(is_relative(&url), "{url}");
            }
        }
        for path in ["/api/v1/threads/thr_1", "/media/med_1.png", "/api/v1/threads/...", "/t?x=/../", "/t#/./"] {
            assert!(!is_relative(path), "{path}");
        }
    }
}
