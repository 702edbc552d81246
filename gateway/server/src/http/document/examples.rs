//! Examples. Words mean one thing each, so a field of a name looks alike wherever it is; a field
//! that differs says so with an example of its own.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, Components, KnownFormat, Object, OneOf, Schema, SchemaFormat,
    SchemaType, Type,
};
use utoipa::openapi::{Ref, RefOr};

/// `(field, example)`; fields with `Id` at their end are in [`IDS`].
const TEXTS: &[(&str, &str)] = &[
    ("accountPurpose", "business_expenses"),
    ("actionUrl", "https://verify.example/session/8f2c"),
    ("activationCode", "482913"),
    ("alpha3", "LTU"),
    ("authorizationCode", "061245"),
    ("bin", "489607"),
    ("cardNumber", "4896070000001234"),
    ("category", "5734"),
    ("city", "Vilnius"),
    ("country", "LT"),
    ("currency", "USD"),
    ("cursor", "AZ3PqHvRe1eKx0uJ5t2m8Q"),
    ("cvv", "123"),
    ("decline", "insufficient_funds"),
    ("denied", "none"),
    ("description", "Computer software stores"),
    ("detail", "What happened, to what, and what to do."),
    ("email", "ada@example.com"),
    ("evidence", "the provider lists two cards with this tag"),
    ("expiresOn", "2031-04-30"),
    ("expiry", "04/2031"),
    ("externalId", "order-17"),
    ("fileUrls", "https://files.example/receipt.pdf"),
    ("firstName", "Ada"),
    ("gender", "F"),
    ("header", "Prefer"),
    ("Idempotency-Key", "4c1f1d7e-8f0a-4a55-9a0e-0f5f4a1a7f55"),
    ("If-Match", "\"2\""),
    ("instance", "fincard_main"),
    ("ipAddress", "192.0.2.17"),
    ("issuedOn", "2021-05-01"),
    (
        "jwe",
        "eyJhbGciOiJSU0EtT0FFUC0yNTYiLCJlbmMiOiJBMjU2R0NNIn0…",
    ),
    ("label", "Ads"),
    ("last4", "1234"),
    ("lastName", "Lovelace"),
    (
        "limits",
        "payments the provider did not ask about are not decided again",
    ),
    ("line1", "Gedimino pr. 1"),
    ("line2", "Flat 4"),
    ("maskedNumber", "489607******1234"),
    ("mediaType", "image/png"),
    ("merchantId", "M-77"),
    ("merchantName", "Example Software"),
    ("message", "insufficient balance"),
    ("name", "Travel"),
    ("nextCursor", "AZ3PqHvRe1eKx0uJ5t2m8Q"),
    ("note", "for the Berlin campaign"),
    ("number", "61234567"),
    ("occupation", "software_engineer"),
    ("orderRef", "2069170021"),
    ("parameter", "limit"),
    ("pattern", "^[A-Z0-9]+$"),
    ("phone", "61234567"),
    ("pin", "482913"),
    ("pointer", "/initialBalance/amount"),
    ("postalCode", "01103"),
    ("provider", "fincard"),
    ("providerCode", "6001"),
    ("providerMessage", "insufficient balance"),
    ("providerRef", "2069170021"),
    ("providerStatus", "Normal"),
    ("providerType", "auth"),
    ("ratePercent", "1.5"),
    ("reason", "the document cannot be read"),
    ("redemptionUrl", "https://gift.example/r/8f2c"),
    ("ref", "2069170021"),
    ("reference", "01k9zr3m5wf0ks1b2c3d4e5f6g"),
    ("registrationNumber", "304512345"),
    ("remark", "fulfilment"),
    ("response", "the merchant was asked"),
    ("reviewStage", "issuer"),
    ("rule", "eu virtual"),
    ("settledOn", "2026-01-16"),
    ("shareToken", "_act-sbx-8f2c"),
    ("state", "Vilnius"),
    ("subject", "card_01k9zr3m5wf0ks1b2c3d4e5f6g"),
    ("title", "The card's status does not allow this"),
    ("tenant", "acme"),
    ("value", "482913"),
    ("wallet", "APPLE_PAY"),
    ("with", "/firstName"),
];

/// What an id begins with, by the end of the field's name.
const IDS: &[(&str, &str)] = &[
    ("authorizationId", "azn"),
    ("batchId", "batch"),
    ("budgetId", "bud"),
    ("cardId", "card"),
    ("cardTypeId", "ctype"),
    ("controlId", "sctl"),
    ("customerId", "cus"),
    ("disputeId", "dsp"),
    ("enrolmentId", "enr"),
    ("operationId", "op"),
    ("originalId", "txn"),
    ("pendingOperation", "op"),
    ("replaces", "sctl"),
    ("requestId", "req"),
    ("spendControlId", "sctl"),
    ("transactionId", "txn"),
    ("typeId", "ctype"),
    ("back", "doc"),
    ("front", "doc"),
    ("selfie", "doc"),
];

fn of_field(name: &str) -> Option<Value> {
    let text = TEXTS.iter().find(|(field, _)| *field == name);
    let id = IDS.iter().find(|(field, _)| *field == name);
    text.map(|(_, example)| json!(example))
        .or_else(|| id.map(|(_, prefix)| json!(format!("{prefix}_01k9zr3m5wf0ks1b2c3d4e5f6g"))))
}

fn is(object: &Object, wanted: Type) -> bool {
    match &object.schema_type {
        SchemaType::Type(kind) => *kind == wanted,
        SchemaType::Array(kinds) => kinds.contains(&wanted),
        SchemaType::AnyValue => false,
    }
}

/// Give a schema's fields their examples.
pub(super) fn fill(schema: &mut RefOr<Schema>) {
    let RefOr::T(Schema::Object(object)) = schema else {
        return;
    };
    for (name, field) in &mut object.properties {
        fill_field(name, field);
    }
}

fn fill_field(name: &str, field: &mut RefOr<Schema>) {
    match field {
        RefOr::T(Schema::Object(field)) => {
            if field.example.is_none() && field.examples.is_empty() {
                field.examples.extend(of_scalar(name, field));
            }
        }
        RefOr::T(Schema::Array(array)) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                fill_field(name, items);
            }
        }
        RefOr::Ref(_) | RefOr::T(_) => {}
    }
}

fn of_scalar(name: &str, field: &Object) -> Option<Value> {
    if let Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) = field.format {
        Some(json!("2026-01-15T09:30:00.000Z"))
    } else if is(field, Type::String) {
        of_field(name)
    } else if is(field, Type::Boolean) {
        Some(json!(false))
    } else {
        is(field, Type::Integer).then(|| json!(1))
    }
}

/// A parameter's example: `card_id` in a path is what `cardId` is in a body.
pub(super) fn parameter(parameter: &mut Parameter) {
    if let Some(schema) = &mut parameter.schema {
        let mut parts = parameter.name.split('_');
        let first = parts.next().unwrap_or_default().to_owned();
        let name = parts.fold(first, |name, part| {
            let (initial, rest) = part.split_at_checked(1).unwrap_or_default();
            name + &initial.to_ascii_uppercase() + rest
        });
        fill_field(&name, schema);
    }
}

/// Every good answer that is a schema of its own refers to an example made of its fields'.
pub(super) fn refer(operation: &mut Operation, components: &mut Components) {
    let responses = operation.responses.responses.values_mut();
    let contents = responses
        .filter_map(|response| match response {
            RefOr::T(response) => response.content.get_mut("application/json"),
            RefOr::Ref(_) => None,
        })
        .filter_map(|content| match content {
            RefOr::T(content) => Some(content),
            RefOr::Ref(_) => None,
        });
    for content in contents {
        let Some(RefOr::Ref(schema)) = &content.schema else {
            continue;
        };
        let name = schema_name(schema).to_owned();
        if !components.examples.contains_key(&name) {
            let value = Composer::new(components).of_ref(schema);
            let example = ExampleBuilder::new().value(value).build();
            components.examples.insert(name.clone(), example.into());
        }
        let reference = Ref::new(format!("#/components/examples/{name}"));
        content.examples.insert(name, RefOr::Ref(reference));
    }
}

fn schema_name(reference: &Ref) -> &str {
    reference
        .ref_location
        .rsplit('/')
        .next()
        .unwrap_or_default()
}

/// Makes an example of a schema out of the examples of its parts.
struct Composer<'a> {
    components: &'a Components,
    /// The schemas around the one at hand; one that contains itself ends there.
    around: BTreeSet<String>,
}

impl<'a> Composer<'a> {
    fn new(components: &'a Components) -> Self {
        Self {
            components,
            around: BTreeSet::new(),
        }
    }

    fn of(&mut self, schema: &RefOr<Schema>) -> Option<Value> {
        match schema {
            RefOr::Ref(reference) => self.of_ref(reference),
            RefOr::T(Schema::Object(object)) => self.of_object(object),
            RefOr::T(Schema::Array(array)) => match (&array.example, &array.items) {
                (Some(example), _) => Some(example.clone()),
                (None, ArrayItems::RefOrSchema(items)) => Some(Value::from_iter(self.of(items))),
                (None, ArrayItems::False) => None,
            },
            RefOr::T(Schema::OneOf(OneOf { items, .. })) => {
                items.iter().find_map(|item| self.of(item))
            }
            RefOr::T(_) => None,
        }
    }

    fn of_ref(&mut self, reference: &Ref) -> Option<Value> {
        let name = schema_name(reference);
        let schema = self.components.schemas.get(name)?;
        if !self.around.insert(name.to_owned()) {
            return None;
        }
        let value = self.of(schema);
        self.around.remove(name);
        value
    }

    fn of_object(&mut self, object: &Object) -> Option<Value> {
        if let Some(example) = object.example.as_ref().or(object.examples.first()) {
            return Some(example.clone());
        }
        is(object, Type::Object).then(|| Value::Object(self.of_fields(object)))
    }

    fn of_fields(&mut self, object: &Object) -> Map<String, Value> {
        let fields = object.properties.iter();
        let mut example: Map<_, _> = fields
            .filter_map(|(name, field)| Some((name.clone(), self.of(field)?)))
            .collect();
        if let Some(more) = &object.additional_properties
            && let AdditionalProperties::RefOr(RefOr::T(Schema::Object(more))) = &**more
            && is(more, Type::String)
        {
            example.insert("team".to_owned(), json!("growth"));
        }
        example
    }
}
