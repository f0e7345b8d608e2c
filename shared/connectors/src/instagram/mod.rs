//! Instagram direct messages and comments, of accounts that signed in to Instagram and of accounts linked to a Page.

mod capabilities;
mod credentials;
mod harmless;

use serde::Deserialize;
use tributary_domain::{
    capability::{Capabilities, ErrorClass, PlatformError},
    event::AttachmentKind,
    form::{Choice, ConnectForm, Field, When},
    id::RemoteId,
    platform::Platform,
};

pub use self::credentials::{Credentials, Kind};
use crate::{
    contract::{Account, AccountCredentials, Connector, Harmless, Hook, Inbound, Outgoing, Parsed, Probe, Profile},
    http::{BaseSpec, Body, HttpRequest, HttpResponse},
    json::{Text, filled, handle},
    meta::{
        self, error,
        graph::{APP_SECRET, Caller, GRAPH},
        messaging::{self, Flavor},
        send, signature,
    },
    plan::Rules,
    secret::Secret,
    webhook::Webhook,
};

/// The connector.
#[derive(Debug, Clone, Copy)]
pub struct Instagram;

/// Where accounts that signed in to Instagram are spoken for; those linked to a Page are where Pages are.
const BASE: BaseSpec = BaseSpec { variable: "INSTAGRAM_API_BASE", usual: "https://graph.instagram.com" };

/// Pictures that follow each other are one call, every other file is one of its own, and words are another.
const RULES: Rules =
    Rules { captioned: |_| false, family: |item| (item.kind == AttachmentKind::Image).then_some(1), together: 10 };

/// The fields that concern messages and comments, for an account's own subscription.
const FIELDS: &str = "comments,live_comments,messages,message_reactions,messaging_postbacks,messaging_seen,messaging_referral,message_edit";
/// Those of the Page of a linked account; Instagram's fields are chosen for the app as a whole.
const PAGE_FIELDS: &str = "messages,message_reactions,messaging_postbacks,messaging_referrals,message_edits,\
messaging_handovers,standby";

/// Base and token; the node that sends is the account itself, or its Page.
fn caller<'a>(account: &Account<'a, Credentials>) -> (Caller<'a>, &'a str) {
    let credentials = account.credentials;
    let (base, node) = match credentials.kind {
        Kind::InstagramLogin => (BASE, account.id.as_str()),
        Kind::PageLinked => (GRAPH, credentials.page_id.as_deref().unwrap_or("me")),
    };
    (Caller { base, token: &credentials.access_token, app_secret: account.app_secret }, node)
}

impl AccountCredentials for Credentials {
    fn token(&self) -> &Secret {
        &self.access_token
    }

    fn check(&self) -> Result<(), &'static str> {
        match (self.kind, &self.page_id) {
            (Kind::PageLinked, None) => Err("`pageId` is missing, which the kind `pageLinked` needs"),
            _ => Ok(()),
        }
    }
}

impl Connector for Instagram {
    const PLATFORM: Platform = Platform::Instagram;
    /// An app that has a secret of its own for Instagram may sign with either.
    const WEBHOOK: Webhook = signature::webhook(&["INSTAGRAM_APP_SECRET", APP_SECRET]);
    const BASES: &'static [BaseSpec] = &[BASE, GRAPH];
    const APP_SECRETS: &'static [&'static str] = &[APP_SECRET];
    const FORM: ConnectForm = ConnectForm {
        id_label: "Professional account id",
        id_help: "The app's dashboard, Instagram, API setup",
        id_from: None,
        fields: &[
            Field::secret("accessToken", "Access token"),
            Field {
                choices: &[
                    Choice { value: "instagramLogin", label: "Instagram login" },
                    Choice { value: "pageLinked", label: "Through a Page" },
                ],
                ..Field::text("kind", "How is it connected?", "")
            },
            Field { when: Some(When { field: "kind", is: "pageLinked" }), ..Field::text("pageId", "Page id", "") },
        ],
        link: "https://developers.facebook.com/docs/instagram-platform/webhooks",
        dashboard: Some(signature::dashboard(&[
            "comments",
            "live_comments",
            "mentions",
            "messages",
            "message_reactions",
            "message_edit",
            "messaging_postbacks",
            "messaging_seen",
            "messaging_referral",
            "messaging_handover",
            "standby",
        ])),
    };
    const MEDIA_HOSTS: &'static [&'static str] = &["cdninstagram.com", "fbcdn.net", "fbsbx.com"];
    const HARMLESS: &'static [&'static [Harmless]] = &[messaging::harmless::HARMLESS, harmless::HARMLESS];
    const CAPABILITIES: &'static [Capabilities] = capabilities::CAPABILITIES;
    const RULES: Rules = RULES;
    type Credentials = Credentials;

    meta::proofs!();
    meta::surfaces!(Flavor::Instagram, |account| caller(account).0);

    fn parse(inbound: &Inbound<'_>) -> Parsed {
        messaging::parse(Flavor::Instagram, inbound.body.bytes())
    }

    fn send(account: &Account<'_, Credentials>, outgoing: &Outgoing<'_>) -> Result<HttpRequest, PlatformError> {
        send::request(Flavor::Instagram, caller(account), outgoing)
    }

    /// <https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api/user-profile>
    fn profile(account: &Account<'_, Credentials>, identities: &[String]) -> Option<HttpRequest> {
        let fields = "name,username,follower_count,is_user_follow_business,is_business_follow_user,is_verified_user";
        Some(caller(account).0.get(identities.first()?, &[("fields", fields)]))
    }

    fn read_profile(response: &HttpResponse) -> Result<Profile, PlatformError> {
        #[derive(Deserialize)]
        struct Person<'a> {
            #[serde(borrow)]
            name: Option<Text<'a>>,
            username: Option<Text<'a>>,
            follower_count: Option<Text<'a>>,
            is_user_follow_business: Option<bool>,
            is_business_follow_user: Option<bool>,
            is_verified_user: Option<bool>,
        }
        let person: Person<'_> = error::person(response)?;
        let told = |known: Option<bool>| known.map(|yes| if yes { "yes" } else { "no" }.to_owned());
        let facts = [
            ("followers", filled(person.follower_count)),
            ("follows us", told(person.is_user_follow_business)),
            ("followed by us", told(person.is_business_follow_user)),
            ("verified", told(person.is_verified_user)),
        ];
        Ok(Profile {
            name: filled(person.name),
            username: handle(person.username.as_ref()),
            facts: facts.into_iter().filter_map(|(label, value)| Some((label.to_owned(), value?))).collect(),
        })
    }

    /// Webhooks name the professional account, which is `user_id`, and not always the app-scoped `id`.
    fn probe(account: &Account<'_, Credentials>) -> HttpRequest {
        let (caller, node) = caller(account);
        match account.credentials.kind {
            Kind::InstagramLogin => caller.get("me", &[("fields", "user_id,username,name")]),
            Kind::PageLinked => caller.get(node, &[("fields", "instagram_business_account{id,username,name}")]),
        }
    }

    fn probed(response: &HttpResponse) -> Result<Probe, PlatformError> {
        #[derive(Deserialize)]
        struct Me<'a> {
            #[serde(borrow)]
            user_id: Option<Text<'a>>,
            id: Option<Text<'a>>,
            username: Option<Text<'a>>,
            name: Option<Text<'a>>,
            instagram_business_account: Option<Box<Me<'a>>>,
        }
        let mut me: Me<'_> = error::success(response)?;
        if let Some(linked) = me.instagram_business_account.take() {
            me = *linked;
        }
        let id = filled(me.user_id).or_else(|| filled(me.id));
        let id = id.ok_or_else(|| PlatformError { class: ErrorClass::Gone, code: "no-account".to_owned() })?;
        let name = filled(me.username).map(|name| format!("@{name}")).or_else(|| filled(me.name));
        Ok(Probe { id: RemoteId::new(id), name })
    }

    fn subscribe(account: &Account<'_, Credentials>, _hook: &Hook<'_>) -> Vec<HttpRequest> {
        let (caller, node) = caller(account);
        let fields = match account.credentials.kind {
            Kind::InstagramLogin => FIELDS,
            Kind::PageLinked => PAGE_FIELDS,
        };
        vec![caller.post(node, "subscribed_apps", &[("subscribed_fields", fields)], Body::Empty)]
    }
}
