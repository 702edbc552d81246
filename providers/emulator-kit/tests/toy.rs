//! The kit around the smallest provider there is: it counts.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use cardmux_emulator_kit::running::Parts;
use cardmux_emulator_kit::{Kit, Options, Running, Wire};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Serialize, Deserialize)]
struct Count(u64);

async fn count(State(kit): State<Arc<Kit<Count>>>) -> String {
    let write = |Count(count): &mut Count| {
        *count += 1;
        count.to_string()
    };
    kit.store.write(|state, _| write(state)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Toy {
        running: Running,
        kit: Arc<Kit<Count>>,
    }

    async fn start(options: Options) -> Toy {
        let wire = Wire {
            retry_gaps: &[],
            acknowledged: |_| true,
            reference_field: "reference",
        };
        let kit = Arc::new(Kit::open(&options, wire, |_| Ok(Count(0))).unwrap());
        let provider = Router::new()
            .route("/count", post(count))
            .with_state(Arc::clone(&kit));
        let parts = Parts {
            provider,
            control: Router::new(),
            background: std::future::pending(),
        };
        let settings = |url: &str| json!({"base_url": url});
        let running = Running::start(Arc::clone(&kit), options.listen, parts, settings);
        Toy {
            running: running.await.unwrap(),
            kit,
        }
    }

    impl Toy {
        fn count(&self) -> u64 {
            self.kit.store.read(|Count(count), _| *count)
        }

        fn fault(&self, rule: Value) {
            self.kit
                .gate
                .faults
                .replace(vec![serde_json::from_value(rule).unwrap()]);
        }

        /// Every byte the server sends back until it closes the connection.
        async fn raw(&self) -> String {
            let address = self.running.url().strip_prefix("http://").unwrap();
            let mut stream = TcpStream::connect(address).await.unwrap();
            let request = "POST /count HTTP/1.1\r\nhost: toy\r\ncontent-length: 17\r\n\
                           connection: close\r\n\r\n{\"reference\":\"r\"}";
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            let read = stream.read_to_end(&mut answer);
            // A reset is a way of closing as well.
            let _ = tokio::time::timeout(Duration::from_secs(10), read)
                .await
                .unwrap();
            String::from_utf8(answer).unwrap()
        }
    }

    #[tokio::test]
    async fn a_dropped_connection_carries_no_byte_of_answer() {
        let toy = start(Options::default()).await;
        toy.fault(json!({"kind": "drop_before"}));
        assert_eq!((toy.raw().await, toy.count()), (String::new(), 0));
        toy.fault(json!({"kind": "drop_after"}));
        assert_eq!((toy.raw().await, toy.count()), (String::new(), 1));
    }

    #[tokio::test]
    async fn a_hang_ends_without_an_answer() {
        let toy = start(Options::default()).await;
        toy.fault(json!({"kind": "hang", "millis": 20}));
        assert_eq!((toy.raw().await, toy.count()), (String::new(), 0));
    }

    #[tokio::test]
    async fn a_call_is_logged_with_its_reference() {
        let toy = start(Options::default()).await;
        assert!(toy.raw().await.ends_with("\r\n\r\n1"));
        let calls = toy.kit.gate.calls.all();
        assert_eq!(
            (calls[0].path.as_str(), calls[0].reference.as_deref()),
            ("/count", Some("r"))
        );
    }

    #[tokio::test]
    async fn the_state_file_is_whole_after_every_change_and_read_at_start() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        let options = Options {
            state_file: Some(file.clone()),
            ..Options::default()
        };
        let toy = start(options.clone()).await;
        toy.raw().await;
        let saved: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(saved["provider"], json!(1));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        toy.running.shutdown().await;
        assert_eq!(start(options).await.count(), 1);
    }

    #[tokio::test]
    async fn after_shutdown_nobody_listens() {
        let toy = start(Options::default()).await;
        let address = toy
            .running
            .url()
            .strip_prefix("http://")
            .unwrap()
            .to_owned();
        assert!(TcpStream::connect(&address).await.is_ok());
        toy.running.shutdown().await;
        assert!(TcpStream::connect(&address).await.is_err());
    }
}
