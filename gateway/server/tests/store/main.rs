//! The store does the same on both databases: every test of `records`, `issuing`, `conflicts`, `claims`,
//! `batches` and `card_batches` runs on SQLite and on PostgreSQL.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests, whose functions are shared by both databases and so carry no `#[test]`"
)]

mod batches;
mod card_batches;
mod claims;
mod conflicts;
mod disputes;
mod fixtures;
mod issuing;
// Included, as the package it is from depends on this one.
#[path = "../../../../tests/e2e/src/postgres.rs"]
mod postgres;
mod records;
mod restart;
mod schema;

macro_rules! on_both_databases {
    ($($module:ident { $($test:ident),+ $(,)? })+) => {
        mod on_sqlite {$(mod $module {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::fixtures::on_sqlite(crate::$module::$test).await;
            }
        )+})+}
        mod on_postgres {$(mod $module {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                crate::fixtures::on_postgres(crate::$module::$test).await;
            }
        )+})+}
    };
}

on_both_databases! {
    records {
        money_at_its_extremes_is_kept_exactly,
        card_with_every_field_comes_back_the_same,
        operation_with_every_field_comes_back_the_same,
        cards_are_listed_newest_first_and_stable_under_inserts,
        cards_are_filtered_and_never_cross_tenants,
        events_are_listed_oldest_first,
        card_types_keep_their_id_and_become_unlisted,
        api_keys_are_found_and_revoked_once,
    }
    issuing {
        customer_comes_back_the_same_and_is_found_by_its_key,
        enrolment_comes_back_the_same_and_is_one_per_customer_and_type,
        budget_comes_back_the_same,
        refresh_asked_for_is_claimed_and_outdates_a_reading_under_way,
        operation_on_a_budget_or_enrolment_comes_back_the_same,
        transaction_comes_back_the_same_and_is_one_per_provider_ref,
        documents_audit_and_events_come_back_the_same,
    }
    disputes {
        dispute_comes_back_the_same_and_is_found,
        transaction_has_one_open_dispute_at_a_time,
        operation_on_a_dispute_and_its_comparison_come_back_the_same,
        reading_that_brings_nothing_moves_only_the_next_one,
    }
    conflicts {
        key_claimed_twice_is_a_conflict_and_writes_nothing,
        key_expired_is_claimed_again,
        key_keeps_its_first_answer_and_is_released_only_without_one,
        keys_expired_are_deleted,
        update_of_another_version_is_a_conflict,
        update_of_a_card_that_does_not_exist_is_a_conflict,
        update_to_a_provider_ref_in_use_is_a_conflict,
        rows_inserted_twice_are_conflicts,
        webhook_delivered_twice_is_a_conflict,
        amount_too_fine_is_refused_to_its_caller,
    }
    claims {
        operations_due_are_given_to_one_claimer_each,
        claim_takes_the_longest_due_and_leaves_the_version,
        webhooks_come_back_until_they_are_finished,
        jobs_are_replaced_by_kind_and_key,
    }
    card_batches {
        batch_and_item_with_every_field_come_back_the_same,
        batch_of_ten_thousand_is_stored_whole_or_not_at_all,
        items_queued_are_given_to_one_claimer_each,
        item_begun_twice_is_begun_once,
        cancelling_stops_what_is_queued_and_nothing_else,
        items_are_decided_and_batches_ended_when_their_time_has_come,
    }
    batches {
        writers_at_once_share_transactions_and_one_bad_unit_fails_alone,
        same_key_at_once_is_claimed_once,
        close_stores_what_is_queued,
        queue_that_is_full_refuses_at_once,
        follower_of_the_events_misses_none,
    }
}
