//! Speaking for connected accounts: their secrets, their health, and how they come to be connected.

mod connect;

use tributary_connectors::registry::Credentials;
use tributary_domain::{
    id::{AccountId, RemoteId},
    platform::Platform,
};
use tributary_wire::objects::{AccountAnswer, AccountCall};

use crate::{config::Config, d1, edge::Edge, fault::Fault, objects, seal};

pub(crate) use connect::{ConnectError, Wanted, connect, disconnect, webhook_url};

/// An account that can be spoken for.
pub(crate) struct Connected {
    pub(crate) platform: Platform,
    pub(crate) remote: RemoteId,
    pub(crate) credentials: Credentials,
}

/// Asks an account's object.
pub(crate) async fn ask(edge: &Edge, id: &AccountId, call: &AccountCall) -> Result<AccountAnswer, Fault> {
    objects::call(&edge.env, "ACCOUNT", id.as_str(), call).await
}

/// The credentials of an account; none when it is not connected.
pub(crate) async fn credentials(edge: &Edge, id: &AccountId) -> Result<Option<Connected>, Fault> {
    let key = edge.config.sealing_key()?;
    let answer = ask(edge, id, &AccountCall::Credentials).await?;
    let (Some(platform), Some(remote), Some(sealed)) = (answer.platform, answer.remote, answer.sealed) else {
        return Ok(None);
    };
    let json = String::from_utf8(seal::open(key, id.as_str(), &sealed)?).map_err(|_| Fault::Sealed)?;
    let credentials = Credentials::read(platform, &json).map_err(|_| Fault::Sealed)?;
    Ok(Some(Connected { platform, remote, credentials }))
}

/// The secret that Telegram shows with what it posts for this account. It is derived, so that it needs no
/// storage and no look-up to be checked.
pub(crate) fn telegram_hook_secret(config: &Config, id: &AccountId) -> Result<String, Fault> {
    Ok(seal::signature(config.sealing_key()?, &format!("telegram-webhook:{id}")))
}

/// The platform refused the account's credentials (with a stable word for the trouble), or took them.
pub(crate) async fn set_trouble(edge: &Edge, id: &AccountId, trouble: Option<&str>) -> Result<(), Fault> {
    let known = d1::accounts::known(edge).await?;
    if known.iter().any(|row| row.id == *id && row.trouble.as_deref() == trouble) {
        return Ok(());
    }
    d1::accounts::set_trouble(edge, id, trouble).await?;
    ask(edge, id, &AccountCall::Health { trouble: trouble.map(str::to_owned) }).await?;
    Ok(())
}

/// What is wrong with an account and how to mend it, by the word for its trouble.
pub(crate) fn advice(trouble: &str) -> &'static str {
    match trouble {
        "token_expired" => {
            "The platform no longer accepts the account's token. Connect the account again with a new one."
        }
        "permission" => {
            "The account lacks a permission that is needed. Grant it on the platform, then connect the account again."
        }
        "restricted" => {
            "The platform has restricted the account. See its notices there, then connect the account again."
        }
        "not_subscribed" => "The platform did not agree to send us this account's messages. Connect the account again.",
        "silent" => "Nothing came from this account for unusually long. Check its webhook on the platform.",
        _ => "The account is in trouble. Connect it again.",
    }
}
