//! How long ended workflows are kept.

use crate::check;
use crate::error::Wrapped;
use crate::local::{Local, wish};
use wheelhouse_contract::{
    ApiError, CleanUp, CleanUpProgress, CleanUpView, PreviewRetention, RetentionPreview, RetentionRule,
    RetentionView, SaveRetention,
};
use wheelhouse_domain::Millis;
use wheelhouse_orchestrator::Housekeeping;
use wheelhouse_orchestrator::store::{Retention, Swept};

impl Local {
    pub(crate) async fn retention(&self) -> Result<RetentionView, ApiError> {
        let rule = self.handle().store().retention().await.map_err(Wrapped::from)?;
        let Housekeeping { running, last } = *self.handle().housekeeping().borrow();
        Ok(RetentionView {
            rule: RetentionRule {
                max_age_days: rule.max_age_days,
                max_workflows: rule.max_workflows,
                max_megabytes: rule.max_megabytes,
            },
            running: running.map(|progress| CleanUpProgress {
                done: progress.done,
                total: progress.total,
            }),
            last: last.map(|(at, swept)| cleaned_up(at, swept)),
        })
    }

    pub(crate) async fn retention_preview(
        &self,
        request: PreviewRetention,
    ) -> Result<RetentionPreview, ApiError> {
        let rule = check::retention(&RetentionRule {
            max_age_days: request.max_age_days,
            max_workflows: request.max_workflows,
            max_megabytes: request.max_megabytes,
        })?;
        let seen = self
            .handle()
            .preview_retention(&rule)
            .await
            .map_err(Wrapped::from)?;
        Ok(RetentionPreview {
            workflows: seen.workflows,
            bytes: seen.bytes,
            until: seen.until,
            kept: seen.kept,
        })
    }

    pub(crate) async fn set_retention(&self, request: SaveRetention) -> Result<RetentionView, ApiError> {
        let wish = wish(&request.request_key, "save_retention")?;
        let rule: Retention = check::retention(&request.rule)?;
        self.handle()
            .save_retention(wish, rule)
            .await
            .map_err(Wrapped::from)?;
        self.retention().await
    }

    pub(crate) async fn sweep(&self, request: CleanUp) -> Result<CleanUpView, ApiError> {
        check::key(&request.request_key)?;
        let swept = self.handle().clean_up().await.map_err(Wrapped::from)?;
        Ok(cleaned_up(self.handle().options().world.now(), swept))
    }
}

fn cleaned_up(at: Millis, swept: Swept) -> CleanUpView {
    CleanUpView {
        at,
        workflows: swept.workflows,
        bytes: swept.bytes,
    }
}
