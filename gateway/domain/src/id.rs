//! Typed ids: a prefix and a UUIDv7 in TypeID form (`card_01h…`), sortable by time of creation.
//!
//! One list of kinds; an id of one kind never passes for another. Databases keep the UUID, clients
//! see the text. `FromStr` refuses a foreign prefix.

use type_safe_id::{StaticType, TypeSafeId};

macro_rules! id_kinds {
    ($($(#[$doc:meta])* $kind:ident => $alias:ident = $prefix:literal;)+) => {
        /// The kinds of id; each is a marker with its text prefix.
        pub mod kind {
            $(#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)] pub struct $kind;)+
        }
        $(
            impl StaticType for kind::$kind {
                const TYPE: &'static str = $prefix;
            }
            $(#[$doc])*
            pub type $alias = TypeSafeId<kind::$kind>;
        )+
    };
}

id_kinds! {
    /// An API key's public id; the secret half is never an id.
    ApiKey => ApiKeyId = "key";
    /// What a provider asked us to decide, and all that came of it.
    Authorization => AuthorizationId = "azn";
    /// A line of the audit trail.
    Audit => AuditId = "aud";
    /// Many cards asked for at once.
    Batch => BatchId = "batch";
    /// One card of a batch; clients see its index.
    BatchItem => BatchItemId = "bitem";
    /// A pool of money several cards share.
    Budget => BudgetId = "bud";
    /// A card of the registry; outlives the provider's own id.
    Card => CardId = "card";
    /// A programme or BIN cards are issued from, at one provider instance.
    CardType => CardTypeId = "ctype";
    /// A person or business known to a tenant.
    Customer => CustomerId = "cus";
    /// A transaction a tenant contests.
    Dispute => DisputeId = "dsp";
    /// A file about a customer, kept by a provider.
    Document => DocumentId = "doc";
    /// A customer at one provider.
    Enrolment => EnrolmentId = "enr";
    /// A normalised fact in the event stream.
    Event => EventId = "evt";
    /// A stored inbound webhook.
    InboundWebhook => InboundWebhookId = "hook";
    /// A job of the worker.
    Job => JobId = "job";
    /// The accounts of one budget or card in the gateway's ledger.
    LedgerBook => LedgerBookId = "book";
    /// One movement of money in the ledger.
    LedgerTransfer => LedgerTransferId = "ltr";
    /// One intended change at a provider.
    Operation => OperationId = "op";
    /// One HTTP request to the gateway.
    Request => RequestId = "req";
    /// Rules the gateway enforces on what cards spend.
    SpendControl => SpendControlId = "sctl";
    /// What a card did: one life cycle of authorization, clearing, reversal …
    Transaction => TransactionId = "txn";
}

/// A new id. Ids made one after the other by one process sort in that order, also within a
/// millisecond, which `TypeSafeId::new` does not promise.
pub fn fresh<K: StaticType>() -> TypeSafeId<K> {
    TypeSafeId::from_uuid(uuid::Uuid::now_v7())
}

/// A name out of configuration: tenant, provider instance.
///
/// `[a-z][a-z0-9_]*`, at most 63 bytes, so that it is also a valid environment variable part, path
/// segment and metric label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(std::sync::Arc<str>);

/// Why a text is not a [`Name`].
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("must be 1 to 63 characters of a-z, 0-9 and _, beginning with a letter")]
pub struct BadName;

impl Name {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Name {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let starts_well = text.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if starts_well && text.len() <= 63 && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(BadName)
        }
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// A customer of the platform operator; nothing crosses tenants.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TenantId(pub Name);

/// A configured provider: credentials, base URL, mode. Two instances of one kind are normal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InstanceId(pub Name);

impl InstanceId {
    /// The gateway's own ledger where the instance of a budget is named; configuration may not use
    /// the name.
    pub fn ledger() -> Self {
        Self(Name("ledger".into()))
    }
}

macro_rules! named {
    ($($id:ident),+) => {$(
        impl $id {
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }
        impl std::str::FromStr for $id {
            type Err = BadName;
            fn from_str(text: &str) -> Result<Self, BadName> {
                text.parse().map(Self)
            }
        }
        impl std::fmt::Display for $id {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    )+};
}
named!(TenantId, InstanceId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_text_round_trips_and_refuses_another_kind() {
        let id: CardId = fresh();
        let text = id.to_string();
        assert!(text.starts_with("card_"));
        assert_eq!(text.parse::<CardId>().unwrap(), id);
        assert!(text.parse::<OperationId>().is_err());
        assert!("card_zzz".parse::<CardId>().is_err());
    }

    #[test]
    fn fresh_ids_sort_in_the_order_they_were_made() {
        let ids: Vec<CardId> = (0..1000).map(|_| fresh()).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn name_with_foreign_characters_is_refused() {
        assert!("fincard_main2".parse::<Name>().is_ok());
        for bad in ["", "2x", "_x", "Main", "a-b", "a b", &"a".repeat(64)] {
            assert_eq!(bad.parse::<Name>(), Err(BadName), "{bad:?}");
        }
    }
}
