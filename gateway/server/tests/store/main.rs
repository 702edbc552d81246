//! The store does the same on both databases: every test of `records`, `issuing`, `conflicts`, `routing`, `claims`,
//! `batches`, `card_batches`, `ledger`, `authorizations`, `authorization_history` and `spend_controls` runs on SQLite and on PostgreSQL.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests, whose functions are shared by both databases and so carry no `#[test]`"
)]

mod authorization_history;
mod authorizations;
mod batches;
mod card_batches;
mod claims;
mod conflicts;
mod disputes;
mod fixtures;
mod issuing;
mod ledger;
// Included, as the package it is from depends on this one.
#[path = "../../../../tests/e2e/src/postgres.rs"]
mod postgres;
mod records;
mod restart;
mod routing;
mod schema;
mod spend_controls;

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
        api_key_expires_at_the_earliest_end_it_was_given,
        operations_that_need_a_person_are_listed_over_all_tenants,
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
    routing {
        routing_with_every_field_comes_back_the_same,
        card_moved_is_the_next_issuers_and_no_other_is,
        issued_since_counts_what_ended_by_instance,
    }
    disputes {
        dispute_comes_back_the_same_and_is_found,
        transaction_has_one_open_dispute_at_a_time,
        operation_on_a_dispute_and_its_comparison_come_back_the_same,
        reading_that_brings_nothing_moves_only_the_next_one,
    }
    ledger {
        book_and_transfers_with_every_field_come_back_the_same,
        budget_its_book_and_its_first_money_are_stored_together,
        transfers_are_paged_newest_first_and_never_cross_books,
        transfers_between_are_in_the_order_they_were_booked,
        source_booked_twice_is_a_conflict_and_moves_nothing,
        version_of_a_book_from_many_writers_at_once_is_taken_once,
        movements_at_once_that_begin_anew_are_all_booked,
        budget_and_card_have_one_book_each,
        entry_that_moves_nothing_changes_nothing,
    }
    authorizations {
        authorization_with_every_field_comes_back_the_same,
        authorizations_are_listed_newest_first_and_filtered,
        authorization_asked_for_at_once_is_stored_once,
        authorization_of_another_version_or_ref_in_use_is_a_conflict,
        answer_is_marked_once_and_outlives_what_was_read_before_it,
    }
    authorization_history {
        spent_counts_what_is_held_and_posted_in_its_scope_and_time,
        spent_follows_every_change_and_sums_beyond_one_integer,
        first_merchant_is_that_of_the_oldest_payment_that_counts,
        holds_that_expire_are_given_to_one_claimer_each,
        asked_between_is_in_order_and_without_what_nobody_asked,
    }
    spend_controls {
        spend_control_comes_back_the_same_and_is_listed,
        spend_control_is_changed_and_deleted_only_as_it_was_read,
        controls_covering_a_card_come_in_their_order_with_their_marks,
        decisions_at_once_under_one_mark_are_stored_once,
        mark_is_one_per_control_and_goes_with_it,
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
        jobs_hastened_while_they_are_done_are_due_as_hastened,
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
