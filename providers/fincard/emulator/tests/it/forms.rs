//! Filled-in cardholder forms and uploads, as the documents describe them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cardmux_emulator_fincard::Dialect;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::rand_core::OsRng;
use rsa::sha2::Sha256;
use rsa::signature::{RandomizedSigner, SignatureEncoding};
use serde_json::{Value, json};

use crate::support::{Bench, FINHUB, UPSTREAM, eventually, reference};

/// A number of the physical BIN with a right check digit.
pub const PHYSICAL_NUMBER: &str = "4000050000000007";

/// B2B, for 111039; every call has an e-mail address of its own.
pub fn short_form() -> Value {
    let reference = reference();
    json!({
        "cardHolderModel": "B2B",
        "merchantOrderNo": reference,
        "cardTypeId": 111039,
        "areaCode": "+49",
        "mobile": "15100000000",
        "email": format!("{reference}@example.test"),
        "firstName": "Erika",
        "lastName": "Mustermann",
        "birthday": "1990-02-28",
        "country": "DE",
        "town": "DE-BE-11000",
        "address": "Teststrasse 1-2",
        "postCode": "10115",
    })
}

impl Bench {
    /// B2C, for 111065, with freshly uploaded documents.
    pub async fn full_form(&self) -> Value {
        let mut form = short_form();
        let file = self.file().await;
        let more = json!({
            "cardHolderModel": "B2C",
            "cardTypeId": 111065,
            "nationality": "DE",
            "gender": "F",
            "occupation": "15-1252",
            "annualSalary": "100000 USD",
            "accountPurpose": "Online purchases",
            "expectedMonthlyVolume": "2000 USD",
            "idType": "PASSPORT",
            "idNumber": form["merchantOrderNo"],
            "issueDate": "2020-01-31",
            "idNoExpiryDate": "2099-12-31",
            "idFrontId": file,
            "idBackId": file,
            "idHoldId": file,
            "ipAddress": "192.0.2.1",
            "kycVerification": {"provider": "SUMSUB", "referenceId": "applicant-1"},
        });
        for (name, value) in more.as_object().unwrap() {
            form[name] = value.clone();
        }
        form
    }

    /// Makes a holder and waits until it is decided about.
    pub async fn holder(&self, form: Value) -> Value {
        let made = self.data("/card/holder/v2/create", form).await;
        let query = json!({"holderId": made["holderId"], "pageNum": 1, "pageSize": 10});
        eventually(async || {
            let record = self.record("/card/holder/list", query.clone()).await;
            matches!(record["status"].as_str(), Some("pass_audit" | "reject")).then_some(record)
        })
        .await
    }

    /// A holder of the physical BIN, and its number.
    pub async fn physical_holder(&self) -> Value {
        let mut form = self.full_form().await;
        form["cardTypeId"] = json!(111070);
        form.as_object_mut().unwrap().remove("kycVerification");
        self.holder(form).await["holderId"].clone()
    }

    async fn file(&self) -> String {
        let answer = self.upload("id.png", b"content", "card").await.1;
        answer["data"]["fileId"].as_str().unwrap().to_owned()
    }

    /// Uploads a file: the parts, and upstream the signature of `{}`.
    pub async fn upload(&self, name: &str, content: &[u8], category: &str) -> (u16, Value) {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"category\"\r\n\r\n{category}\r\n\
             --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        let path = "/common/file/upload";
        let request = match self.dialect {
            Dialect::Finhub => self.finhub(&format!("{FINHUB}{path}")),
            Dialect::Upstream => {
                let der = STANDARD.decode(self.setting("private_key")).unwrap();
                let key = rsa::RsaPrivateKey::from_pkcs8_der(&der).unwrap();
                let key = SigningKey::<Sha256>::new(key);
                let signature = key.sign_with_rng(&mut OsRng, b"{}").to_bytes();
                self.http
                    .post(format!("{}{UPSTREAM}{path}", self.emulator.url()))
                    .header("X-WSB-API-KEY", self.setting("api_key"))
                    .header("X-WSB-SIGNATURE", STANDARD.encode(signature))
            }
        };
        let kind = "multipart/form-data; boundary=edge";
        self.send(request.header("Content-Type", kind).body(body))
            .await
    }
}
