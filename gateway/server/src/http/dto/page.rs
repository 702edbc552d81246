use serde::Serialize;
use utoipa::ToSchema;

use super::{
    ApiKeyDto, AuditRecordDto, AuthorizationDto, BatchDto, BatchItemDto, BudgetDto, CardDto,
    CardTypeDto, DisputeDto, EnrolmentDto, InstanceDto, LedgerEntryDto, OperationDto,
    SpendControlDto, TenantDto, TenantOperationDto, TransactionDto,
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
    ApiKeyPage of ApiKeyDto;
    AuditPage of AuditRecordDto;
    AuthorizationPage of AuthorizationDto;
    BatchItemPage of BatchItemDto;
    BatchPage of BatchDto;
    BudgetPage of BudgetDto;
    CardPage of CardDto;
    CardTypePage of CardTypeDto;
    DisputePage of DisputeDto;
    EnrolmentPage of EnrolmentDto;
    InstancePage of InstanceDto;
    LedgerEntryPage of LedgerEntryDto;
    OperationPage of OperationDto;
    SpendControlPage of SpendControlDto;
    TenantOperationPage of TenantOperationDto;
    TenantPage of TenantDto;
    TransactionPage of TransactionDto;
}
