use serde::Serialize;
use utoipa::ToSchema;

use super::{CardDto, CardTypeDto, OperationDto};

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
    CardPage of CardDto;
    CardTypePage of CardTypeDto;
    OperationPage of OperationDto;
}
