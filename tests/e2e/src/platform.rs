//! The tenant's own decision endpoint: answers as it is told, or does not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use cardmux_emulator_kit::clock::pause;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What it does with a question.
#[derive(Debug, Clone)]
pub enum Behaviour {
    Approve,
    Decline,
    /// Answers after that long.
    After(Duration, Box<Behaviour>),
    /// Takes the question and closes the connection.
    HangUp,
    /// HTTP 200 with that body.
    Says(&'static str),
    /// An HTTP error.
    Fails,
}

/// A question as it came.
#[derive(Debug, Clone)]
pub struct Question {
    pub headers: Vec<(String, String)>,
    pub raw: String,
    pub body: Value,
}

impl Question {
    pub fn header(&self, name: &str) -> &str {
        let mut headers = self.headers.iter();
        let found = headers.find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }
}

#[derive(Clone)]
struct Shared {
    behaviour: Arc<Mutex<Behaviour>>,
    asked: Arc<Mutex<Vec<Question>>>,
}

pub struct Platform {
    pub url: String,
    shared: Shared,
    _tasks: JoinSet<()>,
}

impl Platform {
    pub async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/decisions", listener.local_addr().unwrap());
        let shared = Shared {
            behaviour: Arc::new(Mutex::new(behaviour)),
            asked: Arc::default(),
        };
        let mut tasks = JoinSet::new();
        let serving = shared.clone();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, serving.clone()));
            }
        });
        Self {
            url,
            shared,
            _tasks: tasks,
        }
    }

    pub fn behaves(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    pub fn asked(&self) -> Vec<Question> {
        self.shared.asked.lock().unwrap().clone()
    }
}

/// One connection, request by request, until one of both has enough.
async fn serve(mut stream: TcpStream, shared: Shared) {
    while let Some(question) = read(&mut stream).await {
        shared.asked.lock().unwrap().push(question);
        let behaviour = shared.behaviour.lock().unwrap().clone();
        let Some(answer) = answer(behaviour).await else {
            return;
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn answer(mut behaviour: Behaviour) -> Option<String> {
    while let Behaviour::After(delay, next) = behaviour {
        pause(delay).await;
        behaviour = *next;
    }
    let (status, body) = match behaviour {
        Behaviour::Approve => (200, r#"{"decision":"approve"}"#),
        Behaviour::Decline => (200, r#"{"decision":"decline","reason":"not today"}"#),
        Behaviour::Says(body) => (200, body),
        Behaviour::Fails => (500, "{}"),
        Behaviour::HangUp | Behaviour::After(..) => return None,
    };
    let length = body.len();
    Some(format!(
        "HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    ))
}

async fn read(stream: &mut TcpStream) -> Option<Question> {
    const END: &[u8] = b"\r\n\r\n";
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(at) = bytes.windows(END.len()).position(|w| w == END) {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let headers: Vec<(String, String)> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.map_or(0, |(_, value)| value.parse().unwrap());
    let begin = head + END.len();
    while bytes.len() < begin + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let raw = String::from_utf8_lossy(&bytes[begin..begin + length]).into_owned();
    let body = serde_json::from_str(&raw).unwrap_or_default();
    Some(Question { headers, raw, body })
}
