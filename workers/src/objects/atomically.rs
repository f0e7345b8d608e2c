//! Several writes of an object as one.

use std::{cell::RefCell, rc::Rc};

use worker::{
    Storage, js_sys,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
};

use crate::error::InternalError;

/// Runs `work` in one transaction of the object's storage: a failure takes back what was written before it.
pub(super) fn atomically(
    storage: &Storage,
    work: impl FnOnce() -> worker::Result<()> + 'static,
) -> Result<(), InternalError> {
    let failure: Rc<RefCell<Option<worker::Error>>> = Rc::default();
    let seen = Rc::clone(&failure);
    let mut work = Some(work);
    let closure = Closure::<dyn FnMut() -> Result<(), JsValue>>::new(move || {
        let Some(work) = work.take() else { return Ok(()) };
        work().map_err(|error| {
            *seen.borrow_mut() = Some(error);
            // Thrown into the runtime, which rolls back and throws it on.
            JsValue::from_str("rolled back")
        })
    });
    let object: &JsValue = storage.as_raw().as_ref();
    let ran = js_sys::Reflect::get(object, &JsValue::from_str("transactionSync"))
        .and_then(JsCast::dyn_into::<js_sys::Function>)
        .and_then(|method| method.call1(object, closure.as_ref()));
    match (failure.take(), ran) {
        (Some(source), _) => Err(InternalError::storage("commit")(source)),
        (None, Err(error)) => Err(InternalError::storage("commit")(error.into())),
        (None, Ok(_)) => Ok(()),
    }
}
