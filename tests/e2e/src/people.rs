//! Customers that fit the provider's forms, and their way to an approved enrolment.

use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{Answer, Api, fresh_key};
use crate::wait::eventually;

/// A card type whose holders fill in the short form, B2B.
pub const SHORT_FORM: &str = "111039";
/// One with the full form, B2C, whose holders have to be verified elsewhere before.
pub const FULL_FORM: &str = "111065";
/// Physical cards; the full form as well.
pub const PHYSICAL: &str = "111070";

/// E-mail addresses and ID numbers are unique per card type: each customer is somebody else.
fn next_person() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// All the short form asks.
pub fn short_form() -> Value {
    json!({
        "kind": "individual",
        "firstName": "Ada",
        "lastName": "Lovelace",
        "birthDate": "1990-12-10",
        "email": format!("ada.{}@example.com", next_person()),
        "phone": { "dialCode": "+49", "number": "15112345678" },
        "address": {
            "country": "DE", "city": "DE-BE-11000", "line1": "Example Street 1-3", "postalCode": "10115",
        },
    })
}

/// What the full form asks besides, with these documents: front, back, holder.
pub fn full_form([front, back, selfie]: &[String; 3]) -> Value {
    json!({
        "nationality": "DE",
        "gender": "F",
        "occupation": "15-1252",
        "annualIncome": { "amount": "100000.00", "currency": "USD" },
        "accountPurpose": "Travel, and food.",
        "expectedMonthlyVolume": { "amount": "2000.00", "currency": "USD" },
        "identity": {
            "kind": "PASSPORT", "number": format!("T{}", next_person()),
            "issuedOn": "2020-01-01", "expiresOn": "2041-01-01",
            "front": front, "back": back, "selfie": selfie,
        },
        "ipAddress": "192.0.2.1",
        "verification": { "provider": "SUMSUB", "reference": "verified-elsewhere" },
    })
}

/// A new customer's id.
pub async fn create(api: &Api, customer: &Value) -> String {
    let customer = api.post("/v1/customers", &fresh_key(), customer).await;
    customer.expect(201)["id"].as_str().unwrap().to_owned()
}

/// A new customer who fits the short form.
pub async fn with_short_form(api: &Api) -> String {
    create(api, &short_form()).await
}

/// A new customer who fits the full form, with documents for that type's provider.
pub async fn with_full_form(api: &Api, type_id: &str) -> String {
    let customer = with_short_form(api).await;
    let mut documents = [const { String::new() }; 3];
    for document in &mut documents {
        let path = format!("/v1/customers/{customer}/documents?typeId={type_id}");
        let uploaded = Answer::of(picture(api, &path)).await.expect(201);
        uploaded["id"].as_str().unwrap().clone_into(document);
    }
    patch(api, &customer, &full_form(&documents)).await;
    customer
}

/// A form with one picture in it: a file is told by its first bytes.
pub fn picture(api: &Api, path: &str) -> reqwest::RequestBuilder {
    const BODY: &[u8] =
        b"--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"id.png\"\r\n\
        Content-Type: image/png\r\n\r\n\x89PNG\r\n\x1a\nno picture at all\r\n--part--\r\n";
    api.request(Method::POST, path)
        .header("Content-Type", "multipart/form-data; boundary=part")
        .body(BODY)
}

pub async fn patch(api: &Api, customer: &str, changes: &Value) {
    let path = format!("/v1/customers/{customer}");
    let request = api.request(Method::PATCH, &path).json(changes);
    Answer::of(request).await.expect(200);
}

/// Ask for an enrolment; the answer as it comes.
pub async fn enrol(api: &Api, customer: &str, type_id: &str) -> Answer {
    let path = format!("/v1/customers/{customer}/enrolments");
    api.post(&path, &fresh_key(), &json!({ "typeId": type_id }))
        .await
}

/// The enrolment, once it has this status.
pub async fn enrolment_when(api: &Api, id: &str, status: &str) -> Value {
    let path = format!("/v1/enrolments/{id}");
    eventually(&format!("enrolment {id} is {status}"), async || {
        let enrolment = api.get(&path).await.expect(200);
        (enrolment["status"] == status).then_some(enrolment)
    })
    .await
}

/// An approved enrolment.
pub async fn approved(api: &Api, customer: &str, type_id: &str) -> Value {
    let enrolment = enrol(api, customer, type_id).await.expect(201);
    enrolment_when(api, enrolment["id"].as_str().unwrap(), "approved").await
}
