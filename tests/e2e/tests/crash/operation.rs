//! What is killed on its way, and what makes the kinds of it differ.

use std::fmt;

use cardmux_e2e::Dialect;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    Issue,
    Deposit,
    Enrol,
    UpdateEnrolment,
    CreateBudget,
    FundBudget,
    WithdrawBudget,
    Activate,
    SetPin,
    UpdateControls,
    UpdateNote,
}

impl Operation {
    pub const ALL: [Self; 11] = [
        Self::Issue,
        Self::Deposit,
        Self::Enrol,
        Self::UpdateEnrolment,
        Self::CreateBudget,
        Self::FundBudget,
        Self::WithdrawBudget,
        Self::Activate,
        Self::SetPin,
        Self::UpdateControls,
        Self::UpdateNote,
    ];

    /// The API's word.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Deposit => "deposit",
            Self::Enrol => "enrol",
            Self::UpdateEnrolment => "update_enrolment",
            Self::CreateBudget => "create_budget",
            Self::FundBudget => "fund_budget",
            Self::WithdrawBudget => "withdraw_budget",
            Self::Activate => "activate",
            Self::SetPin => "set_pin",
            Self::UpdateControls => "update_controls",
            Self::UpdateNote => "update_note",
        }
    }

    /// The end of the path it takes at the provider.
    pub fn path(self, dialect: Dialect) -> &'static str {
        let (finhub, upstream) = match self {
            Self::Issue => return dialect.open_card(),
            Self::Deposit => return "/card/deposit",
            Self::Enrol => return "/card/holder/v2/create",
            Self::UpdateEnrolment => return "/card/holder/v2/update",
            Self::CreateBudget => return "/account/create",
            Self::FundBudget | Self::WithdrawBudget => return "/account/transfer",
            Self::Activate => ("/card/activate", "/card/physicalCard/activeCard"),
            Self::SetPin => ("/card/updatePin", "/card/physicalCard/updatePin"),
            Self::UpdateControls => ("/card/v2/update", "/card/updateAttribute"),
            Self::UpdateNote => ("/card/v2/updateNote", "/card/note"),
        };
        match dialect {
            Dialect::Finhub => finhub,
            Dialect::Upstream => upstream,
        }
    }

    /// How many operations come before it: its card, budget or enrolment has to be there.
    pub fn preparations(self) -> usize {
        match self {
            Self::Issue | Self::Enrol | Self::CreateBudget => 0,
            Self::Deposit
            | Self::UpdateEnrolment
            | Self::FundBudget
            | Self::UpdateControls
            | Self::UpdateNote => 1,
            // The budget and its money; the cardholder and the card.
            Self::WithdrawBudget | Self::Activate => 2,
            Self::SetPin => 3,
        }
    }

    /// Whether the gateway may hand it over again. Not with a secret, which it does not keep; and
    /// not where the provider takes no number of ours: a budget made twice would be two.
    pub fn is_sent_again(self) -> bool {
        match self {
            Self::CreateBudget | Self::Activate | Self::SetPin => false,
            Self::Issue
            | Self::Deposit
            | Self::Enrol
            | Self::UpdateEnrolment
            | Self::FundBudget
            | Self::WithdrawBudget
            | Self::UpdateControls
            | Self::UpdateNote => true,
        }
    }

    /// Whether the provider refuses our number the second time.
    pub fn has_number(self) -> bool {
        match self {
            Self::UpdateEnrolment | Self::CreateBudget | Self::UpdateNote => false,
            Self::Issue
            | Self::Deposit
            | Self::Enrol
            | Self::FundBudget
            | Self::WithdrawBudget
            | Self::Activate
            | Self::SetPin
            | Self::UpdateControls => true,
        }
    }

    /// A transfer has no webhook and no query by number: ledger and duplicate refusal are all.
    pub fn is_transfer(self) -> bool {
        matches!(self, Self::FundBudget | Self::WithdrawBudget)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.kind())
    }
}
