//! How many requests a tenant may make: over all its keys, counted in this process.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use cardmux_domain::id::TenantId;
use governor::Quota;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::{InMemoryState, NotKeyed};

use super::Tenant;
use crate::config::RateLimit;

type Bucket =
    governor::RateLimiter<NotKeyed, InMemoryState, DefaultClock, StateInformationMiddleware>;

/// A bucket for each tenant that has a limit. Not governor's keyed one: that has one quota for all.
#[derive(Default)]
pub struct RateLimiter(RwLock<HashMap<TenantId, (RateLimit, Arc<Bucket>)>>);

/// What is left to a tenant after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub limit: RateLimit,
    /// Requests that would be let through now.
    pub remaining: u32,
    /// Whole seconds. Of a request that was let through: until the whole limit is there again; of one
    /// that was not: until one is let through.
    pub reset_seconds: u64,
    pub admitted: bool,
}

impl RateLimiter {
    /// Count a request; `None` where the tenant has no limit.
    pub fn count(&self, tenant: &Tenant) -> Option<Allowance> {
        let limit = tenant.rate_limit?;
        let requests = NonZeroU32::new(limit.requests)?;
        let each = limit.window / limit.requests;
        let quota = Quota::with_period(each)?.allow_burst(requests);
        let allowance = match self.bucket(&tenant.id, limit, quota).check() {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = limit.requests.saturating_sub(remaining);
                Allowance {
                    limit,
                    remaining,
                    reset_seconds: whole_seconds(each * used),
                    admitted: true,
                }
            }
            Err(refused) => Allowance {
                limit,
                remaining: 0,
                reset_seconds: whole_seconds(refused.wait_time_from(DefaultClock::default().now())),
                admitted: false,
            },
        };
        Some(allowance)
    }

    /// The tenant's bucket; a fresh one where its limit is another than before.
    fn bucket(&self, tenant: &TenantId, limit: RateLimit, quota: Quota) -> Arc<Bucket> {
        let known = |buckets: &HashMap<TenantId, (RateLimit, Arc<Bucket>)>| {
            let (of, bucket) = buckets.get(tenant)?;
            (*of == limit).then(|| Arc::clone(bucket))
        };
        if let Some(bucket) = known(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return bucket;
        }
        let mut buckets = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(bucket) = known(&buckets) {
            return bucket;
        }
        let bucket = Arc::new(governor::RateLimiter::direct(quota).with_middleware());
        buckets.insert(tenant.clone(), (limit, Arc::clone(&bucket)));
        bucket
    }
}

/// Rounded up, and at least one: who waits that long does not come too early.
fn whole_seconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_nanos().div_ceil(1_000_000_000))
        .unwrap_or(u64::MAX)
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(name: &str, requests: u32, window: Duration) -> Tenant {
        Tenant {
            id: name.parse().unwrap(),
            display_name: None,
            instances: Vec::new(),
            clear_reveal: false,
            decisions: None,
            routes: Vec::new(),
            rate_limit: Some(RateLimit { requests, window }),
        }
    }

    /// So slow that nothing comes back while the test runs.
    const DAY: Duration = Duration::from_secs(86_400);

    #[test]
    fn tenant_is_let_through_as_often_as_its_limit_says() {
        let limiter = RateLimiter::default();
        let acme = tenant("acme", 3, DAY);
        let counted: Vec<_> = (0..5).filter_map(|_| limiter.count(&acme)).collect();
        let remaining: Vec<_> = counted.iter().map(|a| (a.admitted, a.remaining)).collect();
        assert_eq!(
            remaining,
            [(true, 2), (true, 1), (true, 0), (false, 0), (false, 0)]
        );
        assert_eq!(counted[0].reset_seconds, 28_800);
        assert_eq!(counted[2].reset_seconds, 86_400);
        assert!(
            (1..=28_800).contains(&counted[4].reset_seconds),
            "{counted:?}"
        );
    }

    #[test]
    fn tenants_have_a_bucket_each_and_a_new_limit_a_fresh_one() {
        let limiter = RateLimiter::default();
        let admitted = |tenant: &Tenant| limiter.count(tenant).unwrap().admitted;
        assert!(admitted(&tenant("acme", 1, DAY)));
        assert!(!admitted(&tenant("acme", 1, DAY)));
        assert!(admitted(&tenant("globex", 1, DAY)));
        assert!(admitted(&tenant("acme", 2, DAY)));
        assert!(admitted(&tenant("acme", 2, DAY)));
        assert!(!admitted(&tenant("acme", 2, DAY)));
    }

    #[test]
    fn tenant_without_a_limit_is_not_counted() {
        let limiter = RateLimiter::default();
        let unlimited = tenant("acme", 0, DAY);
        assert_eq!(limiter.count(&unlimited), None);
    }

    #[test]
    fn waits_are_rounded_up() {
        for (millis, seconds) in [(0, 1), (1, 1), (1000, 1), (1001, 2)] {
            assert_eq!(
                whole_seconds(Duration::from_millis(millis)),
                seconds,
                "{millis} ms"
            );
        }
    }
}
