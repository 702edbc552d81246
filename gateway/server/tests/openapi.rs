//! The committed OpenAPI document is the one the code makes.

#[test]
fn openapi_document_is_the_committed_one() {
    let committed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi/cardmux.v1.json");
    let generated = cardmux::http::document().to_pretty_json().unwrap() + "\n";
    assert_eq!(
        generated,
        std::fs::read_to_string(committed).unwrap(),
        "the API changed; if it should: cargo run -- openapi > openapi/cardmux.v1.json"
    );
}

#[test]
fn openapi_operations_have_ids_tags_and_problems() {
    let document: serde_json::Value = serde_json::to_value(cardmux::http::document()).unwrap();
    let mut operations = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations += 1;
            let id = operation["operationId"].as_str().unwrap_or_default();
            let shape = id.split('_').count() >= 2
                && id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(
                shape,
                "{method} {path}: operation ids are verb_noun, not `{id}`"
            );
            assert!(operation["tags"].is_array(), "{method} {path} has no tag");
            let unauthenticated = operation["responses"]["401"]["$ref"].as_str();
            assert_eq!(
                unauthenticated,
                Some("#/components/responses/Unauthenticated"),
                "{method} {path} has no 401 problem"
            );
            if path.starts_with("/admin/v1/") {
                let security = &operation["security"];
                assert!(
                    security[0]["operator_key"].is_array(),
                    "{method} {path} does not say that it wants the operator's key"
                );
            } else {
                let limited = operation["responses"]["429"]["$ref"].as_str();
                let limited = limited.and_then(|at| document.pointer(at.strip_prefix('#')?));
                assert!(
                    limited.is_some_and(|answer| answer["headers"]["RateLimit"].is_object()),
                    "{method} {path} does not tell its limit"
                );
            }
        }
    }
    let shared = &document["components"]["responses"]["Unauthenticated"]["content"];
    assert!(shared["application/problem+json"].is_object());
    assert!(operations >= 12);
}
