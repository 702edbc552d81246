//! Physical cards, made from virtual ones of either family (D).

use async_trait::async_trait;
use cardmux_domain::operation::OperationKind;
use cardmux_domain::provider::{
    ActivateCard, Activation, CallContext, OperationReport, OrderPhysical, PersonName,
    ProviderError, Shipping, ShippingAddress,
};
use cardmux_domain::secret::ExposeSecret;

use crate::BFinance;
use crate::map::{self, done};
use crate::wire::path::{Call, CardKey, Family};
use crate::wire::request::{ActivateRequest, OrderRequest, ShippingData};

const PHYSICAL_CARDS: &str = "physical-cards";

/// The family in bodies: still "prepaid" where paths say "cards" (D).
fn family_word(family: Family) -> &'static str {
    match family {
        Family::Plain => "prepaid",
        Family::Budget => "budget",
    }
}

fn call<'a>(key: CardKey<'a>, action: &'a str) -> Call<'a> {
    Call {
        confidential: true,
        ..Call::post(&[PHYSICAL_CARDS, key.id, action])
    }
}

#[async_trait]
impl Shipping for BFinance {
    async fn order_physical(
        &self,
        _: &CallContext,
        request: &OrderPhysical,
    ) -> Result<OperationReport, ProviderError> {
        let OrderPhysical {
            reference,
            card_ref,
            address,
        } = request;
        let key = self.key(card_ref)?;
        let order = OrderRequest {
            card_type: family_word(key.family),
            shipping_data: shipping_data(address)?,
        };
        self.client.tell(call(key, "order"), Some(&order)).await?;
        Ok(done(OperationKind::OrderPhysical, reference, card_ref))
    }
}

fn shipping_data(address: &ShippingAddress) -> Result<ShippingData<'_>, ProviderError> {
    let ShippingAddress {
        name,
        email,
        phone_code,
        phone,
        line1,
        line2,
        city,
        state,
        postal_code,
        country,
    } = address;
    let PersonName {
        first_name,
        last_name,
    } = name;
    let country = map::country::alpha3(country)
        .ok_or_else(|| map::refused("the country of the address is none of ISO 3166-1"))?;
    Ok(ShippingData {
        first_name: first_name.expose_secret(),
        last_name: last_name.expose_secret(),
        email: email.expose_secret(),
        phone: phone.expose_secret(),
        phone_code: phone_code.expose_secret(),
        address_line1: line1.expose_secret(),
        address_line2: line2.as_ref().map(|line| line.expose_secret()),
        city: city.expose_secret(),
        state: state.expose_secret(),
        postal_code: postal_code.expose_secret(),
        country,
    })
}

#[async_trait]
impl Activation for BFinance {
    /// By the code alone (D): a PIN is set by its own call, and a limit without PIN there is not.
    async fn activate(
        &self,
        _: &CallContext,
        request: &ActivateCard,
    ) -> Result<OperationReport, ProviderError> {
        let ActivateCard {
            reference,
            card_ref,
            pin,
            code,
            no_pin_limit,
        } = request;
        if pin.is_some() || no_pin_limit.is_some() {
            return Err(map::refused(
                "bfinance takes neither PIN nor limit at activation",
            ));
        }
        let key = self.key(card_ref)?;
        let body = ActivateRequest {
            card_type: family_word(key.family),
            code: code.expose_secret(),
        };
        self.client.tell(call(key, "activate"), Some(&body)).await?;
        Ok(done(OperationKind::Activate, reference, card_ref))
    }
}
