use serde::Serialize;
use utoipa::ToSchema;

use super::{
    AuthorizationDto, BatchDto, BatchItemDto, BudgetDto, CardDto, CardTypeDto, DisputeDto,
    EnrolmentDto, LedgerEntryDto, OperationDto, SpendControlDto, TransactionDto,
};

macro_rules! pages {
    ($($name:ident of $item:ident;)+) => {$(
        /// A page of a list; `nextCursor` is null on the last one.
        #[derive(Debug, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            pub data: Vec<$item>,
            pub next_cursor: Option<String>,
        }
    )+};
}

pages! {
    AuthorizationPage of AuthorizationDto;
    BatchItemPage of BatchItemDto;
    BatchPage of BatchDto;
    BudgetPage of BudgetDto;
    CardPage of CardDto;
    CardTypePage of CardTypeDto;
    DisputePage of DisputeDto;
    EnrolmentPage of EnrolmentDto;
    LedgerEntryPage of LedgerEntryDto;
    OperationPage of OperationDto;
    SpendControlPage of SpendControlDto;
    TransactionPage of TransactionDto;
}
