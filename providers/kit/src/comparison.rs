//! Telling by a card before and after whether money moved, for providers that leave no other trace.
//!
//! Nothing is guessed: what does not fit exactly is [`Moved::Unclear`], with what was seen, and goes
//! to a person.

use cardmux_domain::card::CardFunds;
use cardmux_domain::money::{Decimal, Money};

/// What the comparison shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// Exactly the amount moved.
    Yes,
    /// Nothing moved: not done, or not shown yet.
    No,
    /// Something else moved; what was seen.
    Unclear(Vec<String>),
}

/// Which way the money was to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    OntoTheCard,
    OffTheCard,
}

/// Whether `amount` moved between the two readings. `others` are the other movements of the card
/// since the first reading, in words: with any, its balance proves nothing.
pub fn moved(
    before: &CardFunds,
    after: &CardFunds,
    way: Way,
    amount: Money,
    others: &[String],
) -> Moved {
    let (total, sign) = match way {
        Way::OntoTheCard => (both(before.deposited, after.deposited), Decimal::ONE),
        Way::OffTheCard => (
            both(before.withdrawn, after.withdrawn),
            Decimal::NEGATIVE_ONE,
        ),
    };
    // A running total counts nothing but this way, so spending does not disturb it.
    if let Some((was, is)) = total {
        return judge("total", was, is, amount.amount, &[]);
    }
    match both(before.balance, after.balance) {
        Some((was, is)) => judge("balance", was, is, sign * amount.amount, others),
        None => Moved::Unclear(vec![
            "the provider showed neither totals nor a balance".to_owned(),
        ]),
    }
}

fn both(before: Option<Money>, after: Option<Money>) -> Option<(Money, Money)> {
    before
        .zip(after)
        .filter(|(before, after)| before.currency == after.currency)
}

fn judge(what: &str, was: Money, is: Money, wanted: Decimal, others: &[String]) -> Moved {
    let difference = is.amount - was.amount;
    if others.is_empty() && difference == wanted {
        return Moved::Yes;
    }
    if others.is_empty() && difference.is_zero() {
        return Moved::No;
    }
    let mut seen = vec![format!(
        "{what} was {} {}, is {}; expected a difference of {wanted} or none",
        was.amount, was.currency, is.amount
    )];
    seen.extend_from_slice(others);
    Moved::Unclear(seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Option<Money> {
        Some(Money::new(text.parse().unwrap(), "USD".parse().unwrap()))
    }

    fn funds(balance: &str, deposited: Option<&str>) -> CardFunds {
        CardFunds {
            balance: usd(balance),
            deposited: deposited.and_then(usd),
            withdrawn: None,
        }
    }

    fn deposit(before: CardFunds, after: CardFunds, others: &[&str]) -> Moved {
        let others: Vec<String> = others.iter().map(|&o| o.to_owned()).collect();
        moved(
            &before,
            &after,
            Way::OntoTheCard,
            usd("5").unwrap(),
            &others,
        )
    }

    #[test]
    fn totals_decide_whatever_was_spent_meanwhile() {
        let before = funds("10", Some("10"));
        assert_eq!(deposit(before, funds("2", Some("15.00")), &[]), Moved::Yes);
        assert_eq!(deposit(before, funds("5", Some("10")), &[]), Moved::No);
        let part = deposit(before, funds("14", Some("14")), &[]);
        assert!(matches!(part, Moved::Unclear(_)));
    }

    #[test]
    fn balance_decides_only_where_nothing_else_moved() {
        let before = funds("10", None);
        assert_eq!(deposit(before, funds("15", None), &[]), Moved::Yes);
        assert_eq!(deposit(before, funds("10", None), &[]), Moved::No);
        for after in ["10", "15", "14"] {
            let seen = deposit(before, funds(after, None), &["a purchase of 5 USD"]);
            assert!(matches!(seen, Moved::Unclear(_)), "{after}");
        }
        let off = moved(
            &before,
            &funds("5", None),
            Way::OffTheCard,
            usd("5").unwrap(),
            &[],
        );
        assert_eq!(off, Moved::Yes);
    }

    #[test]
    fn nothing_shown_proves_nothing() {
        let none = CardFunds::default();
        assert!(matches!(deposit(none, none, &[]), Moved::Unclear(_)));
    }
}
