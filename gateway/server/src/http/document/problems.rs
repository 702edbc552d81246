//! Problems in the document: an example of every code, and one component for all equal answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::ToSchema as _;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::Components;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

use crate::http::codes::{self, Code};
use crate::http::problem::Problem;

/// Where an answer keeps its group and name until [`share`] reads them.
const NAME: &str = "x-name";

/// No documented operation answers with these: they are about routes, and providers' deliveries.
const ELSEWHERE: &[&str] = &["method_not_allowed", "not_found", "webhook_refused"];

fn documented() -> impl Iterator<Item = &'static Code> {
    let all = codes::ALL.iter().copied();
    all.filter(|code| !ELSEWHERE.contains(&code.code))
}

/// A documented answer that is a problem; `name` is what it is called among the shared ones.
pub fn problem_answer(
    group: &str,
    name: &str,
    status: u16,
    text: &str,
) -> (String, RefOr<Response>) {
    let schema = Ref::from_schema_name(Problem::name());
    let mut content = ContentBuilder::new().schema(Some(schema)).build();
    let fitting = documented().filter(|code| code.status == status);
    content.examples.extend(fitting.map(|code| {
        let reference = Ref::new(format!("#/components/examples/{}", code.code));
        (code.code.to_owned(), RefOr::Ref(reference))
    }));
    let extensions = ExtensionsBuilder::new().add(NAME, [group, name].as_slice());
    let answer = ResponseBuilder::new()
        .description(text)
        .content("application/problem+json", content)
        .extensions(Some(extensions.build()))
        .build();
    (status.to_string(), answer.into())
}

pub(super) fn describe(components: &mut Components) {
    for code in documented() {
        let example = ExampleBuilder::new()
            .summary(code.title)
            .value(Some(json!({
                "type": format!("/docs/errors/{}", code.code),
                "title": code.title,
                "status": code.status,
                "detail": what_happened(code.page),
                "code": code.code,
                "requestId": "req_01k9zr3m5wf0ks1b2c3d4e5f6g",
            })))
            .build();
        let name = code.code.to_owned();
        components.examples.insert(name, example.into());
    }
}

/// The section of that name of a code's page, as one line.
fn what_happened(page: &str) -> String {
    let sections = page.split("## ");
    let section = sections.filter_map(|section| section.strip_prefix("What happened"));
    let words = section.flat_map(str::split_whitespace);
    words.collect::<Vec<_>>().join(" ")
}

/// Make the operation's problems references to shared ones.
pub(super) fn share(operation: &mut Operation, components: &mut Components) {
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(problem) = response else {
            continue;
        };
        let Some(extensions) = problem.extensions.take() else {
            continue;
        };
        let names = extensions.get(NAME).and_then(Value::as_array);
        let mut names = names.into_iter().flatten().filter_map(Value::as_str);
        if let (Some(group), Some(name)) = (names.next(), names.next()) {
            let name = place(&mut components.responses, problem, group, name);
            *response = RefOr::Ref(Ref::from_response_name(name));
        }
    }
}

/// Answers of one name that differ bear their group's name as well.
fn place(
    shared: &mut BTreeMap<String, RefOr<Response>>,
    problem: &Response,
    group: &str,
    name: &str,
) -> String {
    let wanted = RefOr::T(problem.clone());
    let name = match shared.get(name) {
        Some(other) if *other != wanted => format!("{}{name}", group.trim_end_matches("Problems")),
        Some(_) | None => name.to_owned(),
    };
    shared.insert(name.clone(), wanted);
    name
}
