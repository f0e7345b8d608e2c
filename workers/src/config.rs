//! The installation's variables and secrets, read once per isolate. The only caller of `Env::var` and `Env::secret`.

use std::{cell::OnceCell, collections::BTreeMap, fmt, rc::Rc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tributary_connectors::{http::BaseSpec, registry};
use tributary_domain::{json_error, platform::Platform, timings::Timings};
use worker::Env;

/// A secret. It has no `Debug`, no `Display`, and is only ever compared or used as a key.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A variable that is needed here is not set.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("{name} is not set: {how}")]
pub(crate) struct Unset {
    pub(crate) name: &'static str,
    pub(crate) how: &'static str,
}

/// When the raw body of a delivery is written to R2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IntakeCopy {
    /// Before anything else; deleted after the commit.
    Always,
    /// When the queue does not take it.
    Fallback,
}

#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) intake_copy: IntakeCopy,
    sealing_key: Option<[u8; 32]>,
    setup_token: Option<Secret>,
    /// The secrets that connectors name, by their variables.
    secrets: BTreeMap<&'static str, Secret>,
    /// The addresses that the installation has put in the place of the platforms' own, by their variables.
    bases: BTreeMap<&'static str, String>,
    pub(crate) bedrock: Option<Bedrock>,
    /// Where the outside reaches us, without a trailing slash; else the host of the request.
    pub(crate) public_url: Option<String>,
    /// Hosts besides the platforms' own from which media may be fetched: stand-ins.
    extra_media_hosts: Vec<String>,
    /// How long the messages of a burst are gathered before they are labelled, in seconds.
    pub(crate) label_delay: u32,
    /// Where the team hears of what needs somebody.
    pub(crate) team_channel: Option<Secret>,
    /// How long things may take and are kept.
    pub(crate) timings: Timings,
    /// What of `TIMINGS` cannot be read: the defaults hold then.
    pub(crate) timings_fault: Option<String>,
    /// How mail is sent; none when there is no address to send from.
    pub(crate) email: Option<Email>,
}

/// How mail is sent.
#[derive(Debug)]
pub(crate) struct Email {
    /// `Name <address>`, or an address.
    pub(crate) from: String,
    /// Of a provider's API; without it Cloudflare's binding `EMAIL` is used, where there is one.
    pub(crate) key: Option<Secret>,
    pub(crate) base: String,
}

/// How to reach the model.
#[derive(Debug)]
pub(crate) struct Bedrock {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: Secret,
    pub(crate) session_token: Option<Secret>,
    pub(crate) region: String,
    /// In the order in which they are tried.
    pub(crate) models: Vec<String>,
    pub(crate) base: String,
}

/// The model that is asked first, by its global profile; the next is tried where it is not available.
const MODELS: &str = "global.anthropic.claude-haiku-4-5-20251001-v1:0,us.anthropic.claude-haiku-4-5-20251001-v1:0,anthropic.claude-haiku-5-5";

/// The API of Resend; others speak the same form.
const EMAIL: &str = "https://api.resend.com";

thread_local! {
    static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
}

/// The configuration of this isolate; its environment never changes.
pub(crate) fn of(env: &Env) -> Rc<Config> {
    CONFIG.with(|config| Rc::clone(config.get_or_init(|| Rc::new(Config::read(env)))))
}

#[expect(clippy::disallowed_methods, reason = "configuration enters here")]
fn text(env: &Env, name: &str) -> Option<String> {
    // Secrets and variables are the same to the runtime.
    env.var(name).ok().map(|value| value.to_string()).filter(|value| !value.is_empty())
}

/// A secret that the rules name.
pub(crate) fn named(env: &Env, name: &str) -> Option<Secret> {
    secret(env, name)
}

fn secret(env: &Env, name: &str) -> Option<Secret> {
    text(env, name).map(Secret)
}

fn base(env: &Env, name: &str, usual: &str) -> String {
    text(env, name).unwrap_or_else(|| usual.to_owned()).trim_end_matches('/').to_owned()
}

/// The secrets that connectors name.
fn secrets(env: &Env) -> BTreeMap<&'static str, Secret> {
    let names = Platform::ALL.iter().flat_map(|platform| {
        let webhook = registry::webhook(*platform);
        webhook.secrets.iter().chain(registry::app_secrets(*platform)).copied().chain(webhook.verify_token)
    });
    names.filter_map(|name| Some((name, secret(env, name)?))).collect()
}

/// The addresses of platforms' APIs that are not their own.
fn bases(env: &Env) -> BTreeMap<&'static str, String> {
    let specs = Platform::ALL.iter().flat_map(|platform| registry::bases(*platform));
    let put = specs.map(|spec| (spec, base(env, spec.variable, spec.usual)));
    put.filter(|(spec, address)| address != spec.usual).map(|(spec, address)| (spec.variable, address)).collect()
}

/// The durations that the installation overrides, and what is wrong with them if they cannot be read.
fn timings(text: Option<&str>) -> (Timings, Option<String>) {
    let Some(text) = text else { return (Timings::default(), None) };
    match json_error::read_object(text.as_bytes()) {
        Ok(timings) => (timings, None),
        Err(error) => {
            worker::console_error!("TIMINGS: {error}; the defaults hold. See docs/OPERATING.md for what it may name");
            (Timings::default(), Some(error.to_string()))
        }
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

impl Config {
    fn read(env: &Env) -> Self {
        let always = text(env, "INTAKE_COPY").is_some_and(|value| value.eq_ignore_ascii_case("always"));
        let (timings, timings_fault) = timings(text(env, "TIMINGS").as_deref());
        Self {
            intake_copy: if always { IntakeCopy::Always } else { IntakeCopy::Fallback },
            sealing_key: text(env, "SEALING_KEY").and_then(|key| STANDARD.decode(key.trim()).ok()?.try_into().ok()),
            setup_token: secret(env, "SETUP_TOKEN"),
            secrets: secrets(env),
            bases: bases(env),
            bedrock: Bedrock::read(env),
            public_url: text(env, "PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
            extra_media_hosts: text(env, "EXTRA_MEDIA_HOSTS").map(|hosts| list(&hosts)).unwrap_or_default(),
            label_delay: text(env, "LABEL_DELAY_SECONDS").and_then(|value| value.parse().ok()).unwrap_or(2),
            team_channel: secret(env, "TEAM_CHANNEL_URL"),
            timings,
            timings_fault,
            email: text(env, "EMAIL_FROM").map(|from| Email {
                from,
                key: secret(env, "EMAIL_API_KEY"),
                base: base(env, "EMAIL_API_BASE", EMAIL),
            }),
        }
    }

    /// The address of a platform's API, without a trailing slash.
    pub(crate) fn base(&self, wanted: BaseSpec) -> &str {
        self.bases.get(wanted.variable).map_or(wanted.usual, String::as_str)
    }

    /// Whether media may come from `authority` besides the platforms' own hosts: named by the installation, or
    /// the host of an API base that the installation replaced.
    pub(crate) fn is_extra_media_host(&self, authority: &str) -> bool {
        let mut replaced = self.bases.values().filter_map(|address| crate::web::host(address));
        self.extra_media_hosts.iter().any(|host| host == authority) || replaced.any(|host| host == authority)
    }

    pub(crate) fn sealing_key(&self) -> Result<&[u8; 32], Unset> {
        self.sealing_key.as_ref().ok_or(Unset {
            name: "SEALING_KEY",
            how: "make one with `openssl rand -base64 32` and set it as a secret; without it no work is done",
        })
    }

    pub(crate) fn setup_token(&self) -> Result<&Secret, Unset> {
        self.setup_token.as_ref().ok_or(Unset {
            name: "SETUP_TOKEN",
            how: "set it to a long random text; whoever knows it makes the first owner",
        })
    }

    /// What a platform has to show in a handshake.
    pub(crate) fn verify_token(&self, platform: Platform) -> Option<&str> {
        self.secrets.get(registry::webhook(platform).verify_token?).map(Secret::expose)
    }

    /// The secrets with which a platform may sign what it posts; any of them will do.
    pub(crate) fn webhook_secrets(&self, platform: Platform) -> Vec<&[u8]> {
        self.set(registry::webhook(platform).secrets).map(str::as_bytes).collect()
    }

    /// The secret that proves our app to a platform's API.
    pub(crate) fn app_secret(&self, platform: Platform) -> Option<&str> {
        self.set(registry::app_secrets(platform)).next()
    }

    /// The values of those variables that are set.
    fn set<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        names.iter().filter_map(|name| self.secrets.get(name)).map(Secret::expose)
    }
}

impl Bedrock {
    fn read(env: &Env) -> Option<Self> {
        let region = text(env, "AWS_REGION").unwrap_or_else(|| "us-east-1".to_owned());
        Some(Self {
            access_key_id: text(env, "AWS_ACCESS_KEY_ID")?,
            secret_access_key: secret(env, "AWS_SECRET_ACCESS_KEY")?,
            session_token: secret(env, "AWS_SESSION_TOKEN"),
            models: list(&text(env, "BEDROCK_MODEL_ID").unwrap_or_else(|| MODELS.to_owned())),
            base: base(env, "BEDROCK_API_BASE", &format!("https://bedrock-runtime.{region}.amazonaws.com")),
            region,
        })
    }
}
