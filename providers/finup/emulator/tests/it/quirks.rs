//! Every quirk, on and off.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Bench, NOBODY, UNIVERSAL, done, status};

/// Text of a successful call's answer, for numbers as they are written.
async fn text(request: reqwest::RequestBuilder) -> String {
    request.send().await.unwrap().text().await.unwrap()
}

impl Bench {
    async fn quirk(&self, quirks: Value) {
        self.control(Method::PUT, "/quirks", quirks).await;
    }
}

#[tokio::test]
async fn the_control_route_replaces_all_quirks_and_shows_them() {
    let bench = Bench::odd(json!({"mask": "bullet", "page_cap": 7})).await;
    bench.quirk(json!({"last4_in_list": true})).await;
    let quirks = bench.look("/quirks").await;
    assert_eq!(
        (
            &quirks["mask"],
            &quirks["page_cap"],
            &quirks["last4_in_list"]
        ),
        (&json!("documented"), &json!(100), &json!(true))
    );
    for wrong in [json!({"maks": "bullet"}), json!({"success_status": 404})] {
        let (status, _) = bench.try_control(Method::PUT, "/quirks", wrong).await;
        assert_eq!(status, 422);
    }
    assert_eq!(bench.look("/quirks").await["last4_in_list"], json!(true));
}

#[tokio::test]
async fn base_paths_can_be_served_one_by_one() {
    for (served, root, backend) in [
        ("both", 201, 201),
        ("root", 201, 404),
        ("backend", 404, 201),
    ] {
        let bench = Bench::set(json!({"quirks": {"base_path": served}})).await;
        let path = bench.account("");
        assert_eq!(status(bench.request(Method::GET, &path)).await, root);
        let path = format!("/backend{path}");
        assert_eq!(status(bench.request(Method::GET, &path)).await, backend);
        let told = bench.emulator.client_settings()["base_path"] == "/backend";
        assert_eq!(told, served == "backend");
    }
}

#[tokio::test]
async fn success_can_be_200() {
    let bench = Bench::odd(json!({"success_status": 200})).await;
    assert_eq!(status(bench.issuing(UNIVERSAL, 1)).await, 200);
}

#[tokio::test]
async fn a_bearer_token_can_be_required_and_bins_can_be_special() {
    let bench = Bench::new().await;
    let (account, bins) = (bench.account(""), bench.account("/bins"));
    let key = |path: &str| bench.request(Method::GET, path);
    let bearer = |path: &str| {
        bench
            .bare(Method::GET, path)
            .bearer_auth(bench.setting("bearer"))
    };
    let both = |path: &str| key(path).bearer_auth(bench.setting("bearer"));
    for (quirks, on_account, on_bins) in [
        (json!({}), [201, 401, 201], [201, 201, 201]),
        (
            json!({"bearer_required": true}),
            [401, 401, 201],
            [401, 401, 201],
        ),
        (
            json!({"bins_auth": "bearer"}),
            [201, 401, 201],
            [401, 201, 201],
        ),
        (
            json!({"bins_auth": "api_key"}),
            [201, 401, 201],
            [201, 401, 201],
        ),
    ] {
        bench.quirk(quirks.clone()).await;
        for (path, wanted) in [(&account, on_account), (&bins, on_bins)] {
            let got = [
                status(key(path)).await,
                status(bearer(path)).await,
                status(both(path)).await,
            ];
            assert_eq!(got, wanted, "{quirks} {path}");
        }
    }
}

#[tokio::test]
async fn notes_and_promo_can_be_required() {
    let bench = Bench::new().await;
    let path = bench.account("/cards/issuing");
    let short = json!({"bin_id": UNIVERSAL, "name": "a", "amount": 1});
    let mut noted = short.clone();
    noted["notes"] = json!("n");
    let mut whole = noted.clone();
    whole["promo"] = json!("p");
    for (quirks, codes) in [
        (json!({}), [201, 201, 201]),
        (json!({"notes_required": true}), [400, 201, 201]),
        (json!({"promo_required": true}), [400, 400, 201]),
    ] {
        bench.quirk(quirks.clone()).await;
        for (body, code) in [&short, &noted, &whole].into_iter().zip(codes) {
            assert_eq!(
                status(bench.post(&path, body)).await,
                code,
                "{quirks} {body}"
            );
        }
    }
}

#[tokio::test]
async fn results_can_be_objects_or_arrays() {
    let bench = Bench::odd(json!({"list_result": "object", "wallets_result": "array"})).await;
    assert_eq!(bench.list(json!({})).await, json!([]));
    let id = bench.open(UNIVERSAL).await;
    assert_eq!(bench.list(json!({})).await["id"], json!(id));
    bench.open(UNIVERSAL).await;
    assert_eq!(bench.listed(json!({})).await, 2);
    let wallets = bench.wallet().await;
    assert_eq!(wallets[0]["currency"], "USD");
    assert_eq!(wallets[1]["currency"], "EUR");
}

#[tokio::test]
async fn the_status_filter_can_be_strict() {
    let bench = Bench::new().await;
    let path = bench.account("/cards");
    let array = json!({"filters": {"status": ["Enabled"]}, "pagination": {}});
    let text = json!({"filters": {"status": "[\"Enabled\"]"}, "pagination": {}});
    let broken = json!({"filters": {"status": "Enabled"}, "pagination": {}});
    for (accepted, codes) in [
        ("either", [201, 201, 400]),
        ("array", [201, 400, 400]),
        ("json_text", [400, 201, 400]),
    ] {
        bench.quirk(json!({"status_filter": accepted})).await;
        for (body, code) in [&array, &text, &broken].into_iter().zip(codes) {
            assert_eq!(
                status(bench.post(&path, body)).await,
                code,
                "{accepted} {body}"
            );
        }
    }
}

#[tokio::test]
async fn statuses_have_another_spelling_and_unknown_words() {
    let bench = Bench::odd(json!({"statuses": "other"})).await;
    let issued = done(bench.issuing(UNIVERSAL, 1)).await;
    assert_eq!(issued[0]["status"], "Pending");
    let id = issued[0]["id"].as_str().unwrap();
    bench.reaches(id, "Active").await;
    assert_eq!(bench.listed(json!({"status": ["Active"]})).await, 1);
    assert_eq!(bench.listed(json!({"status": ["Enabled"]})).await, 0);
    done(bench.patch("/cards/freeze", &[id])).await;
    bench.reaches(id, "Freezed").await;
    let slow = json!({"settleMillis": 400});
    bench.control(Method::PUT, "/script", slow).await;
    done(bench.patch("/cards/unfreeze", &[id])).await;
    assert_eq!(bench.card(id).await["status"], "Unfreezing");
    bench.reaches(id, "Active").await;
    done(bench.patch("/cards/close", &[id])).await;
    bench.reaches(id, "Canceled").await;
    bench.quirk(json!({"unknown_status": "Hibernating"})).await;
    assert_eq!(bench.card(id).await["status"], "Hibernating");
}

#[tokio::test]
async fn words_and_masks_change() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let number = bench.card(&id).await["PAN"].as_str().unwrap().to_owned();
    let masked = |fill: char, last4: bool| {
        let block: String = std::iter::repeat_n(fill, 4).collect();
        let end = if last4 { &number[12..] } else { &block };
        format!("4000 10{fill}{fill} {block} {end}")
    };
    for (quirks, issued, listed, got) in [
        (json!({}), ('*', false), ('•', false), ('•', true)),
        (
            json!({"mask": "asterisk"}),
            ('*', false),
            ('*', false),
            ('*', true),
        ),
        (
            json!({"mask": "bullet"}),
            ('•', false),
            ('•', false),
            ('•', true),
        ),
        (
            json!({"last4_in_list": true}),
            ('*', false),
            ('•', true),
            ('•', true),
        ),
    ] {
        bench.quirk(quirks.clone()).await;
        let listed_card = bench.list(json!({"search": "tag-1"})).await;
        let oldest = listed_card.as_array().unwrap().last().unwrap().clone();
        assert_eq!(
            oldest["masked_PAN"],
            json!(masked(listed.0, listed.1)),
            "{quirks}"
        );
        assert_eq!(
            bench.card(&id).await["masked_PAN"],
            json!(masked(got.0, got.1))
        );
        let new = done(bench.issuing(UNIVERSAL, 1)).await[0]["masked_PAN"].clone();
        assert_eq!(new, json!(masked(issued.0, issued.1)), "{quirks}");
    }
    bench.quirk(json!({"category_business": true})).await;
    assert_eq!(bench.card(&id).await["category"], "Business");
    bench.quirk(json!({"odd_balances": true})).await;
    let card = bench.card(&id).await;
    assert_eq!(
        (&card["balance"], &card["past_balance"]),
        (&json!(0), &json!(777))
    );
}

#[tokio::test]
async fn filters_mean_what_the_quirk_says() {
    let bench = Bench::new().await;
    bench.open(UNIVERSAL).await;
    let finup_id = bench.look("/state").await["cards"][0]["finupId"].clone();
    let usd_id = "6a10c0000000000000000001";
    for (quirks, filters, found) in [
        (json!({}), json!({"currency": ["USD"]}), 1),
        (
            json!({"currency_filter": "id"}),
            json!({"currency": ["USD"]}),
            0,
        ),
        (
            json!({"currency_filter": "id"}),
            json!({"currency": [usd_id]}),
            1,
        ),
        (json!({"bin_filter": "id"}), json!({"bin": ["400010"]}), 0),
        (
            json!({"bin_filter": "digits"}),
            json!({"bin": ["400010"]}),
            1,
        ),
        (
            json!({"bin_filter": "digits"}),
            json!({"bin": [UNIVERSAL]}),
            0,
        ),
        (json!({}), json!({"search": finup_id}), 1),
        (json!({"search": "name"}), json!({"search": "tag-1"}), 0),
        (json!({"search": "notes"}), json!({"search": "tag-1"}), 1),
        (json!({"search": "notes"}), json!({"search": "Ads"}), 0),
        (
            json!({"search": "nothing"}),
            json!({"search": "nowhere"}),
            1,
        ),
    ] {
        bench.quirk(quirks.clone()).await;
        assert_eq!(
            bench.listed(filters.clone()).await,
            found,
            "{quirks} {filters}"
        );
    }
}

#[tokio::test]
async fn unknown_members_of_pagination_can_be_refused() {
    let bench = Bench::new().await;
    let body = json!({"filters": {}, "pagination": {"page": 1, "per_page": 5}});
    let path = bench.account("/cards");
    assert_eq!(status(bench.post(&path, &body)).await, 201);
    bench.quirk(json!({"pagination_strict": true})).await;
    assert_eq!(status(bench.post(&path, &body)).await, 400);
    bench.listed(json!({})).await;
}

#[tokio::test]
async fn errors_have_three_bodies() {
    let bench = Bench::new().await;
    let id = bench.open(UNIVERSAL).await;
    let refused = || bench.withdraw(&id, &json!(5));
    let nest: Value = serde_json::from_str(&text(refused()).await).unwrap();
    let said = json!({
        "statusCode": 418, "message": "Insufficient card balance", "error": "I'm a teapot",
    });
    assert_eq!(nest, said);
    bench.quirk(json!({"error_body": "empty"})).await;
    assert_eq!(text(refused()).await, "");
    bench.quirk(json!({"error_body": "text"})).await;
    assert_eq!(text(refused()).await, "Insufficient card balance");
}

#[tokio::test]
async fn numbers_are_written_with_more_decimals() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(10.5)).await;
    let path = format!("/cards/{id}");
    for (numbers, written) in [
        ("plain", "10.5"),
        ("two_decimals", "10.50"),
        ("four_decimals", "10.5000"),
    ] {
        bench.quirk(json!({"numbers": numbers})).await;
        let card = text(bench.request(Method::GET, &path)).await;
        assert!(
            card.contains(&format!("\"balance\":{written},")),
            "{numbers}"
        );
    }
}

#[tokio::test]
async fn card_payments_can_be_absent_and_filters_required() {
    let bench = Bench::new().await;
    let id = bench.funded(UNIVERSAL, json!(10)).await;
    bench.quirk(json!({"card_payments": false})).await;
    assert_eq!(bench.payments(json!({"source_id": id})).await.len(), 0);
    assert_eq!(bench.payments(json!({})).await.len(), 2);
    bench.quirk(json!({"payment_filters_required": true})).await;
    let path = bench.account("/transactions");
    let body = json!({"filters": {"source_id": id}, "pagination": {}});
    assert_eq!(status(bench.post(&path, &body)).await, 400);
    let all = json!({
        "side": [], "type": [], "status": [], "source_id": id, "search": "",
        "from_created_at": "", "to_created_at": "", "timezone": "UTC",
    });
    assert_eq!(bench.payments(all).await.len(), 2);
}

#[tokio::test]
async fn ceilings_and_limits_hold() {
    let quirks =
        json!({"batch_ceiling": 2, "card_ids_ceiling": 1, "amount_min": 5, "amount_max": "20"});
    let bench = Bench::odd(quirks).await;
    assert_eq!(status(bench.issuing(UNIVERSAL, 3)).await, 420);
    let id = bench.open(UNIVERSAL).await;
    for (amount, code) in [(4.99, 420), (5.0, 201), (20.0, 201), (20.01, 420)] {
        assert_eq!(
            status(bench.deposit(&id, &json!(amount))).await,
            code,
            "{amount}"
        );
    }
    assert_eq!(status(bench.withdraw(&id, &json!(1))).await, 420);
    assert_eq!(
        status(bench.patch("/cards/freeze", &[&id, NOBODY])).await,
        400
    );
}

#[tokio::test]
async fn a_batch_can_be_partial() {
    let own = json!({"universal_card_limit": 2, "quirks": {"partial_batch": true}});
    let bench = Bench::set(own).await;
    let cards = done(bench.issuing(UNIVERSAL, 5)).await;
    assert_eq!(cards.as_array().unwrap().len(), 2);
    assert_eq!(status(bench.issuing(UNIVERSAL, 1)).await, 420);
}

#[tokio::test]
async fn bulk_answers_lack_keys_and_place_unknown_ids() {
    const CHANGED: &str = "Changed cards";
    const UNCHANGED: &str = "Unchanged cards due to inappropriate status";
    let bench = Bench::odd(json!({"bulk_keys_missing": true})).await;
    let (one, two) = (bench.open(UNIVERSAL).await, bench.open(UNIVERSAL).await);
    let said = done(bench.patch("/cards/freeze", &[&one])).await;
    assert_eq!(said, json!({CHANGED: [one]}));
    let said = done(bench.patch("/cards/freeze", &[NOBODY])).await;
    assert_eq!(said, json!({UNCHANGED: [NOBODY]}));
    bench.quirk(json!({"unknown_ids": "omitted"})).await;
    let said = done(bench.patch("/cards/freeze", &[NOBODY])).await;
    assert_eq!(said, json!({CHANGED: [], UNCHANGED: []}));
    bench.quirk(json!({"unknown_ids": "not_found"})).await;
    assert_eq!(
        status(bench.patch("/cards/freeze", &[&two, NOBODY])).await,
        404
    );
    assert_eq!(bench.card(&two).await["status"], "Enabled");
}

#[tokio::test]
async fn freezing_can_be_forbidden() {
    let bench = Bench::odd(json!({"freeze_refused": true})).await;
    let id = bench.open(UNIVERSAL).await;
    assert_eq!(status(bench.patch("/cards/freeze", &[&id])).await, 403);
    assert_eq!(bench.card(&id).await["status"], "Enabled");
    done(bench.patch("/cards/close", &[&id])).await;
}
