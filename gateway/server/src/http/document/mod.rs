//! What every operation of the OpenAPI document gets alike, so that no annotation repeats it:
//! examples, the meaning of filters, and bodies that may be left out.

mod answers;
mod examples;
mod problems;

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::schema::{OneOf, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

pub use self::answers::{
    BodyProblems, ChangeProblems, ConfigProblemAnswers, ExplainProblems, HeaderProblems,
    InUseProblems, ListProblems, NotFoundProblems, OperatorProblems, ProviderProblems,
    ReadProblems, RevealProblems, SimulateProblems, StaleProblems,
};
pub use self::problems::problem_answer;

/// Completes a document whose routes are all there.
pub fn complete(mut document: OpenApi) -> OpenApi {
    let OpenApi {
        paths, components, ..
    } = &mut document;
    let components = components.get_or_insert_default();
    for schema in components.schemas.values_mut() {
        examples::fill(schema);
    }
    problems::describe(components);
    for item in paths.paths.values_mut() {
        for operation in operations(item) {
            parameters(operation);
            optional_body(operation);
            problems::share(operation, components);
            examples::refer(operation, components);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

fn parameters(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else {
            continue;
        };
        if parameter.parameter_in == ParameterIn::Query && parameter.description.is_none() {
            parameter.description = Some(format!("Only those with this `{}`.", parameter.name));
        }
        if parameter.parameter_in == ParameterIn::Header {
            never_null(parameter);
        }
        examples::parameter(parameter);
    }
}

/// A header is there or not.
fn never_null(parameter: &mut Parameter) {
    if let Some(RefOr::T(Schema::Object(object))) = &mut parameter.schema
        && let SchemaType::Array(types) = &object.schema_type
        && let Some(kind) = types.iter().find(|kind| **kind != Type::Null)
    {
        object.schema_type = SchemaType::Type(kind.clone());
    }
}

/// A body that may be left out is a body that is not required, not one that is null or an object:
/// generated clients make nothing good of that.
fn optional_body(operation: &mut Operation) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    for content in body.content.values_mut() {
        if let RefOr::T(content) = content
            && let Some(RefOr::T(Schema::OneOf(OneOf { items, .. }))) = &mut content.schema
            && let Some(at) = items.iter().position(|item| matches!(item, RefOr::Ref(_)))
        {
            content.schema = Some(items.swap_remove(at));
        }
    }
}

#[cfg(test)]
mod tests;
