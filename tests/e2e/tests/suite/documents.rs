//! Documents go to the provider whole, or not at all.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use cardmux_e2e::people::{self, FULL_FORM, PHYSICAL, SHORT_FORM};
use cardmux_e2e::setup::{GLOBEX, INSTANCE};
use cardmux_e2e::{Answer, Api, Database, Setup, World, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::setup;

on_both_databases! {
    document_of_each_kind_is_passed_on,
    document_of_two_megabytes_is_passed_on_and_one_byte_more_is_not,
    document_that_is_none_is_refused,
    document_that_breaks_off_is_kept_nowhere,
    document_for_nobody_or_anybody_else_is_refused,
    document_is_what_the_full_form_needs,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nno picture at all";
const JPG: &[u8] = b"\xFF\xD8\xFF\xE0no picture either";
const PDF: &[u8] = b"%PDF-1.7 no text at all";
const DOCUMENT_MAX: usize = 2 * 1024 * 1024;
const BOUNDARY: &str = "part";

/// Two megabytes take their time in a program that was not optimised.
fn patient() -> Setup {
    Setup {
        call_timeout_ms: 10_000,
        attempt_timeout_ms: 9_000,
        ..setup()
    }
}

/// A part of a form, its frame in front.
fn part(name: &str, file_name: Option<&str>, content: &[u8]) -> Vec<u8> {
    let file_name = file_name.map(|name| format!("; filename=\"{name}\""));
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{}\r\n\r\n",
        file_name.unwrap_or_default()
    );
    [head.as_bytes(), content, b"\r\n"].concat()
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    let end = format!("--{BOUNDARY}--\r\n");
    [&parts.concat(), end.as_bytes()].concat()
}

fn upload(api: &Api, path: &str, form: Vec<u8>) -> RequestBuilder {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    api.request(Method::POST, path)
        .header("Content-Type", kind)
        .body(form)
}

fn to_instance(customer: &str) -> String {
    format!("/v1/customers/{customer}/documents?instance={INSTANCE}")
}

/// Neither here nor at the provider.
async fn nothing_is_kept(world: &World) {
    let rows = world.database.rows("documents").await;
    assert!(rows.is_empty(), "{rows:?}");
    assert_eq!(world.emulator.saved()["provider"]["files"], json!([]));
}

async fn document_of_each_kind_is_passed_on(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let customer = people::with_short_form(api).await;
    let type_id = world.type_id(FULL_FORM).await;
    let to_type = format!("/v1/customers/{customer}/documents?typeId={type_id}");
    // Names and declared types prove nothing: the first bytes do.
    for (path, name, content, media_type) in [
        (to_instance(&customer), "passport.png", PNG, "image/png"),
        (to_type.clone(), "passport.txt", JPG, "image/jpeg"),
        (to_type, "../../etc/passport", PDF, "application/pdf"),
    ] {
        let form = form(&[part("file", Some(name), content)]);
        let document = Answer::of(upload(api, &path, form)).await.expect(201);
        assert_eq!(document["mediaType"], media_type, "{document}");
        assert_eq!(document["bytes"], content.len());
        assert_eq!(document["customerId"], customer.as_str());
        assert_eq!(document["instance"], INSTANCE);
    }
    let rows = world.database.rows("documents").await;
    let files = world.emulator.saved()["provider"]["files"].clone();
    let mut refs: Vec<_> = rows.iter().map(|row| row["provider_ref"].clone()).collect();
    refs.sort_by_key(Value::to_string);
    assert_eq!(json!(refs), files);
    assert_eq!(rows.len(), 3);
}

async fn document_of_two_megabytes_is_passed_on_and_one_byte_more_is_not(database: Database) {
    let world = World::start(database, patient()).await;
    let api = &world.acme;
    let customer = people::with_short_form(api).await;
    let path = to_instance(&customer);
    let sized = |bytes: usize| {
        let mut content = PNG.to_vec();
        content.resize(bytes, 0);
        form(&[part("file", Some("scan.png"), &content)])
    };
    for bytes in [DOCUMENT_MAX + 1, 3 * DOCUMENT_MAX, 5 * DOCUMENT_MAX] {
        let answer = Answer::of(upload(api, &path, sized(bytes))).await;
        let problem = answer.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["pointer"], "/file");
        assert_eq!(problem["errors"][0]["code"], "too_large");
        nothing_is_kept(&world).await;
    }
    let document = Answer::of(upload(api, &path, sized(DOCUMENT_MAX))).await;
    assert_eq!(document.expect(201)["bytes"], DOCUMENT_MAX);
}

async fn document_that_is_none_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let customer = people::with_short_form(api).await;
    let path = to_instance(&customer);
    let good = part("file", Some("id.png"), PNG);
    for (name, form, pointer, code) in [
        (
            "another kind",
            form(&[part("file", Some("id.png"), b"<svg onload=x>")]),
            "/file",
            "bad_format",
        ),
        (
            "a beginning",
            form(&[part("file", Some("id.png"), b"\x89PN")]),
            "/file",
            "bad_format",
        ),
        (
            "nothing",
            form(&[part("file", Some("id.png"), b"")]),
            "/file",
            "bad_format",
        ),
        ("no part", form(&[]), "/file", "required"),
        (
            "no name",
            form(&[part("file", None, PNG)]),
            "/file",
            "required",
        ),
        (
            "another part",
            form(&[part("picture", Some("id.png"), PNG)]),
            "",
            "unknown_part",
        ),
        (
            "two parts",
            form(&[good.clone(), good.clone()]),
            "",
            "unknown_part",
        ),
        ("no end", good.clone(), "/file", "bad_form"),
        ("no form", b"hello".to_vec(), "/file", "bad_form"),
    ] {
        let answer = Answer::of(upload(api, &path, form)).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text);
        let problem = answer.problem(422, "invalid_request");
        assert_eq!(
            problem["errors"][0]["pointer"], pointer,
            "{name}: {problem}"
        );
        assert_eq!(problem["errors"][0]["code"], code, "{name}: {problem}");
    }
    let no_form = api.request(Method::POST, &path).json(&json!({}));
    let answer = Answer::of(no_form).await;
    answer.problem(415, "unsupported_media_type");
    nothing_is_kept(&world).await;
}

async fn document_that_breaks_off_is_kept_nowhere(database: Database) {
    let world = World::start(database, setup()).await;
    let customer = people::with_short_form(&world.acme).await;
    let whole = form(&[part("file", Some("id.png"), &[PNG, &[0; 100_000]].concat())]);
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {}\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        to_instance(&customer),
        world.acme.key(),
        whole.len()
    );
    let address = world.gateway.url().replace("http://", "");
    for sent in [10, 200, whole.len() / 2, whole.len() - 1] {
        let bytes = [head.as_bytes(), &whole[..sent]].concat();
        let address = address.clone();
        let gone = tokio::task::spawn_blocking(move || {
            let mut connection = TcpStream::connect(address).unwrap();
            connection.write_all(&bytes).unwrap();
            connection.shutdown(std::net::Shutdown::Write).unwrap();
            // Until the gateway has done with it, whatever it still says.
            let mut answer = Vec::new();
            let _ = connection.read_to_end(&mut answer);
            assert!(
                !answer.starts_with(b"HTTP/1.1 2"),
                "{sent} bytes were enough"
            );
        });
        gone.await.unwrap();
    }
    nothing_is_kept(&world).await;
    // Nothing is left that would be in the way of the whole one.
    let path = to_instance(&customer);
    let answer = Answer::of(upload(&world.acme, &path, whole)).await;
    answer.expect(201);
}

async fn document_for_nobody_or_anybody_else_is_refused(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let customer = people::with_short_form(api).await;
    let type_id = world.type_id(SHORT_FORM).await;
    let documents = format!("/v1/customers/{customer}/documents");
    let form = || form(&[part("file", Some("id.png"), PNG)]);
    for (query, code) in [
        (String::new(), "required"),
        (
            format!("?typeId={type_id}&instance={INSTANCE}"),
            "ambiguous",
        ),
    ] {
        let answer = Answer::of(upload(api, &format!("{documents}{query}"), form())).await;
        let problem = answer.problem(400, "invalid_query");
        assert_eq!(problem["errors"][0]["parameter"], "typeId", "{problem}");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
    for (query, parameter) in [
        ("?typeId=ctype_01k9zr3m5wf0ks1b2c3d4e5f6g", "typeId"),
        ("?instance=elsewhere", "instance"),
    ] {
        let answer = Answer::of(upload(api, &format!("{documents}{query}"), form())).await;
        let problem = answer.problem(422, "invalid_request");
        assert_eq!(problem["errors"][0]["parameter"], parameter, "{problem}");
    }
    let globex = world.key(GLOBEX, &[]).await;
    let path = to_instance(&customer);
    let answer = Answer::of(upload(&globex, &path, form())).await;
    answer.problem(404, "resource_not_found");
    let reader = world.key(GLOBEX, &["customers:read"]).await;
    let answer = Answer::of(upload(&reader, &path, form())).await;
    answer.problem(403, "forbidden");
    nothing_is_kept(&world).await;
}

async fn document_is_what_the_full_form_needs(database: Database) {
    let world = World::start(database, setup()).await;
    let api = &world.acme;
    let type_id = world.type_id(PHYSICAL).await;
    let customer = people::with_full_form(api, &type_id).await;
    let enrolment = people::approved(api, &customer, &type_id).await;
    assert_eq!(enrolment["customerId"], customer.as_str());
    // Somebody else's documents are nobody's.
    let other = people::with_short_form(api).await;
    let shown = api
        .get(&format!("/v1/customers/{customer}"))
        .await
        .expect(200);
    let identity = json!({ "identity": { "front": shown["identity"]["front"] } });
    let path = format!("/v1/customers/{other}");
    let answer = Answer::of(api.request(Method::PATCH, &path).json(&identity)).await;
    let problem = answer.problem(422, "invalid_request");
    assert_eq!(
        problem["errors"][0]["pointer"], "/identity/front",
        "{problem}"
    );
}
