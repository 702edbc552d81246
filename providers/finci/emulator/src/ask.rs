//! The question before a purchase, and what counts as an answer.
//!
//! Documented: `success` or `error` inside 3 seconds, `InsufficientFunds` otherwise (D). Our choice:
//! the envelope as its shape; approval needs a 2xx, a decline may have any status; a redirect, 64 KiB
//! and more, text that is no JSON or another word are no answer.

use std::time::{Duration, Instant};

use cardmux_emulator_kit::EmulatorError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::hooks::ASKED_AT;
use crate::quirks::AnswerWords;

/// An answer is a few dozen bytes; more is not read.
const ANSWER_LIMIT: usize = 64 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    Success,
    Error,
    /// Nothing that can be read, in time.
    None,
}

/// What came back to one question.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Reply {
    pub answered: Word,
    pub took_ms: u64,
    /// The HTTP status, if there was one in time.
    pub answer_status: Option<u16>,
}

impl Reply {
    /// Where nothing was asked.
    pub const SILENCE: Self = Self {
        answered: Word::None,
        took_ms: 0,
        answer_status: None,
    };
}

pub struct Asker {
    client: reqwest::Client,
    limit: Duration,
}

impl Asker {
    pub fn new(limit: Duration) -> Result<Self, EmulatorError> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(EmulatorError::Client)?;
        Ok(Self { client, limit })
    }

    /// Asks below `url`, which is absent until an endpoint is registered.
    pub async fn ask(&self, url: Option<String>, body: String, words: AnswerWords) -> Reply {
        let Some(url) = url else {
            return Reply::SILENCE;
        };
        let started = Instant::now();
        let mut answer_status = None;
        let asked = self.exchange(format!("{url}{ASKED_AT}"), body, &mut answer_status);
        let read = tokio::time::timeout(self.limit, asked).await;
        let text = read.ok().flatten();
        let success = answer_status.is_some_and(|status| (200..300).contains(&status));
        Reply {
            answered: text.map_or(Word::None, |text| word(&text, success, words)),
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            answer_status,
        }
    }

    async fn exchange(
        &self,
        url: String,
        body: String,
        status: &mut Option<u16>,
    ) -> Option<Vec<u8>> {
        let request = self
            .client
            .post(url)
            .header("Content-Type", "application/json");
        let mut answer = request.body(body).send().await.ok()?;
        *status = Some(answer.status().as_u16());
        let mut text = Vec::new();
        while let Some(chunk) = answer.chunk().await.ok()? {
            text.extend_from_slice(&chunk);
            if text.len() > ANSWER_LIMIT {
                return None;
            }
        }
        Some(text)
    }
}

fn word(text: &[u8], success: bool, words: AnswerWords) -> Word {
    let (yes, no) = match words {
        AnswerWords::SuccessError => ("success", "error"),
        AnswerWords::ApproveDecline => ("approve", "decline"),
    };
    let body: Value = serde_json::from_slice(text).unwrap_or_default();
    let said = body.get("status").and_then(Value::as_str);
    if said == Some(yes) && success {
        Word::Success
    } else if said == Some(no) {
        Word::Error
    } else {
        Word::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_of_each_answer_is_read_as_chosen() {
        let words = AnswerWords::SuccessError;
        for (text, success, expected) in [
            (r#"{"status":"success"}"#, true, Word::Success),
            (r#"{"status":"success"}"#, false, Word::None),
            (
                r#"{"status":"error","errors":["DECLINED"]}"#,
                true,
                Word::Error,
            ),
            (r#"{"status":"error"}"#, false, Word::Error),
            (r#"{"status":"approve"}"#, true, Word::None),
            ("success", true, Word::None),
            ("", true, Word::None),
        ] {
            assert_eq!(word(text.as_bytes(), success, words), expected, "{text}");
        }
        let older = AnswerWords::ApproveDecline;
        assert_eq!(word(br#"{"status":"approve"}"#, true, older), Word::Success);
        assert_eq!(word(br#"{"status":"decline"}"#, true, older), Word::Error);
    }
}
