use async_trait::async_trait;
use futures::future::BoxFuture;
use tracing::error;

use crate::app::{App, AppError};
use crate::worker::{Duty, Work, WorkerLimits};
use crate::{clock, decisions};

/// Holds nothing came for: give the money back.
pub struct Holds;

#[async_trait]
impl Duty for Holds {
    fn name(&self) -> &'static str {
        "holds"
    }

    async fn claim(&self, app: &App, limits: &WorkerLimits, room: u64) -> Result<Work, AppError> {
        let now = clock::now();
        let due = decisions::expiring(app, now, now.plus(limits.lease), room).await?;
        Ok(due
            .into_iter()
            .map(|authorization| -> BoxFuture<'static, ()> {
                let app = app.clone();
                Box::pin(async move {
                    if let Err(error) = decisions::expire(&app, &authorization).await {
                        error!(authorization = %authorization.id, "its hold was not ended: {error}");
                    }
                })
            })
            .collect())
    }
}
