//! Why a request was not done, as RFC 9457 problem documents. Every code there is, is in this file.

use tributary_domain::bounds;
use tributary_wire::api::{message::MessageItem, problem::Problem, rules::RulesFaultItem};
use worker::{Response, ResponseBuilder};

use crate::error::InternalError;

macro_rules! codes {
    ($($name:ident $status:literal $word:literal $title:literal;)+) => {
        /// A kind of problem. Its word never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Code { $($name),+ }

        impl Code {
            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$name),+];

            const fn parts(self) -> (u16, &'static str, &'static str) {
                match self { $(Self::$name => ($status, $word, $title)),+ }
            }
        }
    };
}

codes! {
    Malformed 400 "malformed" "The request cannot be read";
    InvalidParameter 400 "invalid_parameter" "A query parameter is not acceptable";
    InvalidCursor 400 "invalid_cursor" "The cursor is not one of this list";
    TwoProofs 400 "two_proofs" "A cookie and a token were shown";
    NotSignedIn 401 "not_signed_in" "Nobody is signed in";
    TokenInvalid 401 "token_invalid" "The token is not good";
    LinkInvalid 401 "link_invalid" "The sign-in link is not good";
    SetupTokenWrong 401 "setup_token_wrong" "The setup token is wrong";
    RoleTooLow 403 "role_too_low" "Your role may not do this";
    RoleTooHigh 403 "role_too_high" "That role is above your own";
    NotYourAccount 403 "not_your_account" "The rules let you answer for other accounts only";
    NotForPrograms 403 "not_for_programs" "Only a person may do this";
    CrossSite 403 "cross_site" "The request came from another site";
    NotFound 404 "not_found" "There is no such thing";
    MethodNotAllowed 405 "method_not_allowed" "That is not done by this method";
    ThreadChanged 409 "thread_changed" "The thread changed since you opened it";
    ReplyIdReused 409 "reply_id_reused" "This replyId belongs to another reply";
    ReplyState 409 "reply_state" "The reply is not where that could be done";
    ReplyChanged 409 "reply_changed" "The reply was tried again since you looked";
    WindowClosed 409 "window_closed" "The platform's time to answer has passed";
    AnsweredPrivately 409 "answered_privately" "The comment was answered privately already";
    ContactBlocked 409 "contact_blocked" "This person cannot be reached";
    AccountTrouble 409 "account_trouble" "The account cannot send";
    CommentHidden 409 "comment_hidden" "Hidden comments cannot be answered";
    CommentGone 409 "comment_gone" "The comment is deleted";
    RulesChanged 409 "rules_changed" "The rules changed since you read them";
    EmailTaken 409 "email_taken" "The address belongs to another teammate";
    LastOwner 409 "last_owner" "Somebody has to be the owner";
    TeammateChanged 409 "teammate_changed" "The teammate changed in the meantime";
    TeammateDisabled 409 "teammate_disabled" "The teammate may not sign in";
    DeliveryRecovered 409 "delivery_recovered" "The delivery was taken in already";
    TooManyTokens 409 "too_many_tokens" "There are too many tokens";
    NoticeState 409 "notice_state" "The notice is not where that could be done";
    DeliveryUnreadable 409 "delivery_unreadable" "It is no delivery";
    DeliveryGone 409 "delivery_gone" "The delivery's bytes are gone";
    SetupDone 410 "setup_done" "The first start was done already";
    BodyTooLarge 413 "body_too_large" "The body is too large";
    MediaTypeUnsupported 415 "unsupported_media_type" "The body is not JSON";
    RangeNotSatisfiable 416 "range_not_satisfiable" "The file has no such range";
    Invalid 422 "invalid" "A field is not acceptable";
    RulesInvalid 422 "rules_invalid" "The rules cannot be accepted";
    PlatformNotAvailable 422 "platform_not_available" "This platform is not available";
    CredentialsMalformed 422 "credentials_malformed" "The credentials are not what the platform needs";
    CredentialsRefused 422 "credentials_refused" "The platform does not accept the credentials";
    AccountMismatch 422 "account_mismatch" "The token belongs to another account";
    NotSubscribed 422 "not_subscribed" "The platform does not agree to post to us";
    CannotTake 422 "cannot_take" "That teammate cannot take this thread";
    VersionUnknown 422 "version_unknown" "The thread has no such version yet";
    TooManyTags 422 "too_many_tags" "The thread has as many tags as it can have";
    HistoryFull 422 "history_full" "The thread's history is full";
    TooManyReplies 422 "too_many_replies" "Too many replies of this thread are not done with";
    TooManyModerations 422 "too_many_moderations" "Too much is still to be done to this thread's comments";
    MediaUnknown 422 "media_unknown" "There is no such file";
    QuoteUnknown 422 "quote_unknown" "There is no such message to answer";
    ReplyEmpty 422 "reply_empty" "The reply is empty";
    BlanksLeft 422 "blanks_left" "A blank of the template is not filled in";
    ReplyTooLong 422 "reply_too_long" "The text is too long for the channel";
    MediaType 422 "media_type" "The channel does not take this type of file";
    MediaSize 422 "media_size" "The file is too large for the channel";
    TooManyFiles 422 "too_many_files" "The channel does not take so many files";
    NotCapable 422 "not_capable" "The channel cannot do that";
    UpgradeRequired 426 "upgrade_required" "This address speaks WebSocket";
    TooManyAttempts 429 "too_many_attempts" "Too many attempts were refused";
    SealingKeyMissing 503 "sealing_key_missing" "The installation is not finished";
    SetupTokenMissing 503 "setup_token_missing" "The installation is not finished";
    PlatformUnavailable 503 "platform_unavailable" "The platform gave no usable answer";
    Unavailable 503 "unavailable" "A part of the installation does not answer";
}

/// Longest explanation, in characters.
const DETAIL: usize = 1000;
/// Longest name of a field, in characters.
const FIELD: usize = 100;

/// A text of at most so many characters.
fn shortened(mut text: String, most: usize) -> String {
    let kept = bounds::characters(&text, most).len();
    if kept < text.len() {
        text.truncate(kept);
        text.push('…');
    }
    text
}

/// A request that is not done, and why.
#[derive(Debug)]
pub(crate) struct Refused(Box<Inner>);

#[derive(Debug)]
struct Inner {
    problem: Problem,
    headers: Vec<(&'static str, String)>,
    /// What failed on our side, for the log.
    fault: Option<InternalError>,
}

impl Refused {
    /// `detail` says what is wrong and how to mend it. What it quotes of a request may be of any length; it is not.
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        let (status, word, title) = code.parts();
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status,
            code: word.to_owned(),
            detail: shortened(detail.into(), DETAIL),
            field: None,
            version: None,
            since: Vec::new(),
            line: None,
            column: None,
            faults: Vec::new(),
        };
        let refused = Self(Box::new(Inner { problem, headers: Vec::new(), fault: None }));
        if status == 503 { refused.retry_after(5) } else { refused }
    }

    /// There is nothing under this name that the asker may see.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}."))
    }

    pub(crate) fn field(mut self, name: impl Into<String>) -> Self {
        self.0.problem.field = Some(shortened(name.into(), FIELD));
        self
    }

    pub(crate) fn version(mut self, version: u64) -> Self {
        self.0.problem.version = Some(version);
        self
    }

    pub(crate) fn since(mut self, since: Vec<MessageItem>) -> Self {
        self.0.problem.since = since;
        self
    }

    pub(crate) fn place(mut self, line: usize, column: usize) -> Self {
        self.0.problem.line = u32::try_from(line).ok();
        self.0.problem.column = u32::try_from(column).ok();
        self
    }

    pub(crate) fn faults(mut self, faults: Vec<RulesFaultItem>) -> Self {
        self.0.problem.faults = faults;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: String) -> Self {
        self.0.headers.push((name, value));
        self
    }

    pub(crate) fn retry_after(self, seconds: u64) -> Self {
        self.header("retry-after", seconds.to_string())
    }

    /// The answer. What failed on our side is logged here, once.
    pub(crate) fn response(self) -> worker::Result<Response> {
        let Inner { problem, headers, fault } = *self.0;
        if let Some(fault) = fault {
            fault.log("api");
        }
        let body = serde_json::to_vec(&problem)?;
        let mut builder = ResponseBuilder::new()
            .with_status(problem.status)
            .with_header("content-type", "application/problem+json")?;
        for (name, value) in headers {
            builder = builder.with_header(name, &value)?;
        }
        Ok(builder.fixed(body))
    }
}

impl From<InternalError> for Refused {
    /// A part failed, not the request: it can be sent again.
    fn from(fault: InternalError) -> Self {
        let mut refused = match &fault {
            InternalError::Config(unset) => {
                let code = match unset.name {
                    "SETUP_TOKEN" => Code::SetupTokenMissing,
                    "SEALING_KEY" => Code::SealingKeyMissing,
                    _ => Code::Unavailable,
                };
                Self::new(code, unset.to_string()).retry_after(60)
            }
            InternalError::Sealed | InternalError::Rules => Self::new(Code::Unavailable, fault.to_string()),
            _ => Self::new(Code::Unavailable, "A part of this installation does not answer. Try again in a moment."),
        };
        refused.0.fault = Some(fault);
        refused
    }
}

impl From<crate::config::Unset> for Refused {
    fn from(unset: crate::config::Unset) -> Self {
        InternalError::from(unset).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_documented() {
        let page = include_str!("../../../docs/API.md");
        for code in Code::ALL {
            let (status, word, _) = code.parts();
            assert!(page.contains(&format!("| {status} | `{word}` |")), "{word} is missing from docs/API.md");
        }
    }

    #[test]
    fn what_is_unavailable_says_when_to_come_back() {
        let refused = Refused::from(InternalError::Binding("DB"));
        assert_eq!(refused.0.problem.status, 503);
        assert!(refused.0.headers.iter().any(|(name, _)| *name == "retry-after"));
        assert!(!refused.0.problem.detail.contains("DB"));
    }
}
