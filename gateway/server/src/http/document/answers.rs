//! The problems each kind of operation may answer.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{RefOr, Response};

use super::problem_answer;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident $status:literal $text:literal,)+ })+) => {$(
        $(#[$doc])*
        pub enum $name {}

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let group = stringify!($name);
                [$(problem_answer(group, stringify!($variant), $status, $text),)+].into()
            }
        }
    )+};
}

problems! {
    /// Answers of a read.
    ReadProblems {
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource",
        Internal 500 "The gateway failed",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a list.
    ListProblems {
        Invalid 400 "A query parameter cannot be used",
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        Internal 500 "The gateway failed",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a change.
    ChangeProblems {
        Invalid 400 "Not JSON, or a header that cannot be used",
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource",
        Conflict 409 "The card's status, another operation, or a running request is in the way",
        TooLarge 413 "The body is too large",
        MediaType 415 "The body is not declared as what is taken",
        Unfit 422 "Does not fit the rules, or the provider refused",
        Internal 500 "The gateway failed",
        Unsupported 501 "The provider or card type cannot do this",
        BadGateway 502 "The provider does not accept the gateway",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a read of secrets.
    RevealProblems {
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource",
        Conflict 409 "The card has nothing to show yet",
        Unfit 422 "Does not fit the rules, or the provider refused",
        TooMany 429 "Too many requests, or the secrets of this card were read too often; see `Retry-After`",
        Internal 500 "The gateway failed",
        Unsupported 501 "The provider cannot do this",
        BadGateway 502 "The provider's answer cannot be used",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of the operator's reads that name nothing.
    OperatorProblems {
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key is not the operator's",
        Internal 500 "The gateway failed",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a reload.
    ConfigProblemAnswers {
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key is not the operator's",
        Refused 422 "The configuration has problems; nothing of it was taken",
        Internal 500 "The gateway failed",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of an explanation.
    ExplainProblems {
        Invalid 400 "Not JSON, or a query parameter that cannot be used",
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        TooLarge 413 "The body is too large",
        MediaType 415 "The body is not declared as what is taken",
        Unfit 422 "Does not fit the rules",
        Internal 500 "The gateway failed",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Answers of a simulation.
    SimulateProblems {
        Invalid 400 "Not JSON",
        Unauthenticated 401 "No valid API key",
        Forbidden 403 "The API key lacks a scope",
        NotFound 404 "There is no such resource, or its provider does not know it yet",
        TooLarge 413 "The body is too large",
        MediaType 415 "The body is not declared as what is taken",
        Unfit 422 "Does not fit the rules, or the emulator refused",
        Internal 500 "The gateway failed",
        NoEmulator 501 "The provider is no emulator",
        BadGateway 502 "The emulator's answer cannot be used",
        Unavailable 503 "Cannot be served now; see `Retry-After`",
    }
    /// Further answers where a body may come along.
    BodyProblems {
        Invalid 400 "Not JSON, or a header that cannot be used",
        TooLarge 413 "The body is too large",
    }
    /// A further answer of what reads headers.
    HeaderProblems {
        Invalid 400 "A header cannot be used",
    }
    /// A further answer of a change under a condition.
    StaleProblems {
        Stale 412 "It is no longer the version in `If-Match`",
    }
    /// A further answer of a list that belongs to something.
    NotFoundProblems {
        NotFound 404 "There is no such resource",
    }
    /// A further answer of an erasure.
    InUseProblems {
        InUse 409 "An enrolment of the customer is on its way to a provider",
    }
    /// Further answers of a read at the provider.
    ProviderProblems {
        Refused 422 "The provider refused",
        Unsupported 501 "The provider cannot do this",
        BadGateway 502 "The provider's answer cannot be used",
    }
}
