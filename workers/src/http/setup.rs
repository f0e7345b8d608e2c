//! The first start: whoever knows the setup token becomes the owner, once.

use tributary_domain::id::TeammateId;
use tributary_wire::{
    api::{endpoints::Setup, teammate::Role},
    history::WorkspaceDetail,
};

use super::{
    call::Call,
    guard,
    handle::{Answer, By, Handle, Input},
    problem::{Code, Refused},
    session,
};
use crate::{
    clock,
    d1::{
        self,
        audit::{self, Attempt},
        gave, sessions,
        teammates::TeammateRow,
        together,
    },
    seal::{self, Token},
};

/// A token of so many characters is taken for one that nobody guesses.
const UNGUESSABLE: usize = 20;

impl Handle for Setup {
    async fn handle(call: &Call, (): &By<Self>, Input { body: request, .. }: Input<Self>) -> Answer<Self> {
        if d1::teammates::any(&call.app).await? {
            return Err(set_up());
        }
        let token = call.app.config.setup_token()?.clone();
        if !seal::same(&request.setup_token, token.expose()) {
            session::limited(call, Attempt::Setup).await?;
            let detail = "The setup token is not the SETUP_TOKEN of this installation.";
            return Err(Refused::new(Code::SetupTokenWrong, detail).field("setupToken"));
        }
        // A long token is guessed by nobody: whoever has it enters, whatever others have tried. One that might be guessed is
        // taken no oftener than the limit has it.
        if token.expose().len() < UNGUESSABLE && audit::full(&call.app, &Attempt::Setup, call.now).await? {
            return Err(session::too_many(call));
        }
        let id = TeammateId::from_bytes(&clock::random::<16>()?);
        let owner =
            TeammateRow::new(id, request.email.into(), request.name.into(), Role::Owner).first_signed_in(call.now);
        let session = Token::random()?;
        let done = WorkspaceDetail::SetUp { teammate: owner.id.clone() };
        // One transaction: of several at once, the database lets one be the first.
        let statements = vec![
            d1::teammates::add_first(&owner, call.now),
            audit::entry_if_changed(call.now, Some(&owner.id), done)?,
            sessions::begin(&session.digest, &owner.id, call.now, &call.app.config.timings.session),
        ];
        let results = together(&call.app, "setup", statements).await?;
        d1::teammates::forget();
        let made = gave("setup", &results, 0)?;
        if !made {
            return Err(set_up());
        }
        call.answer_with("set-cookie", guard::cookie(&session, &call.app.config.timings.session));
        session::item(call, &owner, &session.digest).await
    }
}

fn set_up() -> Refused {
    Refused::new(Code::SetupDone, "This installation has its owner. Ask them for a sign-in link.")
}
