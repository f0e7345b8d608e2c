//! The code that reads a type.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{
    Data, DataEnum, DeriveInput, Error, Fields, GenericParam, Ident, Lifetime, LifetimeParam, Variant, ext::IdentExt,
    parse_quote, punctuated::Punctuated,
};

use crate::attribute::{Case, Marks};

/// `impl Read for` the type.
pub(crate) fn implementation(input: &DeriveInput) -> syn::Result<TokenStream> {
    let marks = Marks::of(&input.attrs)?;
    let name = &input.ident;
    let (body, more) = match &input.data {
        _ if marks.from_text => from_text(),
        Data::Struct(data) => (fields(&format!("struct {name}"), &quote!(Self), &data.fields, &marks, "")?, None),
        Data::Enum(data) => variants(name, data, &marks)?,
        Data::Union(_) => return Err(Error::new_spanned(name, "`derive(Read)` reads structs and enums")),
    };

    let mut generics = input.generics.clone();
    let mut de = LifetimeParam::new(Lifetime::new("'de", name.span()));
    de.bounds = generics.lifetimes().map(|one| one.lifetime.clone()).collect::<Punctuated<_, _>>();
    for one in generics.type_params_mut() {
        one.bounds.push(parse_quote!(::tributary_domain::json::Read<'de>));
    }
    generics.params.insert(0, GenericParam::Lifetime(de));
    let (implemented, ..) = generics.split_for_impl();
    let (_, of, bounds) = input.generics.split_for_impl();
    let more = more.map(|body| {
        quote! {
            #[automatically_derived]
            impl #implemented ::tributary_domain::json::Name<'de> for #name #of #bounds {
                fn named(
                    text: ::std::borrow::Cow<'de, str>,
                ) -> ::core::result::Result<Self, ::tributary_domain::json::Error> { #body }
            }
        }
    });
    Ok(quote! {
        #[automatically_derived]
        impl #implemented ::tributary_domain::json::Read<'de> for #name #of #bounds {
            fn read(
                reader: &mut ::tributary_domain::json::Reader<'de>,
            ) -> ::core::result::Result<Self, ::tributary_domain::json::Error> { #body }
        }
        #more
    })
}

/// A text in a form that the type itself checks; so also the name of a member.
fn from_text() -> (TokenStream, Option<TokenStream>) {
    (
        quote!(::tributary_domain::json::Name::named(reader.text()?)),
        Some(quote!(Self::try_from(::std::string::String::from(text)).map_err(::tributary_domain::json::unfit))),
    )
}

/// A struct, or what a variant holds: `made` is what the fields are put into.
fn fields(name: &str, made: &TokenStream, fields: &Fields, marks: &Marks, tag: &str) -> syn::Result<TokenStream> {
    let mut names: Vec<String> = Vec::new();
    let (mut arms, mut slots, mut values, mut again, mut whole) = (vec![], vec![], vec![], vec![], vec![]);
    for (place, field) in fields.iter().enumerate() {
        let own = Marks::of(&field.attrs)?;
        let unnamed = || Literal::usize_unsuffixed(place).into_token_stream();
        let member = field.ident.as_ref().map_or_else(unnamed, ToTokens::to_token_stream);
        let value = format_ident!("field{place}");
        if own.flatten {
            again.push(quote!(let #value = ::tributary_domain::json::Read::read(&mut again)?;));
            whole.push(quote!(#member: #value));
            continue;
        }
        let slot = Literal::usize_unsuffixed(slots.len());
        let first = names.len();
        let plain = field.ident.as_ref().map(|ident| ident.unraw().to_string()).unwrap_or_default();
        names.push(
            own.rename.unwrap_or_else(|| marks.rename_all.map_or_else(|| plain.clone(), |all| all.field(&plain))),
        );
        names.extend(own.aliases);
        let places = (first..names.len()).map(Literal::usize_unsuffixed);
        let fill = match (own.or_default, own.default || marks.default) {
            (true, _) => quote!(fill_or_default),
            (false, true) => quote!(fill_unless_absent),
            (false, false) => quote!(fill),
        };
        arms.push(quote!(#(#places)|* => member.#fill(&mut slots.#slot),));
        slots.push(quote!(::core::option::Option::None,));
        values.push(quote!(::core::option::Option::Some(#value),));
        whole.push(quote!(#member: #value));
    }
    let strict = marks.strict;
    Ok(match fields {
        Fields::Unnamed(all) if all.unnamed.len() == 1 => {
            quote!(::core::result::Result::Ok(#made(::tributary_domain::json::Read::read(reader)?)))
        }
        _ => {
            let read = if matches!(fields, Fields::Unnamed(_)) {
                let count = slots.len();
                quote!(reader.row(#name, #count, &mut fill)?;)
            } else {
                quote! {
                    const SHAPE: &::tributary_domain::json::Shape = &::tributary_domain::json::Shape {
                        name: #name, members: &[#(#names),*], strict: #strict, tag: #tag,
                    };
                    reader.record(SHAPE, &mut fill)?;
                }
            };
            if slots.is_empty() && again.is_empty() {
                return Ok(quote! {
                    let mut fill = |_: usize, _: ::tributary_domain::json::Member<'_, 'de>| ::core::result::Result::Ok(());
                    #read
                    ::core::result::Result::Ok(#made { })
                });
            }
            let copied = (!again.is_empty()).then(|| quote!(let mut again = reader.clone();));
            quote! {
                #copied
                let mut slots = (#(#slots)*);
                let mut fill = |place: usize, member: ::tributary_domain::json::Member<'_, 'de>| {
                    // Captured as one, and not field by field.
                    let slots = &mut slots;
                    match place { #(#arms)* _ => ::core::result::Result::Ok(()) }
                };
                #read
                match slots {
                    (#(#values)*) => { #(#again)* ::core::result::Result::Ok(#made { #(#whole),* }) }
                    _ => ::core::result::Result::Err(::tributary_domain::json::unfit("a member is missing")),
                }
            }
        }
    })
}

fn variants(name: &Ident, data: &DataEnum, marks: &Marks) -> syn::Result<(TokenStream, Option<TokenStream>)> {
    let called = format!("enum {name}");
    let mut names = Vec::new();
    let mut arms = Vec::new();
    for (place, variant) in data.variants.iter().enumerate() {
        let own = Marks::of(&variant.attrs)?;
        let plain = variant.ident.unraw().to_string();
        names.push(
            own.rename
                .clone()
                .unwrap_or_else(|| marks.rename_all.map_or_else(|| plain.clone(), |all| all.variant(&plain))),
        );
        let place = Literal::usize_unsuffixed(place);
        arms.push((place, variant, own));
    }
    if marks.untagged {
        let tries = arms.iter().map(|(_, variant, _)| {
            let ident = &variant.ident;
            quote! {
                if let ::core::result::Result::Ok(value) = reader.attempt() {
                    return ::core::result::Result::Ok(Self::#ident(value));
                }
            }
        });
        let complaint = format!("data did not match any variant of untagged enum {name}");
        let body = quote!(#(#tries)* ::core::result::Result::Err(::tributary_domain::json::unfit(#complaint)));
        return Ok((body, None));
    }
    if data.variants.iter().all(|variant| matches!(variant.fields, Fields::Unit)) && marks.tag.is_none() {
        let chosen = arms.iter().map(|(place, variant, _)| {
            let ident = &variant.ident;
            quote!(#place => ::core::result::Result::Ok(Self::#ident),)
        });
        let chosen =
            quote!(#(#chosen)* _ => ::core::result::Result::Err(::tributary_domain::json::unfit("no variant")));
        return Ok((
            quote!(match reader.word(#called, &[#(#names),*])? { #chosen }),
            Some(quote!(match ::tributary_domain::json::choice(&text, &[#(#names),*])? { #chosen })),
        ));
    }
    let tag = marks.tag.as_deref().unwrap_or_default();
    let mut bodies = Vec::new();
    for (place, variant, own) in &arms {
        let body = held(name, variant, own, marks, tag)?;
        bodies.push(quote!(#place => #body,));
    }
    let none = quote!(_ => return ::core::result::Result::Err(::tributary_domain::json::unfit("no variant")));
    let body = if marks.tag.is_some() {
        quote!(match reader.tag(#called, #tag, &[#(#names),*])? { #(#bodies)* #none })
    } else {
        quote! {
            let variant = reader.variant(#called, &[#(#names),*])?;
            let value = match variant.place { #(#bodies)* #none };
            if value.is_ok() {
                reader.end(&variant)?;
            }
            value
        }
    };
    Ok((body, None))
}

/// What a variant holds. A struct's members are read apart, so that no function has them all.
fn held(name: &Ident, variant: &Variant, own: &Marks, marks: &Marks, tag: &str) -> syn::Result<TokenStream> {
    let ident = &variant.ident;
    let all: Option<Case> = own.rename_all.or(marks.rename_all_fields);
    let inner = Marks { rename_all: all, strict: marks.strict, ..Marks::default() };
    let called = format!("struct variant {name}::{ident}");
    let body = match (&variant.fields, tag) {
        (Fields::Unit, "") => {
            return Ok(quote!({ reader.unit(&variant)?; ::core::result::Result::Ok(Self::#ident) }));
        }
        (Fields::Unnamed(_), tag) if !tag.is_empty() => {
            return Err(Error::new_spanned(ident, "`derive(Read)` reads no tuples behind a tag"));
        }
        (of, tag) => fields(&called, &quote!(Self::#ident), of, &inner, tag)?,
    };
    let held = tag.is_empty().then(|| quote!(reader.held(&variant)?;));
    Ok(quote!({ #held #body }))
}
