//! Proves on sockets what is known to have happened after each kind of failure.
#![expect(
    clippy::unwrap_used,
    reason = "the helpers of these tests are tests too"
)]

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use cardmux_domain::provider::{ErrorKind, Outcome, ProviderError};
use cardmux_provider_kit::json;
use cardmux_provider_kit::transport::{
    Answer, MAX_ANSWER_BYTES, Method, Request, Transport, TransportSettings,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SECRET: &str = "hush-hush";

async fn post(to: SocketAddr) -> Result<Answer, ProviderError> {
    let settings = TransportSettings {
        connect_timeout: Duration::from_millis(300),
        keep_connections: true,
    };
    let url = format!("http://{to}/path?token={SECRET}").parse().unwrap();
    let mut request = Request::new(Method::POST, url);
    *request.body_mut() = Some(r#"{"amount":1}"#.into());
    *request.timeout_mut() = Some(Duration::from_secs(2));
    Transport::new(settings).unwrap().send(request).await
}

/// Send one request to a peer that reads it whole and then does `then`.
async fn against<F>(then: impl FnOnce(TcpStream) -> F) -> Result<Answer, ProviderError>
where
    F: Future<Output = ()>,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let peer = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        while !seen.ends_with(br#"{"amount":1}"#) {
            assert_ne!(stream.read_buf(&mut seen).await.unwrap(), 0);
        }
        then(stream).await;
    };
    tokio::join!(post(address), peer).0
}

#[track_caller]
fn assert_failed<T: std::fmt::Debug>(
    result: Result<T, ProviderError>,
    kind: ErrorKind,
    outcome: Outcome,
) {
    let error = result.unwrap_err();
    assert_eq!((error.kind, error.outcome), (kind, outcome), "{error:?}");
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
}

#[tokio::test]
async fn refused_connection_was_not_sent() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_failed(
        post(address).await,
        ErrorKind::Unreachable,
        Outcome::NotSent,
    );
}

/// A listener that never accepts, with its queue filled, leaves further connections unanswered
/// (Linux drops the handshake; elsewhere they may be refused, which has the same outcome).
#[tokio::test]
async fn connect_timeout_was_not_sent() {
    use socket2::{Domain, Socket, Type};
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener
        .bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())
        .unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let mut waiting = Vec::new();
    for _ in 0..4 {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_nonblocking(true).unwrap();
        drop(socket.connect(&address.into()));
        waiting.push(socket);
    }
    assert_failed(
        post(address).await,
        ErrorKind::Unreachable,
        Outcome::NotSent,
    );
}

#[tokio::test]
async fn read_then_closed_is_unknown() {
    let result = against(async |stream| drop(stream)).await;
    assert_failed(result, ErrorKind::Interrupted, Outcome::Unknown);
}

#[tokio::test]
async fn read_then_reset_is_unknown() {
    let reset = async |stream: TcpStream| stream.set_zero_linger().unwrap();
    assert_failed(
        against(reset).await,
        ErrorKind::Interrupted,
        Outcome::Unknown,
    );
}

#[tokio::test]
async fn read_without_answer_is_unknown() {
    let silent = async |mut stream: TcpStream| {
        // Ends when the client gives up.
        let _ = stream.read(&mut [0; 1]).await;
    };
    assert_failed(against(silent).await, ErrorKind::Timeout, Outcome::Unknown);
}

async fn say(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.unwrap();
}

#[tokio::test]
async fn half_a_body_is_unknown() {
    let half = async |mut stream: TcpStream| {
        say(
            &mut stream,
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"success\":",
        )
        .await;
    };
    assert_failed(
        against(half).await,
        ErrorKind::Interrupted,
        Outcome::Unknown,
    );
}

#[tokio::test]
async fn bad_json_is_unknown() {
    let html = async |mut stream: TcpStream| {
        say(
            &mut stream,
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
        )
        .await;
    };
    let answer = against(html).await.unwrap();
    let parsed = json::parse::<Vec<String>>(&answer.body);
    assert_failed(parsed, ErrorKind::Malformed, Outcome::Unknown);
}

#[tokio::test]
async fn oversize_body_is_unknown() {
    let flood = async |mut stream: TcpStream| {
        say(&mut stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").await;
        let chunk = vec![b' '; 64 * 1024];
        // The client hangs up when it has had enough; the bound ends a client that does not.
        for _ in 0..=(2 * MAX_ANSWER_BYTES / chunk.len()) {
            if stream.write_all(&chunk).await.is_err() {
                break;
            }
        }
    };
    assert_failed(against(flood).await, ErrorKind::Malformed, Outcome::Unknown);
}

#[tokio::test]
async fn redirect_is_an_answer_and_not_followed() {
    let redirect = async |mut stream: TcpStream| {
        let text = "HTTP/1.1 307 T\r\nLocation: /other\r\nX-Seen: a\r\nContent-Length: 0\r\n\r\n";
        say(&mut stream, text).await;
    };
    let answer = against(redirect).await.unwrap();
    assert_eq!(answer.status.as_u16(), 307);
    assert_eq!(answer.header("x-seen"), Some("a"));
}

#[tokio::test]
async fn request_that_cannot_be_built_was_not_sent() {
    let transport = Transport::new(TransportSettings {
        connect_timeout: Duration::from_secs(1),
        keep_connections: false,
    })
    .unwrap();
    let url = format!("ftp://127.0.0.1/{SECRET}").parse().unwrap();
    let result = transport.send(Request::new(Method::POST, url)).await;
    assert_failed(result, ErrorKind::Settings, Outcome::NotSent);
}
