//! Every operation of the API, once. From this list come the router, who may do what, the description, and which
//! handlers the Worker has to have: see [`each_endpoint`](crate::each_endpoint).

use std::sync::LazyLock;

use serde_json::Value;
use tributary_domain::id::{
    AccountId, ContactId, DeliveryId, KindId, MediaId, MessageId, PostId, ReplyId, SessionId, TeammateId, ThreadId,
    TokenId,
};

use super::{
    account::{AccountItem, ConnectRequest},
    audit::AuditItem,
    contact::ContactItem,
    context::ContextItem,
    delivery::{
        DeliveriesQuery, DeliveryBody, DeliveryItem, DismissRequest, KeptDeliveryItem, KeptKindItem, PassedOverItem,
        ReplayQuery, ReplayedItem,
    },
    digest::{DigestDetail, DigestItem, DigestName, DigestPreview, SendDigestRequest},
    endpoint::{Access, Bytes, Endpoint, File, Json, JsonOrCsv, Nothing, Route, Written, who},
    handover::{HandedOverItem, HandoverItem, HandoverRequest},
    health::HealthItem,
    insights::{CostsItem, InsightItem, InsightsQuery, KeywordsItem},
    message::{FileName, FileQuery, MediaItem, MessageItem, ModerationRequest, UPLOAD, UploadQuery},
    notice::{NoticeId, NoticeItem, NoticesQuery},
    page::{MessagesQuery, NoQuery, Page, PageQuery},
    platform::PlatformList,
    post::{BulkItem, BulkRequest, CommentsModerationRequest, CommentsQuery, ListItem, PostComment, PostItem},
    reply::{ReplyItem, ReplyRequest, ResolveRequest},
    rules::{
        CheckItem, CheckRequest, DryRunItem, DryRunRequest, RestoreRequest, RulesItem, RulesRequest, RulesVersion,
        RulesVersionDetail, RulesVersionItem, TemplateItem, TopicItem,
    },
    search::{SearchItem, SearchQuery},
    session::{SessionItem, SetupRequest, SignInLinkItem, SignInRequest, SignedInItem},
    teammate::{InviteRequest, InvitedItem, Role, TeamItem, TeammateItem, TeammateRequest},
    thread::{
        CountsItem, LabelRequest, NoteRequest, ReadRequest, ReassignRequest, SnoozeRequest, StatusRequest, TagsRequest,
        ThreadDetail, ThreadItem, ThreadsQuery,
    },
    token::{TokenItem, TokenMadeItem, TokenRequest},
};

macro_rules! endpoints {
    (($d:tt) $($name:ident: $method:ident $path:literal, $who:ident($($role:ident)?), $summary:literal,
        $values:ty, $query:ty, $request:ty => $status:literal $response:ty;)+) => {
        /// What an operation is called.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Operation { $(#[doc = $summary] $name),+ }

        $(
            #[doc = $summary]
            #[derive(Debug)]
            pub enum $name {}

            impl Endpoint for $name {
                const OPERATION: Operation = Operation::$name;
                const METHOD: &'static str = stringify!($method);
                const PATH: &'static str = $path;
                const ACCESS: Access = Access::$who $((Role::$role))?;
                type Who = who::$who;
                const SUMMARY: &'static str = $summary;
                type Path = $values;
                type Query = $query;
                type Request = $request;
                const STATUS: u16 = $status;
                type Response = $response;
            }
        )+

        /// Every operation, as far as it has to be known before it is done.
        pub const ROUTES: &[Route] = &[$(Route::of::<$name>()),+];

        /// Gives the names of all endpoints to a macro: what it makes, there is of every one of them.
        #[macro_export]
        macro_rules! each_endpoint {
            ($d callback:ident) => { $d callback! { $($name)+ } };
        }
    };
}

endpoints! {
    ($)
    Health: GET "/healthz", Open(), "Whether the parts are there",
        (), NoQuery, Nothing => 200 Written<Json<HealthItem>>;
    Description: GET "/api/v1/openapi.json", Open(), "This description",
        (), NoQuery, Nothing => 200 Written<Json<Value>>;
    Setup: POST "/api/v1/setup", Newcomer(), "Make the owner, once",
        (), NoQuery, Json<SetupRequest> => 201 Json<SessionItem>;
    SignIn: POST "/api/v1/session", Newcomer(), "Sign in with a one-time link",
        (), NoQuery, Json<SignInRequest> => 201 Json<SessionItem>;
    ReadSession: GET "/api/v1/session", Person(Viewer), "Who is signed in",
        (), NoQuery, Nothing => 200 Json<SessionItem>;
    AcknowledgeLinks: POST "/api/v1/session/links/seen", Person(Viewer), "I have seen which sign-in links others made for me",
        (), NoQuery, Nothing => 204 Nothing;
    SignOut: DELETE "/api/v1/session", Person(Viewer), "Sign out",
        (), NoQuery, Nothing => 204 Nothing;
    ListAccounts: GET "/api/v1/accounts", Program(Viewer), "Connected accounts",
        (), NoQuery, Nothing => 200 Json<Page<AccountItem>>;
    ListPlatforms: GET "/api/v1/platforms", Program(Viewer), "What each platform can do, and what connecting an account needs",
        (), NoQuery, Nothing => 200 Json<PlatformList>;
    ConnectAccount: POST "/api/v1/accounts", Person(Admin), "Connect an account by its token",
        (), NoQuery, Json<ConnectRequest> => 201 Json<AccountItem>;
    ReadAccount: GET "/api/v1/accounts/{account}", Program(Viewer), "One account",
        (AccountId,), NoQuery, Nothing => 200 Json<AccountItem>;
    DisconnectAccount: DELETE "/api/v1/accounts/{account}", Person(Admin), "Forget an account's token; its threads stay",
        (AccountId,), NoQuery, Nothing => 200 Json<AccountItem>;
    ListThreads: GET "/api/v1/threads", Program(Viewer), "A queue of threads, and of posts with held comments",
        (), ThreadsQuery, Nothing => 200 Json<Page<ListItem>>;
    CountThreads: GET "/api/v1/threads/counts", Program(Viewer), "In how many threads of each queue a customer waits",
        (), NoQuery, Nothing => 200 Json<CountsItem>;
    ReadThread: GET "/api/v1/threads/{thread}", Program(Viewer), "One thread",
        (ThreadId,), NoQuery, Nothing => 200 Json<ThreadDetail>;
    ListMessages: GET "/api/v1/threads/{thread}/messages", Program(Viewer), "A thread's messages, newest page first, oldest first within it",
        (ThreadId,), MessagesQuery, Nothing => 200 Json<Page<MessageItem>>;
    ReadContext: GET "/api/v1/threads/{thread}/context", Program(Viewer), "What stands around a public thread: the post, and what others wrote beside it",
        (ThreadId,), NoQuery, Nothing => 200 Json<ContextItem>;
    ListThreadAudit: GET "/api/v1/threads/{thread}/audit", Program(Viewer), "A thread's history, newest first",
        (ThreadId,), PageQuery, Nothing => 200 Json<Page<AuditItem>>;
    Reply: POST "/api/v1/threads/{thread}/replies", Person(Agent), "Send a reply that a person wrote",
        (ThreadId,), NoQuery, Json<ReplyRequest> => 202 Json<ReplyItem>;
    ReadReply: GET "/api/v1/threads/{thread}/replies/{reply}", Program(Viewer), "Where a reply stands",
        (ThreadId, ReplyId), NoQuery, Nothing => 200 Json<ReplyItem>;
    ResolveReply: POST "/api/v1/threads/{thread}/replies/{reply}/resolve", Person(Agent), "Settle a reply in doubt",
        (ThreadId, ReplyId), NoQuery, Json<ResolveRequest> => 202 Json<ReplyItem>;
    Moderate: POST "/api/v1/threads/{thread}/messages/{message}/moderation", Person(Agent), "Hide, show, delete or like a comment",
        (ThreadId, MessageId), NoQuery, Json<ModerationRequest> => 202 Json<MessageItem>;
    Reassign: POST "/api/v1/threads/{thread}/reassign", Program(Agent), "Give a thread to somebody else",
        (ThreadId,), NoQuery, Json<ReassignRequest> => 200 Json<ThreadItem>;
    Close: POST "/api/v1/threads/{thread}/close", Program(Agent), "Close a thread",
        (ThreadId,), NoQuery, Json<StatusRequest> => 200 Json<ThreadItem>;
    Reopen: POST "/api/v1/threads/{thread}/reopen", Program(Agent), "Reopen a thread",
        (ThreadId,), NoQuery, Json<StatusRequest> => 200 Json<ThreadItem>;
    Note: POST "/api/v1/threads/{thread}/notes", Program(Agent), "Add a note that only the team sees",
        (ThreadId,), NoQuery, Json<NoteRequest> => 201 Json<ThreadItem>;
    Snooze: POST "/api/v1/threads/{thread}/snooze", Program(Agent), "Snooze a thread",
        (ThreadId,), NoQuery, Json<SnoozeRequest> => 200 Json<ThreadItem>;
    CorrectLabels: POST "/api/v1/threads/{thread}/labels", Program(Agent), "Correct the labels",
        (ThreadId,), NoQuery, Json<LabelRequest> => 200 Json<ThreadItem>;
    Tag: POST "/api/v1/threads/{thread}/tags", Program(Agent), "Add and remove tags",
        (ThreadId,), NoQuery, Json<TagsRequest> => 200 Json<ThreadItem>;
    MarkRead: POST "/api/v1/threads/{thread}/read", Program(Agent), "Mark as read, for oneself",
        (ThreadId,), NoQuery, Json<ReadRequest> => 200 Json<ThreadItem>;
    MarkUnread: POST "/api/v1/threads/{thread}/unread", Program(Agent), "Mark as unread, for oneself",
        (ThreadId,), NoQuery, Nothing => 200 Json<ThreadItem>;
    ReadPost: GET "/api/v1/posts/{post}", Program(Viewer), "A post under which people comment",
        (PostId,), NoQuery, Nothing => 200 Json<PostItem>;
    ListComments: GET "/api/v1/posts/{post}/comments", Program(Viewer), "The comments of a post, newest first",
        (PostId,), CommentsQuery, Nothing => 200 Json<Page<PostComment>>;
    ChangeComments: POST "/api/v1/posts/{post}/comments/bulk", Program(Agent), "Do one thing to many held comments",
        (PostId,), NoQuery, Json<BulkRequest> => 200 Json<BulkItem>;
    ModerateComments: POST "/api/v1/posts/{post}/comments/moderation", Person(Agent), "Hide, show or delete many held comments",
        (PostId,), NoQuery, Json<CommentsModerationRequest> => 202 Json<BulkItem>;
    StopModeration: DELETE "/api/v1/posts/{post}/comments/moderation", Person(Agent), "Stop what is being done to many comments",
        (PostId,), NoQuery, Nothing => 200 Json<PostItem>;
    ClosePost: POST "/api/v1/posts/{post}/close", Program(Agent), "Put a post away until the next comment is held",
        (PostId,), NoQuery, Nothing => 200 Json<PostItem>;
    ReopenPost: POST "/api/v1/posts/{post}/reopen", Program(Agent), "Take a post up again",
        (PostId,), NoQuery, Nothing => 200 Json<PostItem>;
    ReadRules: GET "/api/v1/rules", Program(Viewer), "The rules",
        (), NoQuery, Nothing => 200 Json<RulesItem>;
    SaveRules: PUT "/api/v1/rules", Person(Admin), "Change the rules",
        (), NoQuery, Json<RulesRequest> => 200 Json<RulesItem>;
    ListRulesVersions: GET "/api/v1/rules/versions", Program(Viewer), "Versions of the rules, newest first, without their texts",
        (), PageQuery, Nothing => 200 Json<Page<RulesVersionItem>>;
    ReadRulesVersion: GET "/api/v1/rules/versions/{version}", Program(Viewer), "One version of the rules, and the one before it",
        (RulesVersion,), NoQuery, Nothing => 200 Json<RulesVersionDetail>;
    RestoreRules: POST "/api/v1/rules/versions/{version}/restore", Person(Admin), "Save an earlier version anew",
        (RulesVersion,), NoQuery, Json<RestoreRequest> => 200 Json<RulesItem>;
    CheckRules: POST "/api/v1/rules/check", Person(Admin), "What is wrong with a document",
        (), NoQuery, Json<CheckRequest> => 200 Json<CheckItem>;
    DryRunRules: POST "/api/v1/rules/dry-run", Person(Admin), "What other rules would do",
        (), NoQuery, Json<DryRunRequest> => 200 Json<DryRunItem>;
    ListContacts: GET "/api/v1/contacts", Program(Viewer), "Contacts, newest first",
        (), PageQuery, Nothing => 200 Json<Page<ContactItem>>;
    ReadContact: GET "/api/v1/contacts/{contact}", Program(Viewer), "One contact",
        (ContactId,), NoQuery, Nothing => 200 Json<ContactItem>;
    ListTeammates: GET "/api/v1/teammates", Program(Viewer), "Teammates",
        (), NoQuery, Nothing => 200 Json<Page<TeammateItem>>;
    InviteTeammate: POST "/api/v1/teammates", Person(Admin), "Add a teammate",
        (), NoQuery, Json<InviteRequest> => 201 Json<InvitedItem>;
    ChangeTeammate: PATCH "/api/v1/teammates/{teammate}", Person(Admin), "Change a teammate",
        (TeammateId,), NoQuery, Json<TeammateRequest> => 200 Json<TeammateItem>;
    MakeSignInLink: POST "/api/v1/teammates/{teammate}/links", Person(Admin), "A new one-time sign-in link",
        (TeammateId,), NoQuery, Nothing => 201 Json<SignInLinkItem>;
    ListTeams: GET "/api/v1/teams", Program(Viewer), "Teams of the rules",
        (), NoQuery, Nothing => 200 Json<Page<TeamItem>>;
    ListTopics: GET "/api/v1/topics", Program(Viewer), "Topics of the rules",
        (), NoQuery, Nothing => 200 Json<Page<TopicItem>>;
    ListTemplates: GET "/api/v1/templates", Program(Viewer), "Beginnings of replies",
        (), NoQuery, Nothing => 200 Json<Page<TemplateItem>>;
    ListTokens: GET "/api/v1/tokens", Person(Admin), "Tokens of programs, newest first, without their secrets",
        (), NoQuery, Nothing => 200 Json<Page<TokenItem>>;
    MakeToken: POST "/api/v1/tokens", Person(Admin), "Make a token; its secret is shown this once",
        (), NoQuery, Json<TokenRequest> => 201 Json<TokenMadeItem>;
    RevokeToken: DELETE "/api/v1/tokens/{token}", Person(Admin), "Make a token worthless",
        (TokenId,), NoQuery, Nothing => 204 Nothing;
    ListSessions: GET "/api/v1/sessions", Person(Viewer), "Where I am signed in, the latest used first",
        (), NoQuery, Nothing => 200 Json<Page<SignedInItem>>;
    EndSession: DELETE "/api/v1/sessions/{session}", Person(Viewer), "Sign out there",
        (SessionId,), NoQuery, Nothing => 204 Nothing;
    EndOtherSessions: DELETE "/api/v1/sessions", Person(Viewer), "Sign out everywhere but here",
        (), NoQuery, Nothing => 204 Nothing;
    EndSessions: DELETE "/api/v1/teammates/{teammate}/sessions", Person(Admin), "Sign somebody out everywhere",
        (TeammateId,), NoQuery, Nothing => 204 Nothing;
    ListAudit: GET "/api/v1/audit", Person(Admin), "The workspace's history, newest first",
        (), PageQuery, Nothing => 200 Json<Page<AuditItem>>;
    ListDeadLetters: GET "/api/v1/dead-letters", Person(Admin), "Dead letters: deliveries that wait for a person",
        (), DeliveriesQuery, Nothing => 200 Json<Page<DeliveryItem>>;
    ReadDeadLetter: GET "/api/v1/dead-letters/{delivery}/body", Person(Admin), "What came, as it came; who looks is written down",
        (DeliveryId,), NoQuery, Nothing => 200 Json<DeliveryBody>;
    ReplayDeadLetter: POST "/api/v1/dead-letters/{delivery}/replay", Person(Admin), "Try a delivery again",
        (DeliveryId,), NoQuery, Nothing => 202 Json<DeliveryItem>;
    DismissDeadLetter: POST "/api/v1/dead-letters/{delivery}/dismiss", Person(Admin), "Dismiss a dead letter, and say why",
        (DeliveryId,), NoQuery, Json<DismissRequest> => 200 Json<DeliveryItem>;
    ListKeptKinds: GET "/api/v1/kept-kinds", Person(Admin), "Kinds of things that are not read yet and kept, the one that came last first",
        (), NoQuery, Nothing => 200 Json<Page<KeptKindItem>>;
    ListKeptDeliveries: GET "/api/v1/kept-kinds/{kind}/deliveries", Person(Admin), "Kept deliveries with this kind, newest first",
        (KindId,), PageQuery, Nothing => 200 Json<Page<KeptDeliveryItem>>;
    ReplayKeptKind: POST "/api/v1/kept-kinds/{kind}/replay", Person(Admin), "Try those with this kind again, oldest first, up to 500 at a time",
        (KindId,), ReplayQuery, Nothing => 202 Json<ReplayedItem>;
    DismissKeptKind: POST "/api/v1/kept-kinds/{kind}/dismiss", Person(Admin), "Put a kind away and say why; it is kept as before",
        (KindId,), NoQuery, Json<DismissRequest> => 200 Json<KeptKindItem>;
    ReadKeptDelivery: GET "/api/v1/kept-deliveries/{delivery}/body", Person(Admin), "What came, as it came; who looks is written down",
        (DeliveryId,), NoQuery, Nothing => 200 Json<DeliveryBody>;
    ListPassedOver: GET "/api/v1/passed-over", Person(Admin), "What was passed over by rule in thirty days, and why",
        (), NoQuery, Nothing => 200 Json<Page<PassedOverItem>>;
    ListDigests: GET "/api/v1/digests", Program(Viewer), "Digests, newest first",
        (), PageQuery, Nothing => 200 Json<Page<DigestItem>>;
    PreviewDigest: GET "/api/v1/digests/preview", Program(Viewer), "What a digest would say now; nothing is sent",
        (), NoQuery, Nothing => 200 Json<DigestPreview>;
    SendDigest: POST "/api/v1/digests/send", Person(Admin), "Send a digest now, once per id",
        (), NoQuery, Json<SendDigestRequest> => 202 Json<DigestDetail>;
    ReadDigest: GET "/api/v1/digests/{digest}", Program(Viewer), "One digest, by its day or id",
        (DigestName,), NoQuery, Nothing => 200 Json<DigestDetail>;
    ListNotices: GET "/api/v1/notices", Program(Viewer), "What the team channels were told, newest first",
        (), NoticesQuery, Nothing => 200 Json<Page<NoticeItem>>;
    RetryNotice: POST "/api/v1/notices/{notice}/retry", Person(Admin), "Tell it again",
        (NoticeId,), NoQuery, Nothing => 202 Json<NoticeItem>;
    ReadHandover: GET "/api/v1/handover", Person(Viewer), "My open threads at the end of my shift, and who could take them",
        (), NoQuery, Nothing => 200 Json<HandoverItem>;
    AcceptHandover: POST "/api/v1/handover/accept", Person(Agent), "Hand my open threads over",
        (), NoQuery, Json<HandoverRequest> => 200 Json<HandedOverItem>;
    Search: GET "/api/v1/search", Program(Viewer), "People, messages and notes that have all of the words: people first, then what was said, newest first",
        (), SearchQuery, Nothing => 200 Json<Page<SearchItem>>;
    ReadInsights: GET "/api/v1/insights", Program(Viewer), "What happened, counted; as JSON or CSV",
        (), InsightsQuery, Nothing => 200 Written<JsonOrCsv<InsightItem>>;
    SuggestKeywords: GET "/api/v1/insights/keywords", Person(Admin), "Words that may tell topics, from threads that people gave another topic",
        (), NoQuery, Nothing => 200 Json<KeywordsItem>;
    ReadCosts: GET "/api/v1/costs", Program(Viewer), "What this month costs, and what others would",
        (), NoQuery, Nothing => 200 Json<CostsItem>;
    Upload: POST "/api/v1/media", Person(Agent), "Upload a file for a reply; the body is the file",
        (), UploadQuery, Bytes<UPLOAD> => 201 Json<MediaItem>;
    Live: GET "/api/v1/live", Person(Viewer), "WebSocket: `{thread, version}` whenever a thread changed",
        (), NoQuery, Nothing => 101 Written<Nothing>;
    ReadFile: GET "/media/{file}", Open(), "A file, for whoever is signed in or has a link that holds",
        (MediaId,), FileQuery, Nothing => 200 Written<File>;
    ReadNamedFile: GET "/media/{file}/{name}", Open(), "The same; the name is for whoever keeps it",
        (MediaId, FileName), FileQuery, Nothing => 200 Written<File>;
}

/// The operations at each address.
static ROUTER: LazyLock<matchit::Router<Vec<Route>>> = LazyLock::new(|| {
    let mut router = matchit::Router::new();
    for route in ROUTES.iter().filter(|route| ROUTES.iter().find(|one| one.path == route.path) == Some(*route)) {
        let here = ROUTES.iter().filter(|one| one.path == route.path).copied().collect();
        // Two that are in each other's way would be left out here; a test says so.
        let _ = router.insert(route.path, here);
    }
    router
});

/// What is at an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// An operation, and the values in the path, in order.
    Route(Route, Vec<&'a str>),
    /// Something, but not by this method: by these.
    Methods(Vec<&'static str>),
    Nothing,
}

/// Finds what a request asks for. `HEAD` is asked as `GET`.
pub fn find<'a>(method: &str, path: &'a str) -> Found<'a> {
    let Ok(found) = ROUTER.at(path) else { return Found::Nothing };
    let method = if method == "HEAD" { "GET" } else { method };
    if let Some(route) = found.value.iter().find(|route| route.method == method) {
        return Found::Route(*route, found.params.iter().map(|(_, value)| value).collect());
    }
    let mut methods: Vec<&str> = found.value.iter().map(|route| route.method).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    Found::Methods(methods)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_found_at_its_address() {
        for route in ROUTES {
            let values: Vec<&str> = route.names().collect();
            let path = route.path.replace(['{', '}'], "");
            assert_eq!(find(route.method, &path), Found::Route(*route, values), "{} {}", route.method, route.path);
        }
        assert_eq!(find("HEAD", "/healthz"), find("GET", "/healthz"));
    }

    #[test]
    fn what_is_elsewhere_or_by_another_method_is_told_apart() {
        assert_eq!(find("PUT", "/api/v1/session"), Found::Methods(vec!["POST", "GET", "DELETE", "HEAD"]));
        for path in ["/", "/api/v1/threads/", "/api/v1/threads//messages", "/api/v1/sessions/x/y", "/healthz/"] {
            assert_eq!(find("GET", path), Found::Nothing, "{path}");
        }
    }
}
