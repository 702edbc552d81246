//! The bare server: axum, the same SELECT of the same columns through the same pool settings, and
//! nothing else. No key, no scope, no request id, no domain type.

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use clap::Parser;
use sea_orm::entity::prelude::*;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, Iterable as _, QueryResult, Statement};
use serde::Serialize;

use crate::Result;
use crate::process::TENANT;

#[derive(Parser)]
#[command(name = "cardmux-bench floor")]
struct Floor {
    #[arg(long)]
    listen: SocketAddr,
    #[arg(long, env = "BENCH_FLOOR_DATABASE", hide_env_values = true)]
    database: String,
}

/// The row of a card as the gateway reads it. `same_columns` notices when it no longer is.
mod card {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "cards")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant: String,
        pub status: String,
        pub status_as_of_ms: i64,
        pub provider_status: Option<String>,
        pub drift: bool,
        pub model: String,
        pub form: String,
        pub type_id: Uuid,
        pub instance: String,
        pub provider_ref: Option<String>,
        pub customer_id: Option<Uuid>,
        pub enrolment_id: Option<Uuid>,
        pub budget_id: Option<Uuid>,
        pub brand: Option<String>,
        pub last4: Option<String>,
        pub currency: String,
        pub balance_micros: Option<i64>,
        pub balance_currency: Option<String>,
        pub balance_as_of_ms: Option<i64>,
        pub controls: Option<String>,
        pub note: Option<String>,
        pub label: Option<String>,
        pub external_id: Option<String>,
        pub metadata: String,
        pub routing: Option<String>,
        pub pending_operation: Option<Uuid>,
        pub refresh_at_ms: Option<i64>,
        pub version: i64,
        pub created_at_ms: i64,
        pub updated_at_ms: i64,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// A few of the columns; serialising more of them is the gateway's part.
#[derive(Serialize)]
struct Card {
    id: Uuid,
    status: String,
    currency: String,
    version: i64,
}

pub fn main() -> Result<()> {
    let floor = Floor::parse_from(std::env::args_os().skip(1));
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(serve(floor))
}

async fn serve(floor: Floor) -> Result<()> {
    let database = Database::connect(pool(&floor.database)).await?;
    same_columns(&database).await?;
    let router = Router::new()
        .route("/ready", get(async || "ready"))
        .route("/cards/{id}", get(read))
        .route("/work/{ms}", post(work))
        .with_state(database);
    let listener = tokio::net::TcpListener::bind(floor.listen).await?;
    Ok(axum::serve(listener, router).await?)
}

/// The gateway's reading pool: `store::connect` says why each setting.
fn pool(url: &str) -> ConnectOptions {
    let sqlite = url.starts_with("sqlite:");
    let mut pool = ConnectOptions::new(url);
    pool.max_connections(if sqlite { 4 } else { 8 })
        .acquire_timeout(Duration::from_secs(5))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(30));
    if sqlite {
        pool.idle_timeout(None)
            .max_lifetime(None)
            .map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .foreign_keys(true)
                    .busy_timeout(Duration::from_secs(5))
                    .statement_cache_capacity(512)
                    .row_buffer_size(256)
                    .pragma("query_only", "ON")
            });
    } else {
        pool.map_sqlx_postgres_opts(|postgres| {
            postgres
                .application_name("cardmux")
                .statement_cache_capacity(512)
        });
    }
    pool
}

/// A floor that reads less than the gateway would flatter nobody but the floor.
async fn same_columns(database: &DatabaseConnection) -> Result<()> {
    let any = Statement::from_string(
        database.get_database_backend(),
        "SELECT * FROM cards LIMIT 1",
    );
    let row: Option<QueryResult> = database.query_one_raw(any).await?;
    let Some(row) = row else { return Ok(()) };
    let stored = row.column_names();
    let read: Vec<_> = card::Column::iter()
        .map(|column| column.as_str().to_owned())
        .collect();
    if stored.len() == read.len() && read.iter().all(|column| stored.contains(column)) {
        return Ok(());
    }
    Err(format!("the floor reads other columns of a card than are stored: {stored:?}").into())
}

async fn read(
    State(database): State<DatabaseConnection>,
    Path(id): Path<Uuid>,
) -> std::result::Result<Json<Card>, StatusCode> {
    let row = card::Entity::find_by_id(id)
        .filter(card::Column::Tenant.eq(TENANT))
        // As the gateway reads it: `.one()` binds `LIMIT 1`, which SQLite prepares anew each time.
        .all(&database)
        .await
        .map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?
        .pop()
        .ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(Card {
        id: row.id,
        status: row.status,
        currency: row.currency,
        version: row.version,
    }))
}

/// Take as long as the provider does, and answer.
#[expect(
    clippy::disallowed_methods,
    reason = "plays a provider, which takes its time"
)]
async fn work(Path(ms): Path<u64>) -> &'static str {
    if ms > 0 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    "done"
}
