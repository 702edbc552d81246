//! The shapes of the API. They meet the domain here, and nowhere else.

mod answer;
mod card;
mod card_type;
mod money;
mod operation;
mod page;

pub use answer::{AnswerResponse, render_answer};
pub use card::{CardBody, CardChangeBody, CardDto, IssueCardBody, PatchCardBody};
pub use card_type::CardTypeDto;
pub use money::{BalanceDto, MoneyDto};
pub use operation::OperationDto;
pub use page::{CardPage, CardTypePage, OperationPage};
