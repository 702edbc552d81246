//! What the instances offer. The operator's, not a tenant's: which instances a tenant may see is
//! decided before, and passed in.

mod form;
mod rules;

use cardmux_domain::card::{CardForm, CardModel};
use cardmux_domain::card_type::{CardType, CardTypeSpec};
use cardmux_domain::controls::ControlRules;
use cardmux_domain::id::{CardTypeId, InstanceId};
use cardmux_domain::money::Currency;
use cardmux_domain::time::Timestamp;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::convert::{Corrupt, parse};
use super::entity::card_type::{Column, Entity, Model};
use super::{Store, StoreError, only, to_domain};
use rules::Rules;

/// Which card types; fields that are `None` let everything pass.
#[derive(Debug, Clone, Default)]
pub struct CardTypeFilter {
    pub model: Option<CardModel>,
    pub form: Option<CardForm>,
    pub currency: Option<Currency>,
    pub brand: Option<String>,
    pub country: Option<String>,
    pub online: Option<bool>,
    pub listed: Option<bool>,
}

pub async fn get(store: &Store, id: CardTypeId) -> Result<Option<CardType>, StoreError> {
    only(Entity::find_by_id(id.uuid()), store).await
}

pub async fn find(
    store: &Store,
    instance: &InstanceId,
    provider_ref: &str,
) -> Result<Option<CardType>, StoreError> {
    only(
        Entity::find()
            .filter(Column::Instance.eq(instance.as_str()))
            .filter(Column::ProviderRef.eq(provider_ref)),
        store,
    )
    .await
}

/// All of these instances, by instance and name. A provider has dozens, so there are no pages.
pub async fn list(
    store: &Store,
    instances: &[InstanceId],
    filter: &CardTypeFilter,
) -> Result<Vec<CardType>, StoreError> {
    let CardTypeFilter {
        model,
        form,
        currency,
        brand,
        country,
        online,
        listed,
    } = filter;
    let conditions = [
        model.map(|m| Column::Model.eq(m.to_string())),
        form.map(|f| Column::Form.eq(f.to_string())),
        currency.map(|c| Column::Currency.eq(c.as_str())),
        brand.as_ref().map(|b| Column::Brand.eq(b)),
        country.as_ref().map(|c| Column::Country.eq(c)),
        online.map(|o| Column::Online.eq(o)),
        listed.map(|l| Column::Listed.eq(l)),
    ];
    let instances = instances.iter().map(InstanceId::as_str);
    let mut query = Entity::find().filter(Column::Instance.is_in(instances));
    for condition in conditions.into_iter().flatten() {
        query = query.filter(condition);
    }
    let mut types: Vec<CardType> =
        to_domain(query.order_by_asc(Column::Id).all(&store.read).await?)?;
    // Sorted here: the order of text is the collation's on PostgreSQL and the bytes' on SQLite.
    types.sort_by(|a, b| (&a.instance, &a.spec.name, a.id).cmp(&(&b.instance, &b.spec.name, b.id)));
    Ok(types)
}

impl TryFrom<Model> for CardType {
    type Error = Corrupt;

    fn try_from(row: Model) -> Result<Self, Corrupt> {
        let Model {
            id,
            instance,
            provider_ref,
            name,
            description,
            model,
            form,
            brand,
            country,
            currency,
            bin,
            online,
            rules,
            listed,
            synced_at_ms,
        } = row;
        let mut spec = CardTypeSpec {
            provider_ref,
            name,
            description,
            model: parse("card_types.model", &model)?,
            form: parse("card_types.form", &form)?,
            brand,
            country,
            currency: parse("card_types.currency", &currency)?,
            bin,
            online,
            issue_fee: None,
            initial_deposit: None,
            deposit: None,
            deposit_fee: None,
            retained_balance: None,
            capabilities: Vec::new(),
            requirements: Vec::new(),
            enrolment: None,
            controls: ControlRules::default(),
            pin: None,
        };
        Rules::read(&rules)?.fill(&mut spec)?;
        Ok(Self {
            id: CardTypeId::from_uuid(id),
            instance: parse("card_types.instance", &instance)?,
            spec,
            listed,
            synced_at: Timestamp::from_millis(synced_at_ms),
        })
    }
}

impl From<CardType> for Model {
    fn from(card_type: CardType) -> Self {
        let CardType {
            id,
            instance,
            spec,
            listed,
            synced_at,
        } = card_type;
        let rules = Rules::of(&spec).write();
        let CardTypeSpec {
            provider_ref,
            name,
            description,
            model,
            form,
            brand,
            country,
            currency,
            bin,
            online,
            // In `rules`.
            issue_fee: _,
            initial_deposit: _,
            deposit: _,
            deposit_fee: _,
            retained_balance: _,
            capabilities: _,
            requirements: _,
            enrolment: _,
            controls: _,
            pin: _,
        } = spec;
        Self {
            id: id.uuid(),
            instance: instance.to_string(),
            provider_ref,
            name,
            description,
            model: model.to_string(),
            form: form.to_string(),
            brand,
            country,
            currency: currency.to_string(),
            bin,
            online,
            rules,
            listed,
            synced_at_ms: synced_at.as_millis(),
        }
    }
}
