use cardmux_domain::time::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::app::FieldProblem;
use crate::http::codes;
use crate::http::problem::ApiError;

/// A point in time as a query parameter, to the millisecond.
pub fn time_parameter(
    name: &'static str,
    text: Option<&str>,
) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = text else {
        return Ok(None);
    };
    read(text).map(Some).ok_or_else(|| {
        // A `+` that is not escaped arrives as a blank: the usual mistake, so it is told.
        let detail = "must be an RFC 3339 time with its offset, such as 2026-07-01T10:00:00Z; \
            in a query, `+` is written `%2B`";
        let field = FieldProblem::parameter(name, "bad_time", detail);
        ApiError::fields(codes::INVALID_QUERY, "see `errors`", vec![field])
    })
}

/// A point in time in a body, to the millisecond.
pub fn time_field(pointer: &str, text: &str) -> Result<Timestamp, FieldProblem> {
    read(text).ok_or_else(|| {
        let detail = "must be an RFC 3339 time with its offset, such as 2026-07-01T10:00:00Z";
        FieldProblem::body(pointer, "bad_time", detail)
    })
}

fn read(text: &str) -> Option<Timestamp> {
    let time = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let millis = time.unix_timestamp_nanos().div_euclid(1_000_000);
    i64::try_from(millis).ok().map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_of_any_offset_is_read_in_utc() {
        for (text, expected) in [
            ("2026-07-01T10:00:00Z", "2026-07-01T10:00:00.000Z"),
            ("2026-07-01T12:00:00.120+02:00", "2026-07-01T10:00:00.120Z"),
            ("2026-06-30T23:30:00-10:30", "2026-07-01T10:00:00.000Z"),
            ("2026-07-01T10:00:00.1239Z", "2026-07-01T10:00:00.123Z"),
            ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        ] {
            let time = time_parameter("from", Some(text)).unwrap().unwrap();
            assert_eq!(time.to_string(), expected);
        }
        assert_eq!(time_parameter("from", None).unwrap(), None);
    }

    #[test]
    fn time_that_cannot_be_read_names_the_parameter() {
        for text in [
            "",
            "2026-07-01",
            "2026-07-01T10:00:00",
            "2026-07-01T10:00:00 02:00",
            "2026-02-30T10:00:00Z",
            "1782900000120",
        ] {
            let problem = time_parameter("to", Some(text)).unwrap_err().problem;
            assert_eq!(
                (problem.status, problem.code.as_str()),
                (400, "invalid_query")
            );
            assert_eq!(problem.errors.len(), 1, "{text}");
            assert_eq!(problem.errors[0].parameter.as_deref(), Some("to"), "{text}");
        }
    }
}
