//! What Meta's platforms share: signature, handshake, envelope, errors, and the messaging events
//! and comments that Pages and Instagram have in common.

/// What the connectors of all of Meta's platforms do alike.
macro_rules! proofs {
    () => {
        const HEADERS: &'static [&'static str] = &[$crate::meta::error::USAGE];

        fn verify<'a>(
            secrets: &[&[u8]],
            signature: Option<&str>,
            body: &'a [u8],
        ) -> Result<$crate::contract::Verified<'a>, $crate::contract::Rejection> {
            $crate::meta::signature::verify(secrets, signature, body)
        }

        fn handshake(
            asked: &$crate::webhook::Handshake<'_>,
        ) -> Result<$crate::webhook::Answer, $crate::contract::Rejection> {
            $crate::meta::signature::handshake(asked)
        }

        fn about(body: &$crate::contract::Verified<'_>) -> $crate::contract::About {
            $crate::meta::about::read(body.bytes())
        }

        fn subscribed(
            response: &$crate::http::HttpResponse,
        ) -> Result<(), tributary_domain::capability::PlatformError> {
            $crate::meta::error::agreed(response)
        }
    };
}
pub(crate) use proofs;

/// What the connectors of platforms with messages and comments do alike. `$caller` makes the caller of an account.
macro_rules! surfaces {
    ($flavor:expr, $caller:expr) => {
        fn outcome(
            outgoing: &$crate::contract::Outgoing<'_>,
            response: &$crate::http::HttpResponse,
        ) -> tributary_domain::outbound::SendOutcome {
            $crate::meta::send::outcome($flavor, outgoing, response)
        }

        fn check(
            account: &$crate::contract::Account<'_, Self::Credentials>,
            outgoing: &$crate::contract::Outgoing<'_>,
            since: tributary_domain::time::Timestamp,
        ) -> Option<$crate::http::HttpRequest> {
            $crate::meta::comments::check::request($flavor, $caller(account), outgoing, since)
        }

        fn checked(
            account: &$crate::contract::Account<'_, Self::Credentials>,
            outgoing: &$crate::contract::Outgoing<'_>,
            since: tributary_domain::time::Timestamp,
            response: &$crate::http::HttpResponse,
        ) -> Vec<tributary_domain::id::RemoteId> {
            $crate::meta::comments::check::found($flavor, account.id, outgoing, since, response)
        }

        fn post(
            account: &$crate::contract::Account<'_, Self::Credentials>,
            post: &tributary_domain::id::RemoteId,
            mention: bool,
        ) -> Option<$crate::http::HttpRequest> {
            Some($crate::meta::comments::post::request($flavor, $caller(account), account.id, post, mention))
        }

        fn read_post(
            response: &$crate::http::HttpResponse,
        ) -> Result<tributary_domain::post::PostContext, tributary_domain::capability::PlatformError> {
            $crate::meta::comments::post::read(response)
        }

        fn moderate(
            account: &$crate::contract::Account<'_, Self::Credentials>,
            moderating: &$crate::contract::Moderating<'_>,
        ) -> Option<$crate::http::HttpRequest> {
            $crate::meta::comments::moderate::request($flavor, $caller(account), moderating)
        }

        fn moderated(
            _action: tributary_domain::moderation::ModerationAction,
            response: &$crate::http::HttpResponse,
        ) -> tributary_domain::moderation::ModerationOutcome {
            $crate::meta::comments::moderate::outcome(response)
        }

        fn spent(response: &$crate::http::HttpResponse) -> Option<u64> {
            $crate::meta::error::spent(response)
        }
    };
}
pub(crate) use surfaces;

pub(crate) mod about;
pub(crate) mod comments;
pub(crate) mod envelope;
pub(crate) mod error;
pub(crate) mod graph;
pub(crate) mod messaging;
pub(crate) mod send;
pub(crate) mod signature;
