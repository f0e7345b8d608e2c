//! What has had its time is deleted, some of it at a time: each run goes on where the one before ended.

use tributary_domain::{rules::Rules, time::Timestamp};

use super::{Statement, fingerprints::TOGETHER, sessions, together};
use crate::{app::AppContext, error::InternalError};

const DIGEST_DELIVERIES: &str = "DELETE FROM outbox WHERE digest IN \
    (SELECT id FROM digests INDEXED BY digests_by_time WHERE made_at < ?1 ORDER BY made_at LIMIT 100)";
const DIGESTS: &str = "DELETE FROM digests WHERE id IN \
    (SELECT id FROM digests INDEXED BY digests_by_time WHERE made_at < ?1 ORDER BY made_at LIMIT 100)";
const DIGEST_DAYS: &str = "DELETE FROM digest_days WHERE day < date(?1 / 1000, 'unixepoch')";
const OLD_NOTICES: &str = "DELETE FROM outbox WHERE id IN \
    (SELECT id FROM outbox INDEXED BY outbox_notices WHERE digest IS NULL AND created_at < ?1 AND state <> 'waiting' \
     ORDER BY created_at LIMIT 500)";
const DELIVERIES: &str = "DELETE FROM deliveries WHERE id IN \
    (SELECT id FROM deliveries INDEXED BY deliveries_by_time WHERE received_at < ?1 AND state = 'recovered' \
     ORDER BY received_at LIMIT 500)";
const FINGERPRINTS: &str = "DELETE FROM fingerprints WHERE (words, thread) IN \
    (SELECT words, thread FROM fingerprints WHERE at < ?1 LIMIT 500)";
const LINKS: &str = "DELETE FROM links WHERE expires_at <= ?1";
const MADE_LINKS: &str = "DELETE FROM made_links WHERE made_at <= ?1";

pub(crate) async fn run(app: &AppContext, rules: &Rules, now: Timestamp) -> Result<(), InternalError> {
    let retention = &app.config.timings.retention;
    let digests = now.minus(rules.digest.keep);
    let old = [
        ("sweep_digest_deliveries", DIGEST_DELIVERIES, digests),
        ("sweep_digests", DIGESTS, digests),
        ("sweep_digest_days", DIGEST_DAYS, digests),
        ("sweep_notices", OLD_NOTICES, now.minus(retention.notices)),
        ("sweep_deliveries", DELIVERIES, now.minus(retention.recovered_deliveries)),
        ("sweep_fingerprints", FINGERPRINTS, now.minus(rules.fingerprint_window.max(TOGETHER))),
        ("sweep_links", LINKS, now),
        ("sweep_made_links", MADE_LINKS, now.minus(retention.made_links)),
    ];
    let mut statements: Vec<Statement> =
        old.into_iter().map(|(name, sql, before)| Statement::new(name, sql).time(before)).collect();
    statements.push(sessions::sweep(now, &app.config.timings.session));
    together(app, "sweep", statements).await.map(|_| ())
}
