//! FINCI's JSON. What answers hold beyond these fields is skipped.

pub mod card;
pub mod customer;
pub mod envelope;
pub mod message;

use std::borrow::Cow;

use cardmux_domain::provider::{ErrorKind, ProviderError};
use cardmux_provider_kit::transport::Method;

use crate::settings::Paths;

/// Ids have 18 to 20 digits (D); longer than any of them.
const MAX_ID: usize = 64;

/// Every call there is.
#[derive(Debug, Clone, Copy)]
pub enum Endpoint<'a> {
    CreateClient,
    CreateCorporate,
    CreateEmployee,
    CreateAccount,
    CreateCard,
    GetCards,
    UpdateCardStatus(&'a str),
    UpdateCardStage(&'a str),
}

impl Endpoint<'_> {
    pub fn method(self) -> Method {
        match self {
            Self::CreateClient
            | Self::CreateCorporate
            | Self::CreateEmployee
            | Self::CreateAccount
            | Self::CreateCard
            | Self::GetCards => Method::POST,
            Self::UpdateCardStatus(_) | Self::UpdateCardStage(_) => Method::PATCH,
        }
    }

    /// Below the prefix.
    pub fn path(self, paths: &Paths) -> Cow<'_, str> {
        let of_card = |path: &str, token_id: &str| Cow::Owned(format!("{path}/{token_id}"));
        match self {
            Self::CreateClient => Cow::Borrowed(&paths.create_client),
            Self::CreateCorporate => Cow::Borrowed(&paths.create_corporate),
            Self::CreateEmployee => Cow::Borrowed(&paths.create_employee),
            Self::CreateAccount => Cow::Borrowed(&paths.create_account),
            Self::CreateCard => Cow::Borrowed(&paths.create_card),
            Self::GetCards => Cow::Borrowed(&paths.get_cards),
            Self::UpdateCardStatus(token_id) => of_card(&paths.update_card_status, token_id),
            Self::UpdateCardStage(token_id) => of_card(&paths.update_card_stage, token_id),
        }
    }
}

/// An id that is a segment of a path, and nothing else.
pub fn checked(id: &str) -> Result<&str, ProviderError> {
    is_id(id)
        .then_some(id)
        .ok_or_else(|| ProviderError::rejected(ErrorKind::NotFound, "this is no id of FINCI's"))
}

pub fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    !text.is_empty() && text.len() <= MAX_ID && text.bytes().all(plain)
}
