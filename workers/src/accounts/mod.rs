//! Speaking for connected accounts: their secrets, their health, and how they come to be connected.

mod connect;

use tributary_connectors::{
    registry::{self, Credentials},
    webhook::WebhookEndpoint,
};
use tributary_domain::{
    account::{self, Ailing, Call, Trouble},
    capability::ErrorClass,
    id::{AccountId, RemoteId},
    platform::Platform,
    time::Timestamp,
};
use tributary_wire::{
    history::WorkspaceDetail,
    objects::{AccountAnswer, AccountCall},
    queue::Job,
};

use crate::{
    app::AppContext,
    clock,
    config::Config,
    d1::{self, accounts::AccountRow, audit, gave, together},
    error::InternalError,
    objects, publish, seal,
};

pub(crate) use connect::{ConnectError, Wanted, connect, disconnect};

/// An account that can be spoken for.
pub(crate) struct Connected {
    platform: Platform,
    remote: RemoteId,
    credentials: Credentials,
}

impl Connected {
    /// What the platform calls the account.
    pub(crate) fn remote(&self) -> &RemoteId {
        &self.remote
    }

    /// The account, to be spoken for.
    pub(crate) fn account<'a>(&'a self, config: &'a Config) -> registry::Account<'a> {
        let app_secret = config.app_secret(self.platform);
        registry::Account { id: &self.remote, credentials: &self.credentials, app_secret }
    }
}

/// Where a platform has to post the events of an account.
pub(crate) fn webhook_url(origin: &str, platform: Platform, remote: &RemoteId) -> String {
    format!("{origin}{}", WebhookEndpoint::of(platform, remote).path())
}

/// Asks an account's object.
pub(crate) async fn ask(app: &AppContext, id: &AccountId, call: &AccountCall) -> Result<AccountAnswer, InternalError> {
    objects::call(&app.env, "ACCOUNT", id.as_str(), call).await
}

/// The credentials of an account; none when it is not connected.
pub(crate) async fn credentials(app: &AppContext, id: &AccountId) -> Result<Option<Connected>, InternalError> {
    let key = app.config.sealing_key()?;
    let answer = ask(app, id, &AccountCall::Credentials).await?;
    let (Some(platform), Some(remote), Some(sealed)) = (answer.platform, answer.remote, answer.sealed) else {
        return Ok(None);
    };
    let json = String::from_utf8(seal::open(key, id.as_str(), &sealed)?).map_err(|_| InternalError::Sealed)?;
    let credentials = Credentials::read(platform, &json).map_err(|_| InternalError::Sealed)?;
    Ok(Some(Connected { platform, remote, credentials }))
}

/// The secret that a platform shows with what it posts for this account, where it does not sign. It is derived, so that it
/// needs no storage and no look-up to be checked.
pub(crate) fn hook_secret(config: &Config, platform: Platform, id: &AccountId) -> Result<String, InternalError> {
    seal::signature(config.sealing_key()?, &format!("{platform}-webhook:{id}"))
}

/// What a call to the platform came to, as far as it tells of the account's health: see [`account::health`]. The first
/// one to see a trouble tells the administrators. What fails here is found by the next call.
pub(crate) async fn noted(app: &AppContext, id: &AccountId, call: Call, outcome: Result<(), ErrorClass>) {
    if let Err(fault) = note(app, id, call, outcome).await {
        fault.log("account health");
    }
}

async fn note(
    app: &AppContext,
    id: &AccountId,
    call: Call,
    outcome: Result<(), ErrorClass>,
) -> Result<(), InternalError> {
    let known = d1::accounts::known(app).await?;
    let Some(row) = known.iter().find(|row| row.id == *id) else { return Ok(()) };
    let before = row.ailing();
    let after = account::health(before, call, outcome);
    // A word of another release stays until a call shows that all is well, or something that this release knows.
    if after == before {
        return Ok(());
    }
    mark(app, row, before, after).await
}

/// The platform does not post the account's events to us.
async fn not_subscribed(app: &AppContext, id: &AccountId, class: ErrorClass) -> Result<(), InternalError> {
    let Some(row) = d1::accounts::find(app, id).await? else { return Ok(()) };
    let before = row.ailing();
    mark(app, &row, before, Some(account::unsubscribed(before, class))).await
}

async fn mark(
    app: &AppContext,
    row: &AccountRow,
    before: Option<Ailing>,
    after: Option<Ailing>,
) -> Result<(), InternalError> {
    let now = clock::now();
    let account = row.id.clone();
    let done = match (before, after) {
        (_, Some(Ailing { trouble, by: call })) => WorkspaceDetail::AccountInTrouble { account, trouble, call },
        (Some(Ailing { trouble, by: call }), None) => WorkspaceDetail::AccountMended { account, trouble, call },
        (None, None) => return Ok(()),
    };
    let statements = vec![d1::accounts::set_health(&row.id, before, after), audit::entry_if_changed(now, None, done)?];
    let changed = gave("set_account_health", &together(app, "set_account_health", statements).await?, 0)?;
    d1::accounts::forget();
    match after {
        Some(ailing) if changed => tell(app, row, ailing.trouble, now).await,
        _ => Ok(()),
    }
}

/// Tells the administrators at once: by the workspace's channel, and every open inbox, which reads its lists again.
async fn tell(app: &AppContext, row: &AccountRow, trouble: Trouble, now: Timestamp) -> Result<(), InternalError> {
    let name = format!("{} on {}", row.name, row.platform.display());
    let mend = app.config.public_url.as_ref().map(|url| format!(" {url}/accounts?mend={}", row.id));
    let text = format!("{name} is in trouble. {}{}", trouble.advice(), mend.unwrap_or_default());
    // An account that is mended and breaks again is told of again, but not every minute.
    let hour = now.millis() / 3_600_000;
    let key = Some(format!("account-{}-{}-{hour}", row.id, trouble.as_str()));
    publish::put(app, "JOBS", &[Job::Notice { text, thread: None, post: None, key }], 0).await
}

/// What is wrong with an account and how to mend it, by the word for its trouble.
pub(crate) fn advice(trouble: &str) -> &'static str {
    Trouble::from_name(trouble).map_or("The account is in trouble. Connect it again.", Trouble::advice)
}
