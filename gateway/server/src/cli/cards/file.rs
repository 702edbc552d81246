//! The CSV file: a line is a card.

use csv::{Position, ReaderBuilder, StringRecord, Trim};
use serde_json::{Map, Value, json};

/// The columns that are not metadata.
const COLUMNS: [&str; 9] = [
    "typeId",
    "initialBalance",
    "currency",
    "label",
    "externalId",
    "customerId",
    "budgetId",
    "firstName",
    "lastName",
];
const METADATA: &str = "metadata.";
/// Nobody corrects more at once.
const TOLD_MAX: usize = 50;

/// A card to issue and where it stands in the file.
#[derive(Debug)]
pub(super) struct Row {
    pub line: u64,
    /// As the API takes it.
    pub item: Value,
}

/// Every line, or everything that is wrong with them.
pub(super) fn parse(content: &[u8]) -> Result<Vec<Row>, String> {
    let content = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    let mut reader = ReaderBuilder::new()
        .trim(Trim::All)
        .flexible(true)
        .from_reader(content);
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut problems: Vec<String> = header_problems(&header);
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, |at| line_of(at, content));
                match item(&header, &record) {
                    Ok(item) => rows.push(Row { line, item }),
                    Err(found) => {
                        problems.extend(found.into_iter().map(|p| format!("line {line}: {p}")));
                    }
                }
            }
            Err(error) => problems.push(error.to_string()),
        }
    }
    if rows.is_empty() && problems.is_empty() {
        problems.push("the file has no line below its header".to_owned());
    }
    match problems.is_empty() {
        true => Ok(rows),
        false => Err(listed(problems)),
    }
}

/// The line a record begins on. Its position is before the empty lines that were passed over.
fn line_of(position: &Position, content: &[u8]) -> u64 {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let empty = content.get(from..).unwrap_or_default().iter();
    let empty = empty.take_while(|byte| matches!(byte, b'\n' | b'\r'));
    let passed = empty.filter(|byte| **byte == b'\n').count();
    position.line() + u64::try_from(passed).unwrap_or(0)
}

/// The first problems, and how many more there are.
pub(super) fn listed(mut problems: Vec<String>) -> String {
    let more = problems.len().saturating_sub(TOLD_MAX);
    problems.truncate(TOLD_MAX);
    let mut text = problems.join("\n");
    if more > 0 {
        text.push_str(&format!("\nand {more} more"));
    }
    text
}

fn header_problems(header: &StringRecord) -> Vec<String> {
    let known = |name: &str| {
        COLUMNS.contains(&name)
            || name
                .strip_prefix(METADATA)
                .is_some_and(|key| !key.is_empty())
    };
    let mut problems = Vec::new();
    for (at, name) in header.iter().enumerate() {
        if !known(name) {
            let all = COLUMNS.join(", ");
            problems.push(format!(
                "line 1: `{name}` is no column; there are {all}, {METADATA}<name>"
            ));
        }
        if header.iter().take(at).any(|before| before == name) {
            problems.push(format!("line 1: the column `{name}` is there twice"));
        }
    }
    if !header.iter().any(|name| name == "typeId") {
        problems.push("line 1: there is no column `typeId`".to_owned());
    }
    problems
}

/// An empty cell is one that is not there.
fn item(header: &StringRecord, record: &StringRecord) -> Result<Value, Vec<String>> {
    if record.len() != header.len() {
        let (has, wants) = (record.len(), header.len());
        return Err(vec![format!("has {has} cells, the header has {wants}")]);
    }
    let cell = |wanted: &str| {
        let mut cells = header.iter().zip(record);
        let (_, value) = cells.find(|(name, _)| *name == wanted)?;
        (!value.is_empty()).then(|| value.to_owned())
    };
    let mut problems = Vec::new();
    let mut item = Map::new();
    if cell("typeId").is_none() {
        problems.push("`typeId` is empty".to_owned());
    }
    for name in ["typeId", "label", "externalId", "customerId", "budgetId"] {
        item.extend(cell(name).map(|value| (name.to_owned(), Value::String(value))));
    }
    match (cell("initialBalance"), cell("currency")) {
        (Some(amount), Some(currency)) => {
            let money = json!({ "amount": amount, "currency": currency });
            item.insert("initialBalance".to_owned(), money);
        }
        (Some(_), None) => problems.push("`initialBalance` without a `currency`".to_owned()),
        (None, _) => {}
    }
    match (cell("firstName"), cell("lastName")) {
        (None, None) => {}
        (first, last) => {
            let holder = json!({ "firstName": first, "lastName": last });
            item.insert("cardholder".to_owned(), holder);
        }
    }
    let metadata: Map<String, Value> = header
        .iter()
        .zip(record)
        .filter_map(|(name, value)| Some((name.strip_prefix(METADATA)?, value)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), Value::String(value.to_owned())))
        .collect();
    if !metadata.is_empty() {
        item.insert("metadata".to_owned(), Value::Object(metadata));
    }
    match problems.is_empty() {
        true => Ok(Value::Object(item)),
        false => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_becomes_items_with_their_lines() {
        let text = "\u{feff}typeId,initialBalance,currency,label,metadata.team\n\
            ctype_1,50.00,USD,\"Ads, spring\",growth\n\nctype_2,,USD,,\n";
        let rows = parse(text.as_bytes()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].line, 2);
        assert_eq!(
            rows[0].item,
            json!({
                "typeId": "ctype_1", "initialBalance": { "amount": "50.00", "currency": "USD" },
                "label": "Ads, spring", "metadata": { "team": "growth" },
            })
        );
        assert_eq!(
            (rows[1].line, &rows[1].item),
            (4, &json!({ "typeId": "ctype_2" }))
        );
    }

    #[test]
    fn file_with_several_problems_names_each_line() {
        let text = "typeId,initialBalance,currency\n,5,USD\nctype_1,5,\nctype_1\nctype_1,5,USD\n";
        let problems = parse(text.as_bytes()).unwrap_err();
        for wanted in [
            "line 2: `typeId` is empty",
            "line 3: `initialBalance` without",
            "line 4: has 1 cells",
        ] {
            assert!(problems.contains(wanted), "{problems}");
        }
        assert!(!problems.contains("line 5"), "{problems}");
    }

    #[test]
    fn file_with_an_unknown_column_or_no_lines_is_refused() {
        let header = parse(b"typeid,cardNumber\n").unwrap_err();
        for wanted in [
            "`typeid` is no column",
            "`cardNumber` is no column",
            "no column `typeId`",
        ] {
            assert!(header.contains(wanted), "{header}");
        }
        assert!(parse(b"typeId\n").unwrap_err().contains("no line"));
    }
}
