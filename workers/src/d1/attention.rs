//! What waits for an administrator, counted.

use tributary_domain::time::Timestamp;
use tributary_wire::api::session::AttentionItem;

use super::Statement;
use crate::{app::AppContext, error::InternalError};

const SQL: &str = "SELECT (SELECT count(*) FROM (SELECT 1 FROM deliveries INDEXED BY deliveries_waiting \
      WHERE state <> 'recovered' AND dismissed_at IS NULL LIMIT 100)) AS deliveries, \
    (SELECT count(*) FROM (SELECT state FROM outbox INDEXED BY outbox_notices \
      WHERE digest IS NULL AND created_at > ?1 ORDER BY created_at DESC LIMIT 400) WHERE state = 'failed') AS notices";

pub(crate) async fn read(app: &AppContext, now: Timestamp) -> Result<Option<AttentionItem>, InternalError> {
    Statement::new("attention", SQL).time(now.minus(app.config.timings.retention.attention)).row(app).await
}
