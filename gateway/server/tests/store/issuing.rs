//! Customers, enrolments, budgets, transactions, and what is only ever added.

use cardmux::store::audit::{self, AuditRecord};
use cardmux::store::budgets::{self, BudgetFilter};
use cardmux::store::customers::{self, SealedProfile, StoredCustomer};
use cardmux::store::documents::{self, Document};
use cardmux::store::enrolments::{self, EnrolmentFilter};
use cardmux::store::transactions::{self, TransactionFilter};
use cardmux::store::{Change, Conflict, Store, WriteError, cards, events, operations};
use cardmux_domain::budget::{Budget, BudgetStatus};
use cardmux_domain::card::Balance;
use cardmux_domain::customer::CustomerKind;
use cardmux_domain::enrolment::{Enrolment, EnrolmentStatus};
use cardmux_domain::event::{EventData, EventKind, TransactionFacts};
use cardmux_domain::id::{
    AuditId, BudgetId, CardTypeId, CustomerId, DocumentId, EnrolmentId, OperationId, TransactionId,
};
use cardmux_domain::money::{Money, parse_amount};
use cardmux_domain::operation::{OperationKind, Reference, SubjectId};
use cardmux_domain::provider::TransactionReport;
use cardmux_domain::transaction::{
    ChargedTo, Merchant, Transaction, TransactionKind, TransactionStatus,
};

use crate::fixtures::*;

fn usd(text: &str) -> Money {
    Money::new(parse_amount(text).unwrap(), "USD".parse().unwrap())
}

fn customer() -> StoredCustomer {
    StoredCustomer {
        id: CustomerId::new(),
        tenant: tenant("demo"),
        kind: CustomerKind::Individual,
        external_id: Some("crm-1".to_owned()),
        metadata: [("k".to_owned(), "v".to_owned())].into(),
        profile: Some(SealedProfile {
            bytes: vec![0, 255, 7],
            key: "k1".to_owned(),
        }),
        erased_at: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn enrolment(of: &StoredCustomer) -> Enrolment {
    Enrolment {
        id: EnrolmentId::new(),
        tenant: of.tenant.clone(),
        customer_id: of.id,
        instance: "fincard_main".parse().unwrap(),
        type_id: CardTypeId::new(),
        status: EnrolmentStatus::ActionRequired,
        status_as_of: NOW,
        provider_ref: Some("620017".to_owned()),
        provider_status: Some("reject".to_owned()),
        review_stage: Some("admin".to_owned()),
        reason: Some("blurred".to_owned()),
        action_url: Some("https://verify.example/c1".to_owned()),
        pending_operation: Some(OperationId::new()),
        refresh_at: Some(later(5)),
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn budget() -> Budget {
    Budget {
        id: BudgetId::new(),
        tenant: tenant("demo"),
        instance: "fincard_main".parse().unwrap(),
        name: "Ads".to_owned(),
        status: BudgetStatus::Active,
        provider_ref: Some("1234567890123456789".to_owned()),
        currency: "USD".parse().unwrap(),
        balance: Some(Balance {
            money: usd("99327.04375"),
            as_of: NOW,
        }),
        external_id: Some("b-1".to_owned()),
        metadata: [("k".to_owned(), "v".to_owned())].into(),
        pending_operation: None,
        refresh_at: None,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub fn report() -> TransactionReport {
    TransactionReport {
        provider_ref: "TRN1".to_owned(),
        reference: Some(Reference::from_text("r")),
        authorization_ref: Some("a".to_owned()),
        card_ref: Some("FC1".to_owned()),
        original_ref: Some("TRN0".to_owned()),
        kind: TransactionKind::Purchase,
        provider_kind: "auth".to_owned(),
        status: TransactionStatus::Pending,
        provider_status: "authorized".to_owned(),
        amount: Some(usd("18.40")),
        billing_amount: Some(usd("20.11")),
        fee: Some(usd("0.3")),
        cross_border_fee: Some(usd("0")),
        settled_amount: None,
        settled_on: Some("2026-11-21".to_owned()),
        charged_to: ChargedTo::Card,
        authorization_code: Some("004217".to_owned()),
        merchant: Some(Merchant {
            name: Some("EXAMPLE SHOP".to_owned()),
            mcc: Some("5999".to_owned()),
            ..Merchant::default()
        }),
        description: Some("Auth".to_owned()),
        occurred_at: later(1),
    }
}

pub async fn customer_comes_back_the_same_and_is_found_by_its_key(store: Store) {
    let stored = customer();
    commit(&store, [Change::InsertCustomer(stored.clone())]).await;
    let tenant = &stored.tenant;
    let found = customers::get(&store, tenant, stored.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&stored));
    let foreign = crate::fixtures::tenant("other");
    assert_eq!(
        customers::get(&store, &foreign, stored.id).await.unwrap(),
        None
    );
    let listed = customers::list(&store, tenant, Some("crm-1"), None, 9).await;
    assert_eq!(listed.unwrap(), std::slice::from_ref(&stored));
    let due = customers::not_encrypted_with(&store, "k2", 9)
        .await
        .unwrap();
    assert_eq!(due.len(), 1);
    let none = customers::not_encrypted_with(&store, "k1", 9).await;
    assert_eq!(none.unwrap(), []);

    let erased = StoredCustomer {
        profile: None,
        external_id: None,
        erased_at: Some(later(1)),
        version: 2,
        ..stored.clone()
    };
    commit(&store, [Change::UpdateCustomer(erased.clone())]).await;
    let listed = customers::list(&store, tenant, None, None, 9).await;
    assert_eq!(listed.unwrap(), []);
    let found = customers::get(&store, tenant, stored.id).await.unwrap();
    assert_eq!(found, Some(erased.clone()));
    let again = store.commit(unit([Change::UpdateCustomer(erased)])).await;
    let conflict = WriteError::Conflict(Conflict::Customer(stored.id));
    assert_eq!(again.unwrap_err().to_string(), conflict.to_string());
}

pub async fn enrolment_comes_back_the_same_and_is_one_per_customer_and_type(store: Store) {
    let customer = customer();
    let stored = enrolment(&customer);
    commit(
        &store,
        [
            Change::InsertCustomer(customer.clone()),
            Change::InsertEnrolment(stored.clone()),
        ],
    )
    .await;
    let tenant = &stored.tenant;
    let found = enrolments::get(&store, tenant, stored.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&stored));
    let found = enrolments::of_customer(&store, tenant, customer.id, stored.type_id).await;
    assert_eq!(found.unwrap().as_ref(), Some(&stored));
    let found = enrolments::find_by_provider_ref(&store, &stored.instance, "620017").await;
    assert_eq!(found.unwrap().as_ref(), Some(&stored));
    let filter = EnrolmentFilter {
        customer_id: Some(customer.id),
        status: Some(EnrolmentStatus::ActionRequired),
    };
    let listed = enrolments::list(&store, tenant, &filter, None, 9).await;
    assert_eq!(listed.unwrap(), std::slice::from_ref(&stored));

    let mut second = enrolment(&customer);
    second.type_id = stored.type_id;
    second.provider_ref = None;
    let refused = store
        .commit(unit([Change::InsertEnrolment(second.clone())]))
        .await;
    let conflict = Conflict::Subject(SubjectId::Enrolment(second.id));
    assert!(matches!(refused, Err(WriteError::Conflict(c)) if c == conflict));
}

pub async fn budget_comes_back_the_same(store: Store) {
    let stored = budget();
    commit(&store, [Change::InsertBudget(stored.clone())]).await;
    let filter = BudgetFilter {
        instance: Some(stored.instance.clone()),
        status: Some(BudgetStatus::Active),
        external_id: stored.external_id.clone(),
    };
    let listed = budgets::list(&store, &stored.tenant, &filter, None, 9).await;
    assert_eq!(listed.unwrap(), std::slice::from_ref(&stored));
    let next = Budget {
        balance: None,
        version: 2,
        ..stored.clone()
    };
    commit(&store, [Change::UpdateBudget(next.clone())]).await;
    let found = budgets::get(&store, &stored.tenant, stored.id).await;
    assert_eq!(found.unwrap(), Some(next));
}

pub async fn refresh_asked_for_is_claimed_and_outdates_a_reading_under_way(store: Store) {
    let card = card(&stored_type(&store).await);
    let (budget, customer) = (budget(), customer());
    let mut enrolment = enrolment(&customer);
    enrolment.refresh_at = None;
    commit(
        &store,
        [
            Change::InsertCard(card.clone()),
            Change::InsertBudget(budget.clone()),
            Change::InsertCustomer(customer),
            Change::InsertEnrolment(enrolment.clone()),
        ],
    )
    .await;
    let subjects = [
        SubjectId::Card(card.id),
        SubjectId::Budget(budget.id),
        SubjectId::Enrolment(enrolment.id),
    ];
    let asked = subjects.map(|subject| Change::Refresh { subject, at: NOW });
    commit(&store, asked).await;
    let due = cards::claim_refresh(&store, NOW, later(9), 9)
        .await
        .unwrap();
    assert_eq!((due[0].id, due[0].version), (card.id, 2));
    let due = budgets::claim_refresh(&store, NOW, later(9), 9)
        .await
        .unwrap();
    assert_eq!((due[0].id, due[0].version), (budget.id, 2));
    let due = enrolments::claim_refresh(&store, NOW, later(9), 9)
        .await
        .unwrap();
    assert_eq!((due[0].id, due[0].version), (enrolment.id, 2));
    let again = budgets::claim_refresh(&store, NOW, later(9), 9).await;
    assert_eq!(again.unwrap(), []);
    let read_before = Budget {
        version: 2,
        ..budget
    };
    let stale = store
        .commit(unit([Change::UpdateBudget(read_before)]))
        .await;
    assert!(matches!(stale, Err(WriteError::Conflict(_))));
}

pub async fn operation_on_a_budget_or_enrolment_comes_back_the_same(store: Store) {
    let mut on_budget = operation(&card(&stored_type(&store).await));
    on_budget.kind = OperationKind::FundBudget;
    on_budget.subject = SubjectId::Budget(BudgetId::new());
    let mut on_enrolment = operation(&card(&stored_type(&store).await));
    on_enrolment.kind = OperationKind::Enrol;
    on_enrolment.subject = SubjectId::Enrolment(EnrolmentId::new());
    for stored in [on_budget, on_enrolment] {
        commit(&store, [Change::InsertOperation(stored.clone())]).await;
        let found = operations::get(&store, &stored.tenant, stored.id).await;
        assert_eq!(found.unwrap().as_ref(), Some(&stored));
        let filter = operations::OperationFilter {
            budget_id: stored.subject.budget(),
            enrolment_id: stored.subject.enrolment(),
            ..operations::OperationFilter::default()
        };
        let listed = operations::list(&store, &stored.tenant, &filter, None, 9).await;
        assert_eq!(listed.unwrap(), [stored]);
    }
}

pub async fn transaction_comes_back_the_same_and_is_one_per_provider_ref(store: Store) {
    let card = card(&stored_type(&store).await);
    let transaction = |report| Transaction {
        id: TransactionId::new(),
        tenant: card.tenant.clone(),
        card_id: card.id,
        instance: card.instance.clone(),
        report,
        version: 1,
        created_at: NOW,
        updated_at: NOW,
    };
    let original = transaction(TransactionReport {
        provider_ref: "TRN0".to_owned(),
        original_ref: None,
        ..report()
    });
    let stored = transaction(report());
    let inserts = [&original, &stored].map(|t| Change::InsertTransaction(t.clone()));
    commit(&store, [Change::InsertCard(card.clone())]).await;
    commit(&store, inserts).await;
    let found = transactions::find_by_provider_ref(&store, &card.instance, "TRN1").await;
    assert_eq!(found.unwrap().as_ref(), Some(&stored));
    let refs = [stored.report.provider_ref.clone()];
    let linked = transactions::linked(&store, &card.tenant, &refs, &["TRN0".to_owned()], 9).await;
    assert_eq!(linked.unwrap(), std::slice::from_ref(&original));

    let twice = store
        .commit(unit([Change::InsertTransaction(transaction(report()))]))
        .await;
    assert!(matches!(
        twice,
        Err(WriteError::Conflict(Conflict::Transaction(_)))
    ));
    let mut settled = stored.clone();
    settled.report.kind = TransactionKind::Other;
    settled.report.status = TransactionStatus::Settled;
    settled.report.charged_to = ChargedTo::FundingAccount;
    settled.version = 2;
    commit(&store, [Change::UpdateTransaction(settled.clone())]).await;
    let filter = TransactionFilter {
        card_id: Some(card.id),
        kind: Some(TransactionKind::Other),
        status: Some(TransactionStatus::Settled),
        charged_to: Some(ChargedTo::FundingAccount),
        from: Some(later(1)),
        to: Some(later(1)),
    };
    let listed = transactions::list(&store, &card.tenant, &filter, None, 9).await;
    assert_eq!(listed.unwrap(), [settled]);
    let foreign = transactions::get(&store, &tenant("other"), stored.id).await;
    assert_eq!(foreign.unwrap(), None);
}

pub async fn documents_audit_and_events_come_back_the_same(store: Store) {
    let customer = customer();
    let document = Document {
        id: DocumentId::new(),
        tenant: customer.tenant.clone(),
        customer_id: customer.id,
        instance: "fincard_main".parse().unwrap(),
        provider_ref: "file".to_owned(),
        media_type: "image/png".to_owned(),
        bytes: 17,
        created_at: NOW,
    };
    let record = AuditRecord {
        id: AuditId::new(),
        tenant: customer.tenant.clone(),
        action: "card.revealed".to_owned(),
        subject: "card_x".to_owned(),
        actor: "key_x".to_owned(),
        request_id: "req_x".to_owned(),
        created_at: NOW,
    };
    let card = card(&stored_type(&store).await);
    let mut told = event(&card);
    told.kind = EventKind::FundingAccountCharged;
    told.card_id = None;
    told.subject = "txn_x".to_owned();
    told.data = EventData {
        transaction: Some(TransactionFacts {
            id: "txn_x".to_owned(),
            kind: TransactionKind::Fee,
            status: TransactionStatus::Settled,
            amount: Some("0.30".to_owned()),
            currency: Some("USD".to_owned()),
            charged_to: ChargedTo::FundingAccount,
        }),
        ..EventData::default()
    };
    commit(
        &store,
        [
            Change::InsertCustomer(customer.clone()),
            Change::InsertDocument(document.clone()),
            Change::InsertAudit(record.clone()),
            Change::InsertEvent(told.clone()),
        ],
    )
    .await;
    let tenant = &customer.tenant;
    let found = documents::of_customer(&store, tenant, customer.id, &[document.id]).await;
    assert_eq!(found.unwrap(), std::slice::from_ref(&document));
    let other = documents::of_customer(&store, tenant, CustomerId::new(), &[document.id]).await;
    assert_eq!(other.unwrap(), []);
    let trail = audit::list(&store, tenant, Some("card_x"), None, 9).await;
    assert_eq!(trail.unwrap(), [record]);
    let filter = events::EventFilter {
        kind: Some("funding_account.charged".to_owned()),
        subject: Some("txn_x".to_owned()),
        ..events::EventFilter::default()
    };
    let listed = events::list(&store, tenant, &filter, None, 9).await;
    assert_eq!(listed.unwrap(), [told]);
}
