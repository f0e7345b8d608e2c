//! What the attributes of a type, a variant or a field say.

use syn::{Attribute, LitStr, Token, ext::IdentExt, meta::ParseNestedMeta};

/// Of a type, a variant or a field: what does not apply stays unset.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is an attribute that is there or is not")]
pub(crate) struct Marks {
    pub(crate) rename: Option<String>,
    pub(crate) aliases: Vec<String>,
    pub(crate) rename_all: Option<Case>,
    pub(crate) rename_all_fields: Option<Case>,
    pub(crate) tag: Option<String>,
    pub(crate) default: bool,
    /// `null` stands for the default as well.
    pub(crate) or_default: bool,
    pub(crate) strict: bool,
    pub(crate) untagged: bool,
    pub(crate) flatten: bool,
    pub(crate) from_text: bool,
}

/// How names are written.
#[derive(Clone, Copy)]
pub(crate) enum Case {
    Camel,
    Lower,
    Snake,
}

impl Marks {
    pub(crate) fn of(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut marks = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("serde") || attribute.path().is_ident("read") {
                attribute.parse_nested_meta(|meta| marks.take(&meta))?;
            }
        }
        Ok(marks)
    }

    fn take(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let name = meta.path.get_ident().map(|name| name.unraw().to_string()).unwrap_or_default();
        match name.as_str() {
            "rename" => self.rename = Some(text(meta)?),
            "alias" => self.aliases.push(text(meta)?),
            "rename_all" => self.rename_all = Some(Case::of(meta)?),
            "rename_all_fields" => self.rename_all_fields = Some(Case::of(meta)?),
            "tag" => self.tag = Some(text(meta)?),
            "default" => self.default = true,
            "or_default" => self.or_default = true,
            "deny_unknown_fields" => self.strict = true,
            "untagged" => self.untagged = true,
            "flatten" => self.flatten = true,
            "try_from" if text(meta)? == "String" => self.from_text = true,
            // Said of types of one field, which are read as that field in any case.
            "transparent" => {}
            // How it is written, which is serde's.
            "into" | "skip_serializing_if" => drop(text(meta)?),
            _ => return Err(meta.error("`derive(Read)` does not know this attribute")),
        }
        Ok(())
    }
}

fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<String> {
    meta.input.parse::<Token![=]>()?;
    Ok(meta.input.parse::<LitStr>()?.value())
}

impl Case {
    fn of(meta: &ParseNestedMeta<'_>) -> syn::Result<Self> {
        match text(meta)?.as_str() {
            "camelCase" => Ok(Self::Camel),
            "lowercase" => Ok(Self::Lower),
            "snake_case" => Ok(Self::Snake),
            _ => Err(meta.error("`derive(Read)` does not know this case")),
        }
    }

    /// Of a field's name, which is in `snake_case`.
    pub(crate) fn field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Camel => {
                let mut words = name.split('_');
                let first = words.next().unwrap_or_default().to_owned();
                words.fold(first, |name, word| name + &capital(word))
            }
        }
    }

    /// Of a variant's name, which is in `PascalCase`.
    pub(crate) fn variant(self, name: &str) -> String {
        match self {
            Self::Lower => name.to_lowercase(),
            Self::Camel => {
                let mut letters = name.chars();
                letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
            }
            Self::Snake => {
                let mut snake = String::new();
                for letter in name.chars() {
                    if letter.is_uppercase() && !snake.is_empty() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                }
                snake
            }
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
