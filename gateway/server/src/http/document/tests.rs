use serde_json::Value;

fn document() -> Value {
    serde_json::to_value(crate::http::document()).unwrap()
}

#[test]
fn fields_that_are_texts_have_examples() {
    let document = document();
    let mut without = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let kinds = &schema["type"];
            let text = *kinds == "string" || kinds[0] == "string";
            let known = ["example", "examples", "format"]
                .iter()
                .any(|key| !schema[key].is_null());
            if text && !known {
                without.push(format!("{name}.{field}"));
            }
        }
    }
    assert!(without.is_empty(), "see document/examples.rs: {without:?}");
}

#[test]
fn answers_with_a_body_have_examples() {
    let document = document();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                for (kind, content) in response["content"].as_object().into_iter().flatten() {
                    let examples = content["examples"].as_object();
                    assert!(
                        examples.is_some_and(|examples| !examples.is_empty()),
                        "{method} {path}: no example of {status} {kind}"
                    );
                }
            }
        }
    }
}
