//! The shapes of the API. They meet the domain here, and nowhere else.

mod admin;
mod answer;
mod authorization;
mod backtest;
mod batch;
mod budget;
mod card;
mod card_form;
mod card_type;
mod change_card;
mod controls;
mod create_batch;
mod create_budget;
mod customer;
mod dispute;
mod document;
mod enrolment;
mod event;
mod event_data;
mod issue_card;
mod ledger;
mod money;
pub mod open;
mod operation;
mod page;
mod reference;
mod reveal;
mod routing;
mod secret;
mod simulate;
mod spend_control;
mod transaction;

pub use admin::{
    ApiKeyDto, AuditRecordDto, ConfigDto, CreateApiKeyBody, DecideOperationBody, InstanceDto,
    MadeApiKeyDto, ReloadedDto, RotateApiKeyBody, TenantDto, TenantOperationDto,
};
pub use answer::{AnswerResponse, REPLAYED, render_answer};
pub use authorization::AuthorizationDto;
pub use backtest::{BacktestBody, BacktestDto};
pub use batch::{BatchDto, BatchItemDto};
pub use budget::BudgetDto;
pub use card::{CardDto, PatchCardBody};
pub use card_type::CardTypeDto;
pub use change_card::{
    ActivateCardBody, CardBody, CardChangeBody, OrderPhysicalBody, SetNoteBody, SetPinBody,
};
pub use controls::{CardControlsDto, ControlsDto, in_currency};
pub use create_batch::CreateBatchBody;
pub use create_budget::CreateBudgetBody;
pub use customer::{CreateCustomerBody, CustomerDto, CustomerPage, PatchCustomerBody};
pub use dispute::{DisputeDto, OpenDisputeBody};
pub use document::{DocumentDto, UploadForm};
pub use enrolment::{EnrolCustomerBody, EnrolmentDto};
pub use event::EventPage;
pub use event_data::EventDataDto;
pub use issue_card::IssueCardBody;
pub use ledger::{FundingAccountsDto, LedgerEntryDto};
pub use money::{BalanceDto, MoneyDto};
pub use operation::OperationDto;
pub use page::{
    ApiKeyPage, AuditPage, AuthorizationPage, BatchItemPage, BatchPage, BudgetPage, CardPage,
    CardTypePage, DisputePage, EnrolmentPage, InstancePage, LedgerEntryPage, OperationPage,
    SpendControlPage, TenantOperationPage, TenantPage, TransactionPage,
};
pub use reference::{CityList, DialCodeList, OccupationList, RegionList};
pub use reveal::{ChallengesDto, RevealBody, RevealDto};
pub use routing::{ExplanationDto, RoutingDto};
pub use simulate::{
    AmountBody, AuthorizeBody, ChallengeBody, ChargeBody, DecideDisputeBody, FeePatchBody,
    PartBody, RejectBody, SimulatedDto,
};
pub use spend_control::{CreateSpendControlBody, PatchSpendControlBody, SpendControlDto};
pub use transaction::{MerchantDto, TransactionDto};
