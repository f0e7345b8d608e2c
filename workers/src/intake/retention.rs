//! Deliveries that were kept for long enough: those that no release came to read, and dead letters that somebody dismissed.

use super::{body, keep};
use crate::{app::AppContext, d1, error::InternalError};
use tributary_domain::time::Timestamp;

/// Most that R2 lists and deletes in one go.
const LISTED: u32 = 1000;
/// In one run. The next goes on.
const PAGES: usize = 10;
/// Dismissed deliveries that one run deletes.
const DISMISSED: u32 = 500;

/// Deletes what is older than it may become.
pub(crate) async fn retain(app: &AppContext, now: Timestamp) -> Result<(), InternalError> {
    let before = now.minus(app.config.timings.retention.unread_deliveries);
    d1::kept::sweep(app, before).await?;
    let bucket = app.blobs()?;
    for _ in 0..PAGES {
        // The keys begin with the time.
        let listed =
            bucket.list().prefix(keep::PREFIX).limit(LISTED).execute().await.map_err(InternalError::blobs("retain"))?;
        let keys = listed.objects().into_iter().map(|object| object.key());
        let old: Vec<String> = keys.take_while(|key| received(key).is_some_and(|at| at < before)).collect();
        let more = old.len() == LISTED as usize;
        body::forget(app, old).await?;
        if !more {
            break;
        }
    }
    let dismissed = d1::deliveries::dismissed(app, before, DISMISSED).await?;
    body::forget(app, dismissed.iter().map(|row| row.stored.clone()).collect()).await?;
    d1::deliveries::delete(app, &dismissed).await?;
    d1::deliveries::forget_tries(app, now).await
}

fn received(key: &str) -> Option<Timestamp> {
    let millis = key.strip_prefix(keep::PREFIX)?.split('/').next()?;
    millis.parse().ok().map(Timestamp::from_millis)
}
