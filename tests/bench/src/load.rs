//! HTTP/1.1 clients with a kept-alive connection each, in a closed loop or an open one. The same code
//! drives the gateway and the floors, so that its own cost is on both sides.

use std::cell::Cell;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::future::try_join_all;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::Result;
use crate::stats::{float, percentile, permille};

pub type Call = Request<Full<Bytes>>;

/// Before an open loop begins.
const CONNECTED_WITHIN: Duration = Duration::from_millis(200);

/// What came of a round.
#[derive(Debug)]
pub struct Round {
    elapsed: Duration,
    /// Of the answers that were as wanted, sorted.
    latencies: Vec<Duration>,
    /// Other answers; a figure with many of them says nothing.
    pub refused: usize,
}

impl Round {
    pub fn per_second(&self) -> f64 {
        float(self.latencies.len()) / self.elapsed.as_secs_f64()
    }

    pub fn percentile(&self, percent: usize) -> Duration {
        percentile(&self.latencies, percent)
    }

    pub fn permille(&self, thousandths: usize) -> Duration {
        permille(&self.latencies, thousandths)
    }

    fn of(elapsed: Duration, each: Vec<(Vec<Duration>, usize)>) -> Result<Self> {
        let mut round = Self {
            elapsed,
            latencies: Vec::new(),
            refused: 0,
        };
        for (latencies, refused) in each {
            round.latencies.extend(latencies);
            round.refused += refused;
        }
        if round.latencies.is_empty() && round.refused > 0 {
            return Err(format!("all {} requests of a round were refused", round.refused).into());
        }
        round.latencies.sort_unstable();
        Ok(round)
    }
}

/// Drive `clients` connections until `next` has no further request for any of them.
///
/// `next` is given the client's number. `seen` is given each successful answer.
pub async fn run(
    address: SocketAddr,
    clients: usize,
    next: impl Fn(usize) -> Option<Result<Call>>,
    seen: impl Fn(&Bytes),
) -> Result<Round> {
    let started = Instant::now();
    let next = &next;
    let each = (0..clients).map(|client| one(address, move || next(client), &seen));
    let each = try_join_all(each).await?;
    Round::of(started.elapsed(), each)
}

/// As [`run`], for a time.
pub async fn run_for(
    time: Duration,
    address: SocketAddr,
    clients: usize,
    next: impl Fn(usize) -> Result<Call>,
) -> Result<Round> {
    let end = Instant::now() + time;
    run(
        address,
        clients,
        |client| (Instant::now() < end).then(|| next(client)),
        |_| (),
    )
    .await
}

/// An open loop: `rate` requests a second begin at even distances, whether the ones before them have
/// been answered or not, while one of the connections is free. A latency counts from when its request
/// was to begin, so that waiting for a free connection is in it.
pub async fn paced(
    rate: f64,
    time: Duration,
    address: SocketAddr,
    connections: usize,
    next: impl Fn(usize) -> Result<Call>,
) -> Result<Round> {
    let distance = Duration::try_from_secs_f64(rate.recip())?;
    let started = Instant::now() + CONNECTED_WITHIN;
    let begun = Cell::new(0);
    let due = || {
        let after = distance * begun.get();
        begun.set(begun.get() + 1);
        (after < time).then(|| started + after)
    };
    let (due, next) = (&due, &next);
    let each = (0..connections).map(|client| one_paced(address, due, move || next(client)));
    let each = try_join_all(each).await?;
    Round::of(started.elapsed(), each)
}

/// A single request on a connection of its own.
pub async fn fetch(address: SocketAddr, call: Call) -> Result<(StatusCode, Bytes)> {
    connected(address, async |mut sender| {
        exchange(&mut sender, call).await
    })
    .await
}

async fn one(
    address: SocketAddr,
    next: impl Fn() -> Option<Result<Call>>,
    seen: &impl Fn(&Bytes),
) -> Result<(Vec<Duration>, usize)> {
    connected(address, async |mut sender| {
        let mut latencies = Vec::new();
        let mut refused = 0;
        while let Some(call) = next() {
            let began = Instant::now();
            let (status, body) = exchange(&mut sender, call?).await?;
            if status.is_success() {
                latencies.push(began.elapsed());
                seen(&body);
            } else {
                refused += 1;
            }
        }
        Ok((latencies, refused))
    })
    .await
}

async fn one_paced(
    address: SocketAddr,
    due: &impl Fn() -> Option<Instant>,
    next: impl Fn() -> Result<Call>,
) -> Result<(Vec<Duration>, usize)> {
    connected(address, async |mut sender| {
        let mut latencies = Vec::new();
        let mut refused = 0;
        while let Some(at) = due() {
            tokio::time::sleep_until(at.into()).await;
            let (status, _) = exchange(&mut sender, next()?).await?;
            if status.is_success() {
                latencies.push(at.elapsed());
            } else {
                refused += 1;
            }
        }
        Ok((latencies, refused))
    })
    .await
}

/// Do some work over a new connection, which is driven within the same future.
async fn connected<T>(
    address: SocketAddr,
    work: impl AsyncFnOnce(SendRequest<Full<Bytes>>) -> Result<T>,
) -> Result<T> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let mut connection = pin!(connection);
    tokio::select! {
        done = work(sender) => done,
        ended = &mut connection => {
            ended?;
            Err("the server closed a connection that was in use".into())
        }
    }
}

async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    call: Call,
) -> Result<(StatusCode, Bytes)> {
    sender.ready().await?;
    let answer = sender.send_request(call).await?;
    let status = answer.status();
    Ok((status, answer.into_body().collect().await?.to_bytes()))
}
