//! Connected accounts.

use tributary_connectors::registry;
use tributary_domain::{id::AccountId, platform::Platform};
use tributary_wire::api::{
    account::AccountItem,
    endpoints::{ConnectAccount, DisconnectAccount, ListAccounts, ListPlatforms, ReadAccount},
    platform::{PlatformItem, PlatformList},
};

use super::{
    call::Call,
    guard::Person,
    handle::{Answer, By, Handle, Input},
    page,
    problem::{Code, Refused},
};
use crate::{
    accounts::{self, ConnectError, Wanted},
    d1::{self, accounts::AccountRow},
    error::InternalError,
};

fn item(call: &Call, row: &AccountRow) -> AccountItem {
    AccountItem {
        id: row.id.clone(),
        platform: row.platform,
        platform_account_id: row.remote.clone(),
        name: row.name.clone(),
        state: row.state,
        trouble: row.trouble.as_deref().map(|trouble| accounts::advice(trouble).to_owned()),
        webhook_url: accounts::webhook_url(call.origin(), row.platform, &row.remote),
        last_event_at: row.last_event(),
        connected_at: row.connected_at(),
    }
}

impl Handle for ListAccounts {
    async fn handle(call: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let rows = d1::accounts::all(&call.app).await?;
        let items = rows.iter().map(|row| item(call, row)).collect();
        page::page(call, items, None).await
    }
}

impl Handle for ListPlatforms {
    async fn handle(_: &Call, _: &By<Self>, _: Input<Self>) -> Answer<Self> {
        let item = |platform: Platform| PlatformItem {
            platform,
            name: platform.display(),
            connect: registry::form(platform),
            channels: registry::channels(platform),
        };
        Ok(PlatformList { items: Platform::ALL.iter().copied().map(item).collect() })
    }
}

async fn found(call: &Call, id: &AccountId) -> Result<AccountRow, Refused> {
    d1::accounts::find(&call.app, id).await?.ok_or_else(|| Refused::not_found("account"))
}

impl Handle for ReadAccount {
    async fn handle(call: &Call, _: &By<Self>, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        Ok(item(call, &found(call, &id).await?))
    }
}

impl Handle for ConnectAccount {
    async fn handle(call: &Call, person: &Person, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        let remote = request.platform_account_id.into();
        let credentials = serde_json::to_string(&request.credentials).map_err(InternalError::form("credentials"))?;
        let wanted = Wanted { platform: request.platform, remote, name: &request.name, credentials };
        let origin = call.origin().to_owned();
        let connected = accounts::connect(&call.app, &origin, wanted, &person.teammate.id, call.now).await;
        let row = connected.map_err(refused)?;
        Ok(item(call, &row))
    }
}

fn refused(error: ConnectError) -> Refused {
    let text = error.to_string();
    let detail =
        format!("{}{}.", text.get(..1).unwrap_or_default().to_ascii_uppercase(), text.get(1..).unwrap_or_default());
    match error {
        ConnectError::Internal(fault) => fault.into(),
        ConnectError::Credentials(_) => Refused::new(Code::CredentialsMalformed, detail).field("credentials"),
        ConnectError::Refused { .. } | ConnectError::Permission { .. } => {
            Refused::new(Code::CredentialsRefused, detail).field("credentials")
        }
        ConnectError::AnotherAccount { .. } => Refused::new(Code::AccountMismatch, detail).field("platformAccountId"),
        ConnectError::NotSubscribed { .. } => Refused::new(Code::NotSubscribed, detail),
        ConnectError::Unreachable => Refused::new(Code::PlatformUnavailable, detail),
    }
}

impl Handle for DisconnectAccount {
    async fn handle(call: &Call, person: &Person, Input { path: (id,), .. }: Input<Self>) -> Answer<Self> {
        let row = found(call, &id).await?;
        accounts::disconnect(&call.app, &row.id, &person.teammate.id, call.now).await?;
        Ok(item(call, &found(call, &id).await?))
    }
}
