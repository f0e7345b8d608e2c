//! What a person is asked for when an account is connected.

use serde::Serialize;

/// The form by which an account is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ConnectForm {
    /// What the platform calls an account's id.
    pub id_label: &'static str,
    /// Where a person finds it.
    pub id_help: &'static str,
    /// The field that begins with the account's id, before a colon: nobody has to enter it twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_from: Option<&'static str>,
    /// The credentials, in the order in which they are asked for.
    pub fields: &'static [Field],
    /// The platform's own page about all of this.
    pub link: &'static str,
    /// What is left to be done once per app in the platform's own dashboard; none where we do it ourselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<Dashboard>,
}

/// What is to be done in a platform's own dashboard: give it the webhook's address, and choose what it posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Dashboard {
    pub place: &'static str,
    /// The variable that holds the token which it asks for.
    pub verify_token: &'static str,
    /// The kinds of event to choose.
    pub events: &'static [&'static str],
}

/// One of the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CredentialField"))]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name among the credentials.
    pub name: &'static str,
    /// What a person reads.
    pub label: &'static str,
    /// Where a person finds it; empty where that needs no words.
    pub help: &'static str,
    /// Whether nobody may look over a shoulder and read it.
    pub secret: bool,
    /// What may be chosen; empty where it is entered. The first is chosen already.
    pub choices: &'static [Choice],
    /// Asked for only when another field has this value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
}

/// Something that may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CredentialChoice"))]
pub struct Choice {
    /// Its value among the credentials.
    pub value: &'static str,
    /// What a person reads.
    pub label: &'static str,
}

/// When a field is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "CredentialCondition"))]
pub struct When {
    pub field: &'static str,
    /// The value that it has to have.
    pub is: &'static str,
}

impl Field {
    /// A token.
    pub const fn secret(name: &'static str, label: &'static str) -> Self {
        Self { name, label, help: "", secret: true, choices: &[], when: None }
    }

    /// Something that is no secret.
    pub const fn text(name: &'static str, label: &'static str, help: &'static str) -> Self {
        Self { name, label, help, secret: false, choices: &[], when: None }
    }
}

impl ConnectForm {
    /// What the credentials look like, for whoever writes them by hand: `{"accessToken","wabaId"}`.
    pub fn wanted(&self) -> String {
        let chosen = self.fields.iter().find(|field| !field.choices.is_empty());
        let values: Vec<_> = chosen.iter().flat_map(|field| field.choices).map(|choice| Some(choice.value)).collect();
        let values = if values.is_empty() { vec![None] } else { values };
        let forms: Vec<_> = values.into_iter().map(|value| self.members(value)).collect();
        forms.join(" or ")
    }

    fn members(&self, chosen: Option<&str>) -> String {
        let asked = self.fields.iter().filter(|field| field.when.is_none_or(|when| Some(when.is) == chosen));
        let member = |field: &Field| match chosen.filter(|_| !field.choices.is_empty()) {
            Some(value) => format!("\"{}\":\"{value}\"", field.name),
            None => format!("\"{}\"", field.name),
        };
        format!("{{{}}}", asked.map(member).collect::<Vec<_>>().join(","))
    }
}
