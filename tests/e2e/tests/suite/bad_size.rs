//! Ten megabytes where kilobytes are expected.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use cardmux_e2e::{Database, World, on_both_databases};
use serde_json::Value;

use crate::setup;

on_both_databases! {
    body_of_ten_megabytes_is_refused_and_nothing_written,
}

const SIZE: usize = 10 * 1024 * 1024;

async fn body_of_ten_megabytes_is_refused_and_nothing_written(database: Database) {
    let world = World::start(database, setup()).await;
    let before = world.written(&world.acme).await;
    for path in ["/v1/cards", "/hooks/fincard_main"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {SIZE}\r\n\r\n",
            world.acme.key(),
        );
        let address = world.gateway.url().replace("http://", "");
        let exchange = move || exchange(&address, head.as_bytes());
        let answer = tokio::task::spawn_blocking(exchange).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
        assert!(head.starts_with("HTTP/1.1 413 "), "{path}: {answer}");
        assert!(
            head.contains("application/problem+json"),
            "{path}: {answer}"
        );
        let problem: Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["code"], "body_too_large", "{path}: {problem}");
    }
    assert_eq!(world.written(&world.acme).await, before);
    assert!(world.emulator.changes().await.is_empty());
}

/// What the gateway says although the client goes on sending. A plain socket, because clients give
/// up at the first byte they cannot send and then have no answer to show.
fn exchange(address: &str, head: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
        .set_write_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(head).unwrap();
    // Ends early, with an error, when the gateway closes the connection.
    let _ = stream.write_all(&vec![b'x'; SIZE]);
    let mut answer = Vec::new();
    // What arrived before a reset is kept.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8(answer).unwrap()
}
