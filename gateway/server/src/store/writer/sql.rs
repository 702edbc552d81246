//! Statements over many rows of one table.

use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, InsertStatement, IntoIden, Query, TableRef, UpdateStatement, ValueTuple,
};
use sea_orm::{EntityName, EntityTrait, IdenStatic, Iterable, ModelTrait, Value};

/// Bound values in one statement: SQLite allows 32 766, PostgreSQL 65 535.
const MAX_VALUES: usize = 30_000;

type ColumnOf<M> = <<M as ModelTrait>::Entity as EntityTrait>::Column;

/// The name of the `VALUES` table of an update.
const NEW: &str = "new";

/// Rows of `width` values, in as few statements as the bound allows.
pub(super) fn chunks<T>(rows: &[T], width: usize) -> std::slice::Chunks<'_, T> {
    rows.chunks((MAX_VALUES / width.max(1)).max(1))
}

pub(super) fn width<M: ModelTrait>() -> usize {
    ColumnOf::<M>::iter().count()
}

/// The values of a row in the order of its columns.
fn values<M: ModelTrait>(row: &M) -> Vec<Value> {
    ColumnOf::<M>::iter()
        .map(|column| row.get(column))
        .collect()
}

/// `INSERT INTO table (every column) VALUES …`; the caller adds what to do on a conflict.
pub(super) fn insert<M: ModelTrait>(rows: &[&M]) -> InsertStatement {
    let mut insert = Query::insert();
    insert
        .into_table(<M::Entity as Default>::default().table_ref())
        .columns(ColumnOf::<M>::iter());
    for row in rows {
        // As many values as columns: both come from the same list.
        insert.values_panic(values(*row).into_iter().map(Expr::from));
    }
    insert
}

/// `UPDATE table SET … FROM (VALUES …) AS new WHERE …`, the one form both databases share. The
/// columns of such a table have no names of their own but `column1`, `column2` …
pub(super) fn update_from<E: EntityTrait>(rows: Vec<Vec<Value>>) -> UpdateStatement {
    let rows = rows.into_iter().map(ValueTuple::Many).collect();
    Query::update()
        .table(E::default().table_ref())
        .from(TableRef::ValuesList(rows, NEW.into_iden()))
        .to_owned()
}

/// Column `position` (from 1) of the `VALUES` of [`update_from`].
pub(super) fn new(position: usize) -> Expr {
    Expr::col((NEW, Alias::new(format!("column{position}"))))
}

/// What a row is for good: never written again. SQLite rewrites every index that holds a column of
/// the SET list, whether its value changed or not, and most indexes are of these.
const FIXED: [&str; 13] = [
    "tenant",
    "instance",
    "card_id",
    "type_id",
    "kind",
    "reference",
    "model",
    "form",
    "currency",
    "created_at_ms",
    "batch_id",
    "position",
    "request",
];

/// The same, of one table: elsewhere such a column changes. When an authorization was answered is
/// written by a statement of its own, and so is a card that goes to another issuer.
const FIXED_IN: [(&str, &str); 4] = [
    ("cards", "routing"),
    ("ledger_books", "budget_id"),
    ("spend_marks", "control_id"),
    ("authorizations", "answered_at_ms"),
];

fn is_fixed(table: &str, column: &str) -> bool {
    FIXED.contains(&column) || FIXED_IN.contains(&(table, column))
}

/// Replace what can change of rows whose stored version is one behind, returning their ids and
/// versions.
pub(super) fn replace<M: ModelTrait>(
    rows: &[&M],
    id: ColumnOf<M>,
    version: ColumnOf<M>,
) -> UpdateStatement {
    let table = M::Entity::default();
    let fixed = |column: &ColumnOf<M>| is_fixed(table.table_name(), column.as_str());
    let written = || ColumnOf::<M>::iter().filter(|column| !fixed(column));
    let values = |row: &&M| written().map(|column| row.get(column)).collect();
    let mut update = update_from::<M::Entity>(rows.iter().map(values).collect());
    for (column, position) in written().zip(1..) {
        let new = new(position);
        if column.as_str() == id.as_str() {
            update.and_where(Expr::col((table, column)).eq(new));
            continue;
        }
        if column.as_str() == version.as_str() {
            update.and_where(Expr::col((table, column)).eq(new.clone().sub(1)));
        }
        update.value(column, new);
    }
    update
        .returning(Query::returning().columns([(table, id), (table, version)]))
        .to_owned()
}
