//! Physical cards: ordered, and activated.

use crate::support::{Server, budget_types, calls, context, message, reference};
use cardmux_domain::provider::{ActivateCard, OrderPhysical, Outcome, PersonName, ShippingAddress};

#[tokio::test]
async fn physical_card_is_ordered_and_activated() {
    let server = Server::start(|_| message()).await;
    let provider = server.provider(budget_types());
    let order = OrderPhysical {
        reference: reference(),
        card_ref: "c1".to_owned(),
        address: ShippingAddress {
            name: PersonName {
                first_name: "Ada".into(),
                last_name: "Example".into(),
            },
            email: "ada@example.org".into(),
            phone_code: "+1".into(),
            phone: "5550100".into(),
            line1: "1 Main St".into(),
            line2: None,
            city: "Springfield".into(),
            state: "IL".into(),
            postal_code: "62701".into(),
            country: "US".to_owned(),
        },
    };
    let shipping = provider.shipping().unwrap();
    shipping.order_physical(&context(), &order).await.unwrap();
    let mut activate = ActivateCard {
        reference: reference(),
        card_ref: "budget:c2".to_owned(),
        pin: None,
        code: "A1B2".into(),
        no_pin_limit: None,
    };
    let activation = provider.activation().unwrap();
    activation.activate(&context(), &activate).await.unwrap();
    assert_eq!(
        server.calls(),
        calls(&[
            (
                "POST /physical-cards/c1/order",
                concat!(
                    r#"{"cardType":"prepaid","shippingData":{"firstName":"Ada","#,
                    r#""lastName":"Example","email":"ada@example.org","phone":"5550100","#,
                    r#""phoneCode":"+1","addressLine1":"1 Main St","city":"Springfield","#,
                    r#""state":"IL","postalCode":"62701","country":"USA"}}"#
                ),
            ),
            (
                "POST /physical-cards/c2/activate",
                r#"{"cardType":"budget","code":"A1B2"}"#,
            ),
        ])
    );
    activate.pin = Some("2580".into());
    let error = activation
        .activate(&context(), &activate)
        .await
        .unwrap_err();
    assert_eq!(error.outcome, Outcome::NotSent);
}
