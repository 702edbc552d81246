//! The one choke point every provider call passes, in this order: span, concurrency and rate limit,
//! circuit breaker, per-attempt timeout, repetition by the domain's table, outcome of the whole.

use std::time::{Duration, Instant};

use backon::{BackoffBuilder, ExponentialBuilder};
use cardmux_domain::provider::{
    CallContext, CreateKey, Effect, ErrorKind, Outcome, ProviderError, Repeat, repeat,
};
use failsafe::StateMachine;
use failsafe::backoff::Constant;
use failsafe::failure_policy::ConsecutiveFailures;
use futures::future::BoxFuture;
use governor::DefaultDirectRateLimiter;
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::{Instrument, debug, field, info_span, warn};

/// The bounds of one provider instance, from its configuration.
#[derive(Debug, Clone)]
pub struct GuardLimits {
    /// Calls under way at once.
    pub concurrency: usize,
    /// Calls a second; `None` for no limit.
    pub rate_per_second: Option<std::num::NonZeroU32>,
    /// Tries of one call, the first included.
    pub attempts: usize,
    pub attempt_timeout: Duration,
    /// Failures in a row that open the circuit.
    pub breaker_failures: u32,
    /// How long an open circuit refuses calls.
    pub breaker_open: Duration,
}

/// What is about to be called.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// The contract's method: `issue`, `find` …
    pub name: &'static str,
    pub effect: Effect,
    /// Nobody waits for it: it uses a share of the slots only.
    pub background: bool,
    /// What protects this creation, where that is not what protects the provider's others.
    pub key: Option<CreateKey>,
}

impl Call {
    #[must_use]
    pub const fn with_key(mut self, key: CreateKey) -> Self {
        self.key = Some(key);
        self
    }

    pub const fn change(name: &'static str, effect: Effect) -> Self {
        Self {
            name,
            effect,
            background: false,
            key: None,
        }
    }

    pub const fn background_read(name: &'static str) -> Self {
        Self {
            name,
            effect: Effect::Read,
            background: true,
            key: None,
        }
    }

    pub const fn read(name: &'static str) -> Self {
        Self {
            name,
            effect: Effect::Read,
            background: false,
            key: None,
        }
    }
}

pub struct Guard {
    instance: String,
    create_key: CreateKey,
    limits: GuardLimits,
    slots: Semaphore,
    /// The part of the slots background calls may hold, so that requests find some free.
    background: Semaphore,
    rate: Option<DefaultDirectRateLimiter>,
    breaker: StateMachine<ConsecutiveFailures<Constant>, ()>,
}

impl Guard {
    pub fn new(instance: impl Into<String>, create_key: CreateKey, limits: GuardLimits) -> Self {
        let backoff = failsafe::backoff::constant(limits.breaker_open);
        let policy =
            failsafe::failure_policy::consecutive_failures(limits.breaker_failures, backoff);
        Self {
            instance: instance.into(),
            create_key,
            slots: Semaphore::new(limits.concurrency),
            background: Semaphore::new((limits.concurrency / 4).max(1)),
            rate: limits
                .rate_per_second
                .map(|n| DefaultDirectRateLimiter::direct(governor::Quota::per_second(n))),
            breaker: StateMachine::new(policy, ()),
            limits,
        }
    }

    /// Whether calls are let through at the moment.
    pub fn is_closed(&self) -> bool {
        self.breaker.is_call_permitted()
    }

    /// Make a call, repeat it where the table allows, and say what is known about the whole.
    pub async fn run<'f, T>(
        &self,
        ctx: &CallContext,
        call: Call,
        attempt: impl Fn() -> BoxFuture<'f, Result<T, ProviderError>> + Send + Sync,
    ) -> Result<T, ProviderError> {
        let span = info_span!(
            "provider_call",
            instance = %self.instance,
            call = call.name,
            request_id = %ctx.request_id,
            outcome = field::Empty,
        );
        self.repeated(ctx, call, attempt).instrument(span).await
    }

    async fn repeated<'f, T>(
        &self,
        ctx: &CallContext,
        call: Call,
        attempt: impl Fn() -> BoxFuture<'f, Result<T, ProviderError>> + Send + Sync,
    ) -> Result<T, ProviderError> {
        let key = call.key.unwrap_or(self.create_key);
        let mut delays = self.backoff();
        let mut maybe_happened = false;
        loop {
            let mut error = match self.once(ctx, call, &attempt).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            // A used reference says that the first attempt arrived: asking again tells no more.
            let may_repeat = error.kind != ErrorKind::DuplicateReference
                && repeat(call.effect, error.outcome, key) == Repeat::Allowed;
            // An earlier attempt of unknown fate may have done the work; no later refusal of the
            // same request proves that it did not ("insufficient balance", "already frozen").
            maybe_happened |= error.outcome == Outcome::Unknown && call.effect != Effect::Read;
            if maybe_happened {
                error.outcome = Outcome::Unknown;
            }
            tracing::Span::current().record("outcome", field::display(error.outcome));
            let delay = delays.next().filter(|d| may_repeat && *d < ctx.remaining());
            let Some(delay) = delay else {
                warn!(kind = %error.kind, outcome = %error.outcome, "provider call failed: {error}");
                return Err(error);
            };
            debug!(kind = %error.kind, outcome = %error.outcome, ?delay, "repeating: {error}");
            #[expect(clippy::disallowed_methods, reason = "the guard is where calls wait")]
            tokio::time::sleep(delay).await;
        }
    }

    fn backoff(&self) -> impl Iterator<Item = Duration> + use<> {
        ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(100))
            .with_max_delay(Duration::from_secs(2))
            .with_max_times(self.limits.attempts.saturating_sub(1))
            .with_jitter()
            .build()
    }

    async fn once<'f, T>(
        &self,
        ctx: &CallContext,
        call: Call,
        attempt: &(impl Fn() -> BoxFuture<'f, Result<T, ProviderError>> + Send + Sync),
    ) -> Result<T, ProviderError> {
        let until = tokio::time::Instant::from_std(ctx.deadline);
        let _slot = tokio::time::timeout_at(until, self.admitted(call))
            .await
            .map_err(|_| overloaded("too many calls to this provider at once"))??;
        if !self.breaker.is_call_permitted() {
            return Err(
                overloaded("the circuit to this provider is open after repeated failures")
                    .with_retry_after(Some(self.limits.breaker_open)),
            );
        }
        let limit = self.limits.attempt_timeout.min(ctx.remaining());
        let started = Instant::now();
        let result = match tokio::time::timeout(limit, attempt()).await {
            Ok(result) => result,
            Err(_) => Err(ProviderError::unknown(
                ErrorKind::Timeout,
                format!(
                    "no answer from the provider within {} ms",
                    limit.as_millis()
                ),
            )),
        };
        debug!(
            elapsed_ms = started.elapsed().as_millis(),
            ok = result.is_ok(),
            "provider answered"
        );
        match &result {
            Err(error) if counts_against_provider(error.kind) => self.breaker.on_error(),
            Ok(_) | Err(_) => self.breaker.on_success(),
        }
        result
    }

    async fn admitted(&self, call: Call) -> Result<Slot<'_>, ProviderError> {
        let stopping = |_| overloaded("the gateway is stopping");
        let share = match call.background {
            true => Some(self.background.acquire().await.map_err(stopping)?),
            false => None,
        };
        let slot = self.slots.acquire().await.map_err(stopping)?;
        if let Some(rate) = &self.rate {
            rate.until_ready().await;
        }
        Ok((slot, share))
    }
}

type Slot<'g> = (SemaphorePermit<'g>, Option<SemaphorePermit<'g>>);

fn overloaded(message: &str) -> ProviderError {
    ProviderError::not_sent(ErrorKind::Overloaded, message)
}

/// Whether an error says that the provider, not our request, is in trouble.
fn counts_against_provider(kind: ErrorKind) -> bool {
    match kind {
        ErrorKind::Unreachable
        | ErrorKind::Interrupted
        | ErrorKind::Timeout
        | ErrorKind::Unavailable => true,
        ErrorKind::Settings
        | ErrorKind::Unauthorized
        | ErrorKind::RateLimited
        | ErrorKind::Malformed
        | ErrorKind::Refused
        | ErrorKind::InsufficientFunds
        | ErrorKind::NotFound
        | ErrorKind::DuplicateReference
        | ErrorKind::Overloaded => false,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn guard(create_key: CreateKey) -> Guard {
        let limits = GuardLimits {
            concurrency: 1,
            rate_per_second: None,
            attempts: 3,
            attempt_timeout: Duration::from_millis(50),
            breaker_failures: 3,
            breaker_open: Duration::from_secs(60),
        };
        Guard::new("test", create_key, limits)
    }

    fn ctx() -> CallContext {
        CallContext {
            tenant: "demo".parse().unwrap(),
            request_id: "req_test".to_owned(),
            deadline: Instant::now() + Duration::from_secs(5),
            enrolment_ref: None,
        }
    }

    const CREATE: Call = Call::change("deposit", Effect::Create);

    /// Answers with the given errors in turn, then with success; counts the attempts.
    async fn run(
        guard: &Guard,
        call: Call,
        errors: &[ProviderError],
    ) -> (Result<(), ProviderError>, usize) {
        let made = AtomicUsize::new(0);
        let result = guard
            .run(&ctx(), call, || {
                let error = errors.get(made.fetch_add(1, Ordering::Relaxed));
                let result = error.map_or(Ok(()), |e| {
                    Err(ProviderError::new(e.kind, e.outcome, &*e.message))
                });
                Box::pin(async { result })
            })
            .await;
        (result, made.into_inner())
    }

    fn interrupted() -> ProviderError {
        ProviderError::unknown(ErrorKind::Interrupted, "broke off")
    }

    fn refused() -> ProviderError {
        ProviderError::rejected(ErrorKind::InsufficientFunds, "too little")
    }

    #[tokio::test]
    async fn create_without_a_key_is_not_repeated_on_unknown() {
        let (result, attempts) = run(&guard(CreateKey::None), CREATE, &[interrupted()]).await;
        assert_eq!(
            (result.unwrap_err().outcome, attempts),
            (Outcome::Unknown, 1)
        );
    }

    #[tokio::test]
    async fn create_with_a_key_is_repeated_on_unknown() {
        let (result, attempts) = run(&guard(CreateKey::Unique), CREATE, &[interrupted()]).await;
        assert!(result.is_ok());
        assert_eq!(attempts, 2);
    }

    #[tokio::test]
    async fn refusal_after_an_unknown_attempt_stays_unknown() {
        // The first attempt may have taken the money that the second one misses.
        let (result, attempts) = run(
            &guard(CreateKey::Unique),
            CREATE,
            &[interrupted(), refused()],
        )
        .await;
        assert_eq!(
            (result.unwrap_err().outcome, attempts),
            (Outcome::Unknown, 2)
        );
    }

    #[tokio::test]
    async fn refusal_is_an_answer_and_not_repeated() {
        let (result, attempts) = run(&guard(CreateKey::Unique), CREATE, &[refused()]).await;
        assert_eq!(
            (result.unwrap_err().outcome, attempts),
            (Outcome::Rejected, 1)
        );
    }

    #[tokio::test]
    async fn attempts_are_bounded() {
        let down = || ProviderError::not_sent(ErrorKind::Unreachable, "refused");
        let (result, attempts) = run(
            &guard(CreateKey::None),
            CREATE,
            &[down(), down(), down(), down()],
        )
        .await;
        assert_eq!(
            (result.unwrap_err().outcome, attempts),
            (Outcome::NotSent, 3)
        );
    }

    #[tokio::test]
    async fn circuit_opens_after_failures_and_sends_nothing() {
        let guard = guard(CreateKey::None);
        let errors = [interrupted(), interrupted(), interrupted()];
        let (_, attempts) = run(&guard, Call::read("get"), &errors).await;
        assert_eq!(attempts, 3);
        assert!(!guard.is_closed());
        let (result, attempts) = run(&guard, Call::read("get"), &[]).await;
        let error = result.unwrap_err();
        assert_eq!(
            (error.outcome, error.kind, attempts),
            (Outcome::NotSent, ErrorKind::Overloaded, 0)
        );
        assert!(error.retry_after.is_some());
    }

    #[tokio::test]
    async fn answer_that_does_not_come_is_a_timeout_of_unknown_outcome() {
        let guard = guard(CreateKey::None);
        let hang =
            || -> BoxFuture<'_, Result<(), ProviderError>> { Box::pin(std::future::pending()) };
        let error = guard.run(&ctx(), CREATE, hang).await.unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Timeout, Outcome::Unknown)
        );
    }

    #[tokio::test]
    async fn full_instance_sends_nothing_when_the_deadline_passes() {
        let guard = guard(CreateKey::None);
        let _slot = guard.slots.acquire().await.unwrap();
        let ctx = CallContext {
            deadline: Instant::now() + Duration::from_millis(20),
            ..ctx()
        };
        let error = guard
            .run(&ctx, CREATE, || Box::pin(async { Ok(()) }))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.outcome),
            (ErrorKind::Overloaded, Outcome::NotSent)
        );
    }
}
