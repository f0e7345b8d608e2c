//! Connecting an account: prove the token, seal it, and have the platform post to us.

use tributary_connectors::{
    contract::Hook,
    http::{HttpRequest, HttpResponse},
    registry::{self, Account, Credentials, CredentialsError},
};
use tributary_domain::{
    capability::{ErrorClass, PlatformError},
    id::{AccountId, RemoteId, TeammateId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::{history::WorkspaceDetail, objects::AccountCall};

use super::{ask, hook_secret, webhook_url};
use crate::{
    app::AppContext,
    d1::{self, accounts::AccountRow, audit, together},
    error::InternalError,
    outbound, seal,
};

/// Why an account is not connected.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    #[error("the platform does not accept these credentials (its code: {code})")]
    Refused { code: String },
    #[error("the token lacks a permission that is needed (the platform's code: {code})")]
    Permission { code: String },
    #[error("the token belongs to the account {actual}, not to {wanted}: check platformAccountId and the token")]
    AnotherAccount { wanted: String, actual: String },
    #[error(
        "the account is connected, but {name} does not agree to post its messages to {url} (its code: \
         {code}): {advice}"
    )]
    NotSubscribed { name: &'static str, url: String, code: String, advice: &'static str },
    #[error("the platform did not give a usable answer: try again in a moment")]
    Unreachable,
    #[error(transparent)]
    Internal(#[from] InternalError),
}

/// An account to be connected.
pub(crate) struct Wanted<'a> {
    pub(crate) platform: Platform,
    pub(crate) remote: RemoteId,
    pub(crate) name: &'a str,
    /// As JSON.
    pub(crate) credentials: String,
}

/// Connects an account, for the first time or again.
pub(crate) async fn connect(
    app: &AppContext,
    origin: &str,
    wanted: Wanted<'_>,
    by: &TeammateId,
    now: Timestamp,
) -> Result<AccountRow, ConnectError> {
    let key = app.config.sealing_key().map_err(InternalError::from)?;
    let Wanted { platform, remote, name, credentials } = wanted;
    let credentials = Credentials::read(platform, &credentials)?;
    credentials.can_subscribe()?;
    let account = Account { id: &remote, credentials: &credentials, app_secret: app.config.app_secret(platform) };
    prove(app, &account).await?;

    let id = AccountId::of(platform, &remote);
    let sealed = seal::seal(key, id.as_str(), credentials.to_json().as_bytes())?;
    let call = AccountCall::Connect { platform, remote: remote.clone(), sealed };
    ask(app, &id, &call).await?;
    // The account is known before the platform is asked to post: what it posts at once finds its account.
    let done = WorkspaceDetail::AccountConnected { account: id.clone(), platform };
    let entry = audit::entry(now, Some(by), done)?;
    let kept = d1::accounts::connected(&id, platform, &remote, name, now);
    together(app, "connect_account", vec![kept, entry]).await?;
    d1::accounts::forget();

    let url = webhook_url(origin, platform, &remote);
    let secret = hook_secret(&app.config, platform, &id)?;
    for request in registry::subscribe(&account, &Hook { url: &url, secret: &secret }) {
        if let Err(error) = subscribe(app, &account, request).await {
            super::not_subscribed(app, &id, error.class).await?;
            let (name, code, advice) = (platform.display(), error.code, unsubscribed(error.class));
            return Err(ConnectError::NotSubscribed { name, url, code, advice });
        }
    }
    Ok(d1::accounts::find(app, &id).await?.ok_or(InternalError::Binding("DB"))?)
}

async fn subscribe(app: &AppContext, account: &Account<'_>, request: HttpRequest) -> Result<(), PlatformError> {
    match send(app, account, request).await {
        Ok(response) => registry::subscribed(account, &response),
        Err(_) => Err(PlatformError { class: ErrorClass::Transient, code: "no-answer".to_owned() }),
    }
}

/// What to do where the platform does not agree to post to us.
fn unsubscribed(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Permission | ErrorClass::TokenExpired | ErrorClass::Restricted => {
            "give the token the permission to manage the account there, then connect it again"
        }
        ErrorClass::Gone | ErrorClass::Invalid | ErrorClass::Blocked | ErrorClass::WindowClosed => {
            "check the ids that you gave, then connect it again"
        }
        ErrorClass::RateLimited | ErrorClass::Transient | ErrorClass::TooLong | ErrorClass::Media => {
            "connect it again in a moment"
        }
    }
}

/// The token works, and is this account's.
async fn prove(app: &AppContext, account: &Account<'_>) -> Result<(), ConnectError> {
    let response = send(app, account, registry::probe(account)).await?;
    let probe = registry::probed(account, &response).map_err(unproved)?;
    if probe.id == *account.id {
        return Ok(());
    }
    Err(ConnectError::AnotherAccount { wanted: account.id.to_string(), actual: probe.id.to_string() })
}

fn unproved(error: PlatformError) -> ConnectError {
    let code = error.code;
    match error.class {
        ErrorClass::Permission => ConnectError::Permission { code },
        ErrorClass::Transient | ErrorClass::RateLimited => ConnectError::Unreachable,
        ErrorClass::TokenExpired
        | ErrorClass::WindowClosed
        | ErrorClass::Blocked
        | ErrorClass::Gone
        | ErrorClass::Invalid
        | ErrorClass::TooLong
        | ErrorClass::Media
        | ErrorClass::Restricted => ConnectError::Refused { code },
    }
}

async fn send(app: &AppContext, account: &Account<'_>, request: HttpRequest) -> Result<HttpResponse, ConnectError> {
    outbound::fetch(app, account.credentials.platform(), request, app.config.timings.timeout.connect)
        .await
        .map_err(|_| ConnectError::Unreachable)
}

/// Forgets an account's token. Its threads stay.
pub(crate) async fn disconnect(
    app: &AppContext,
    id: &AccountId,
    by: &TeammateId,
    now: Timestamp,
) -> Result<(), InternalError> {
    ask(app, id, &AccountCall::Disconnect).await?;
    let entry = audit::entry(now, Some(by), WorkspaceDetail::AccountDisconnected { account: id.clone() })?;
    together(app, "disconnect_account", vec![d1::accounts::disconnected(id), entry]).await?;
    d1::accounts::forget();
    Ok(())
}
