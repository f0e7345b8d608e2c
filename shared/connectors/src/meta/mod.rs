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

pub(crate) mod about;
pub(crate) mod comments;
pub(crate) mod envelope;
pub(crate) mod error;
pub(crate) mod graph;
pub(crate) mod messaging;
pub(crate) mod signature;
