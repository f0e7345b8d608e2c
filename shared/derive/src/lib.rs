//! `#[derive(Read)]`: reading a type from JSON with as little code of its own as can be.
//!
//! A struct comes down to the list of its members' names and one match from a place in that list to the field it
//! fills; everything else is done by `tributary_domain::json`, once for all types. It heeds those of serde's
//! attributes that the types here use, so that one set of attributes says how a type is written and read.

mod attribute;
mod body;

use proc_macro::TokenStream;

/// Implements `tributary_domain::json::Read`.
#[proc_macro_derive(Read, attributes(serde, read))]
pub fn read(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    body::implementation(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}
