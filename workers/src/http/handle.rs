//! How an operation is done: its handler is given what was asked, read and checked, and gives back what is answered.
//! The list of operations is `tributary_wire::api::endpoints`; one without a handler does not compile.

use serde::{Serialize, de::DeserializeOwned};
use tributary_wire::api::{
    endpoint::{Bytes, Endpoint, Json, Nothing, Path as _, Route, Written, who},
    query::{self, QueryError},
};
use worker::Response;

use super::{
    body,
    call::{self, Call},
    guard::{self, Asker, Person},
    problem::{Code, Refused},
};

/// The handler of an operation.
pub(super) trait Handle: Endpoint<Who: Admitted, Request: Taken, Response: Given> {
    async fn handle(call: &Call, by: &By<Self>, input: Input<Self>) -> Answer<Self>;
}

/// Whoever asks, as far as the operation has to know.
pub(super) type By<E> = <<E as Endpoint>::Who as Admitted>::As;

pub(super) struct Input<E: Handle + ?Sized> {
    pub(super) path: E::Path,
    pub(super) query: E::Query,
    pub(super) body: <E::Request as Taken>::Value,
}

/// What is answered, or why it was not done.
pub(super) type Answer<E> = Result<<<E as Endpoint>::Response as Given>::Value, Refused>;

/// Reads what was asked, has it done, and writes the answer.
pub(super) async fn run<E: Handle>(
    call: &mut Call,
    asker: Option<&Asker>,
    values: &[&str],
) -> Result<Response, Refused> {
    let by = E::Who::of(asker)?;
    let query = query::read(call.url()).map_err(parameter_refused)?;
    let body = E::Request::take(call).await?;
    let path = E::Path::read(values)
        .map_err(|place| Refused::not_found(Route::of::<E>().names().nth(place).unwrap_or("address")))?;
    let value = E::handle(call, by, Input { path, query, body }).await?;
    call.with_headers(E::Response::give(value, E::STATUS)?)
}

fn parameter_refused(error: QueryError) -> Refused {
    if error.name == "cursor" && error.value {
        return Refused::new(Code::InvalidCursor, error.detail).field("cursor");
    }
    parameter(&error.name, error.detail)
}

/// A query parameter is not acceptable.
pub(super) fn parameter(name: &str, detail: impl Into<String>) -> Refused {
    Refused::new(Code::InvalidParameter, detail).field(name)
}

/// What a handler is given of whoever may use its operation.
pub(super) trait Admitted {
    type As;

    fn of(asker: Option<&Asker>) -> Result<&Self::As, Refused>;
}

impl Admitted for who::Open {
    type As = ();

    fn of(_: Option<&Asker>) -> Result<&(), Refused> {
        Ok(&())
    }
}

impl Admitted for who::Newcomer {
    type As = ();

    fn of(_: Option<&Asker>) -> Result<&(), Refused> {
        Ok(&())
    }
}

impl Admitted for who::Program {
    type As = Asker;

    fn of(asker: Option<&Asker>) -> Result<&Asker, Refused> {
        asker.ok_or_else(guard::not_signed_in)
    }
}

impl Admitted for who::Person {
    type As = Person;

    fn of(asker: Option<&Asker>) -> Result<&Person, Refused> {
        match asker {
            Some(Asker::Person(person)) => Ok(person),
            Some(Asker::Program(_)) | None => Err(guard::not_signed_in()),
        }
    }
}

/// How a body is read.
pub(super) trait Taken {
    type Value;

    async fn take(call: &mut Call) -> Result<Self::Value, Refused>;
}

impl Taken for Nothing {
    type Value = ();

    async fn take(_: &mut Call) -> Result<(), Refused> {
        Ok(())
    }
}

impl<T: DeserializeOwned> Taken for Json<T> {
    type Value = T;

    async fn take(call: &mut Call) -> Result<T, Refused> {
        body::json(call).await
    }
}

impl<const MOST: usize> Taken for Bytes<MOST> {
    type Value = Vec<u8>;

    async fn take(call: &mut Call) -> Result<Vec<u8>, Refused> {
        body::bytes(call.request(), MOST).await
    }
}

/// How an answer is written.
pub(super) trait Given {
    type Value;

    fn give(value: Self::Value, status: u16) -> Result<Response, Refused>;
}

impl Given for Nothing {
    type Value = ();

    fn give((): (), status: u16) -> Result<Response, Refused> {
        Ok(call::empty(status))
    }
}

impl<T: Serialize> Given for Json<T> {
    type Value = T;

    fn give(value: T, status: u16) -> Result<Response, Refused> {
        call::json(status, &value)
    }
}

impl<T> Given for Written<T> {
    type Value = Response;

    fn give(value: Response, _: u16) -> Result<Response, Refused> {
        Ok(value)
    }
}
