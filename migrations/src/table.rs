//! Columns by kind, so that a table is one list and no other kind of column can slip in.

use sea_orm_migration::prelude::{
    Alias, ColumnDef, ForeignKey, ForeignKeyCreateStatement, Index, IndexCreateStatement, Table,
    TableAlterStatement, TableCreateStatement,
};

/// What a column holds; `Opt…` may be null.
#[derive(Clone, Copy)]
pub enum Kind {
    Id,
    OptId,
    Int,
    OptInt,
    Text,
    OptText,
    Bytes,
    OptBytes,
    Bool,
}

/// A table whose first column is its primary key.
pub fn table(name: &str, columns: &[(&str, Kind)]) -> TableCreateStatement {
    let mut table = keyless(name, columns);
    if let Some((first, _)) = columns.first() {
        table.primary_key(Index::create().col(Alias::new(*first)));
    }
    table
}

/// A table without a primary key, to which the caller adds one.
pub fn keyless(name: &str, columns: &[(&str, Kind)]) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(Alias::new(name));
    for (column, kind) in columns {
        table.col(define(column, *kind));
    }
    table
}

fn define(name: &str, kind: Kind) -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new(name));
    match kind {
        Kind::Id => column.uuid().not_null(),
        Kind::OptId => column.uuid(),
        Kind::Int => column.big_integer().not_null(),
        Kind::OptInt => column.big_integer(),
        Kind::Text => column.text().not_null(),
        Kind::OptText => column.text(),
        Kind::Bytes => column.blob().not_null(),
        Kind::OptBytes => column.blob(),
        Kind::Bool => column.boolean().not_null(),
    };
    column
}

/// One more column; of an optional kind, for there may be rows.
pub fn add_column(table: &str, column: &str, kind: Kind) -> TableAlterStatement {
    Table::alter()
        .table(Alias::new(table))
        .add_column(define(column, kind))
        .to_owned()
}

pub fn references(table: &str, column: &str, other: &str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(Alias::new(table), Alias::new(column))
        .to(Alias::new(other), Alias::new("id"))
        .to_owned()
}

pub fn index(table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = Index::create();
    index
        .name(format!("{table}_{}", columns.join("_")))
        .table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    index
}

/// Nulls are distinct in it, on both databases: many cards without a `provider_ref` are fine.
pub fn unique(table: &str, columns: &[&str]) -> IndexCreateStatement {
    let mut index = index(table, columns);
    index.unique();
    index
}
