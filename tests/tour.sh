#!/usr/bin/env bash
# A tour of the API, with curl and jq, against a running playground (`cargo run -- playground`): the same calls at
# three issuers, then what FinCard has besides: a virtual card with and without cardholder, a physical card, two cards on
# a shared budget, a gift card; then FINCI, which asks before a card is charged. Ends with "ok".
# TOUR_URL and TOUR_KEY name another gateway; by default the playground of this folder is used.
set -euo pipefail
cd "$(dirname "$0")/.."
for tool in curl jq; do command -v "$tool" >/dev/null || { echo "$tool is missing: install it first"; exit 1; }; done
url=${TOUR_URL:-http://127.0.0.1:8080}
key=${TOUR_KEY:-$(jq -r .api_key .cardmux/playground/keys.json)}
run=$(date +%s)$RANDOM

api() { # method, path, [body]: the answer's body; a problem ends the tour
  local body=() answer
  [ $# -lt 3 ] || body=(-d "$3")
  answer=$(curl -sS -m 30 -w '\n%{http_code}' -X "$1" "$url$2" -H "Authorization: Bearer $key" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" -H 'Prefer: wait=15' "${body[@]}") || { echo "no answer from $url: is the playground running?" >&2; exit 1; }
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
  if [ "$status" -ge 400 ] && [ -z "${refused:-}" ]; then echo "$1 $2: $status $answer" >&2; exit 1; fi
  printf '%s\n' "$answer"
}
refusal() { refused=1 api "$@" | jq -r '.code'; }
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
is() { # what, actual, expected
  [ "$2" = "$3" ] || { echo "  $1: got '$2', expected '$3'" >&2; exit 1; }
  echo "  $1: $2"
}
until_is() { # what, path, filter, expected: asks until the answer is as expected, for ten seconds
  local got=
  for _ in $(seq 100); do
    got=$(api GET "$2" | jq -r "$3")
    [ "$got" != "$4" ] || { echo "  $1: $got"; return; }
    sleep 0.1
  done
  echo "  $1: still '$got', expected '$4'" >&2; exit 1
}
usd() { printf '{"amount":"%s","currency":"USD"}' "$1"; }
type_of() { # filter, [kind of issuer]: the first card type that fits
  api GET '/v1/card-types?limit=100' | jq -er "[.data[] | select(.available and .currency == \"USD\" and (.instance | startswith(\"${2:-fincard}\")) and ($1))][0].id" ||
    { echo "no card type with $1" >&2; exit 1; }
}

for issuer in fincard finup bfinance; do
  say "The same card at $issuer"
  # All that differs is the type: one of each issuer that starts without money.
  type=$(type_of '.model == "card" and .form == "virtual" and (.requirements - ["cardholder_name"]) == [] and (.initialBalance.required | not)' $issuer)
  card=$(api POST /v1/cards "{\"typeId\":\"$type\",\"label\":\"Tour\",\"cardholder\":{\"firstName\":\"Ada\",\"lastName\":\"Lovelace\"}}")
  id=$(jq -r .id <<<"$card")
  until_is 'issued' "/v1/cards/$id" .status active
  is 'funded' "$(api POST "/v1/cards/$id/deposit" "{\"amount\":$(usd 25.00)}" | jq -r .status)" succeeded
  until_is 'balance' "/v1/cards/$id/balance" .amount 25.00
  is 'frozen' "$(api POST "/v1/cards/$id/freeze" | jq -r .status)" succeeded
  is 'unfrozen' "$(api POST "/v1/cards/$id/unfreeze" | jq -r .status)" succeeded
  is 'revealed' "$(api POST "/v1/cards/$id/reveal" '{}' | jq -r '[.number,.cvv,.expiry] | map(. != null) | all')" true
  echo "  at the issuer: $(api GET "/v1/cards/$id?include=provider" | jq -c .providerObject)"
  is 'closed' "$(api POST "/v1/cards/$id/cancel" | jq -r .status)" succeeded
  until_is 'status' "/v1/cards/$id" .status cancelled
done

say 'A virtual card'
type=$(type_of '.model == "card" and .form == "virtual" and .requirements == []')
card=$(api POST /v1/cards "{\"typeId\":\"$type\",\"initialBalance\":$(usd 50.00),\"label\":\"Tour\"}")
id=$(jq -r .id <<<"$card")
is 'issued' "$(jq -r .status <<<"$card")" active
is 'reveal has a number, CVV and expiry' "$(api POST "/v1/cards/$id/reveal" '{}' | jq -r '[.number,.cvv,.expiry] | map(. != null) | all')" true
is 'deposit' "$(api POST "/v1/cards/$id/deposit" "{\"amount\":$(usd 25.00)}" | jq -r .status)" succeeded
is 'balance' "$(api GET "/v1/cards/$id/balance" | jq -r .amount)" 75.00
is 'withdraw' "$(api POST "/v1/cards/$id/withdraw" "{\"amount\":$(usd 5.00)}" | jq -r .status)" succeeded
is 'controls' "$(api POST "/v1/cards/$id/controls" "{\"spendLimits\":[{\"interval\":\"per_transaction\",\"amount\":$(usd 40.00)}],\"blockedMccs\":[\"7995\"]}" | jq -r .status)" succeeded
is 'both MCC lists at once' "$(refusal POST "/v1/cards/$id/controls" '{"allowedMccs":["5999"],"blockedMccs":["7995"]}')" invalid_request
is 'note' "$(api POST "/v1/cards/$id/note" '{"note":"from the tour"}' | jq -r .status)" succeeded
is 'freeze' "$(api POST "/v1/cards/$id/freeze" | jq -r .status)" succeeded
is 'unfreeze' "$(api POST "/v1/cards/$id/unfreeze" | jq -r .status)" succeeded
api POST "/v1/simulate/cards/$id/authorize" "{\"amount\":$(usd 20.00),\"merchant\":{\"name\":\"EXAMPLE SHOP\",\"mcc\":\"5999\",\"country\":\"DEU\"}}" >/dev/null
until_is 'purchase' "/v1/transactions?cardId=$id&type=purchase" '.data[0].status' pending
purchase=$(api GET "/v1/transactions?cardId=$id&type=purchase" | jq -r '.data[0].id')
api POST "/v1/simulate/transactions/$purchase/settle" '{}' >/dev/null
until_is 'settled' "/v1/transactions/$purchase" .status settled
api POST "/v1/simulate/transactions/$purchase/refund" '{}' >/dev/null
until_is 'refunded' "/v1/transactions/$purchase" .refundedAmount.amount 20.00
api POST "/v1/simulate/cards/$id/fee-patch" "{\"amount\":$(usd 0.30),\"transactionId\":\"$purchase\"}" >/dev/null
until_is 'a fee the tenant paid' "/v1/transactions?cardId=$id&chargedTo=funding_account" '.data | length' 1
is 'cancel gives back the rest' "$(api POST "/v1/cards/$id/cancel" | jq -r '.status, (.received.amount | tonumber > 0)' | xargs)" 'succeeded true'

say 'A virtual card with a cardholder'
type=$(type_of '.model == "card" and .form == "virtual" and .requirements == ["cardholder"] and .enrolment.name == "B2B"')
customer=$(api POST /v1/customers "$(cat <<JSON
{ "kind": "individual", "firstName": "Ada", "lastName": "Lovelace", "birthDate": "1990-12-10",
  "email": "ada.$run@example.com", "phone": {"dialCode": "+49", "number": "15112345678"},
  "address": {"country": "DE", "city": "$(api GET '/v1/reference/cities?country=DE' | jq -r '[.. | objects | select(.code? and (.children? | length) == 0)][0].code')",
              "line1": "Example Street 1", "postalCode": "10115"} }
JSON
)" | jq -r .id)
echo "  customer: $customer"
is 'not enrolled yet' "$(refusal POST /v1/cards "{\"typeId\":\"$type\",\"customerId\":\"$customer\",\"initialBalance\":$(usd 50.00)}")" enrolment_not_approved
enrolment=$(api POST "/v1/customers/$customer/enrolments" "{\"typeId\":\"$type\"}" | jq -r .id)
until_is 'enrolment' "/v1/enrolments/$enrolment" .status approved
card=$(api POST /v1/cards "{\"typeId\":\"$type\",\"customerId\":\"$customer\",\"initialBalance\":$(usd 50.00)}")
is 'issued' "$(jq -r '.status, .enrolmentId' <<<"$card" | xargs)" "active $enrolment"
api POST "/v1/cards/$(jq -r .id <<<"$card")/cancel" >/dev/null

say 'A physical card'
type=$(type_of '.form == "physical"')
if api GET "/v1/card-types/$type" | jq -e '.requirements | index("cardholder")' >/dev/null; then
  for side in front back selfie; do
    doc=$(printf '\x89PNG\r\n\x1a\n%s' "$side" | curl -sS -m 20 "$url/v1/customers/$customer/documents?typeId=$type" -H "Authorization: Bearer $key" \
      -F "file=@-;filename=$side.png;type=image/png" | jq -er .id) || { echo "the $side document was not taken" >&2; exit 1; }
    declare "$side=$doc"
  done
  job=$(api GET /v1/reference/occupations | jq -r '.data[0].code')
  api PATCH "/v1/customers/$customer" "$(cat <<JSON
{ "nationality": "DE", "gender": "F", "occupation": "$job", "annualIncome": $(usd 100000.00), "expectedMonthlyVolume": $(usd 2000.00),
  "accountPurpose": "Travel", "ipAddress": "192.0.2.1",
  "identity": {"kind": "PASSPORT", "number": "T$run", "issuedOn": "2020-01-01", "expiresOn": "2031-01-01", "front": "$front", "back": "$back", "selfie": "$selfie"} }
JSON
)" >/dev/null
  enrolment=$(api POST "/v1/customers/$customer/enrolments" "{\"typeId\":\"$type\"}" | jq -r .id)
  until_is 'full form enrolment' "/v1/enrolments/$enrolment" .status approved
fi
# A bought card: any number of the emulator's BIN 400005 with a right check digit.
digits=400005$(printf '%09d' $((run % 1000000000)))
sum=0
for ((i = 0; i < 15; i++)); do
  d=${digits:i:1}
  if ((i % 2 == 0)); then d=$((d * 2)); ((d < 10)) || d=$((d - 9)); fi
  sum=$((sum + d))
done
number=$digits$(((10 - sum % 10) % 10))
card=$(api POST /v1/cards "{\"typeId\":\"$type\",\"customerId\":\"$customer\",\"cardNumber\":\"$number\",\"initialBalance\":$(usd 50.00)}")
id=$(jq -r .id <<<"$card")
is 'issued' "$(jq -r .status <<<"$card")" inactive
until_is 'activation code' "/v1/cards/$id/challenges" '[.data[] | select(.kind == "activation_code")] | length' 1
code=$(api GET "/v1/cards/$id/challenges" | jq -r '[.data[] | select(.kind == "activation_code")][0].value')
is 'a weak PIN' "$(refusal POST "/v1/cards/$id/activate" "{\"activationCode\":\"$code\",\"pin\":\"123456\"}")" invalid_request
is 'activate' "$(api POST "/v1/cards/$id/activate" "{\"activationCode\":\"$code\",\"pin\":\"258013\"}" | jq -r .status)" succeeded
until_is 'status' "/v1/cards/$id" .status active
is 'reveal shows the printed number' "$(api POST "/v1/cards/$id/reveal" '{}' | jq -r .number)" "$number"
is 'new PIN' "$(api POST "/v1/cards/$id/pin" '{"pin":"802513"}' | jq -r .status)" succeeded

say 'Two cards on a shared budget'
type=$(type_of '.model == "budget_card"')
budget=$(api POST /v1/budgets '{"name":"Tour","currency":"USD"}' | jq -r .id)
is 'budget' "$(api GET "/v1/budgets/$budget" | jq -r .status)" active
is 'fund' "$(api POST "/v1/budgets/$budget/fund" "{\"amount\":$(usd 500.00)}" | jq -r .status)" succeeded
for n in 1 2; do
  card=$(api POST /v1/cards "{\"typeId\":\"$type\",\"budgetId\":\"$budget\",\"initialBalance\":$(usd 50.00)}")
  is "card $n" "$(jq -r '.status, .budgetId' <<<"$card" | xargs)" "active $budget"
  id=$(jq -r .id <<<"$card")
done
is 'allocate credit' "$(api POST "/v1/cards/$id/deposit" "{\"amount\":$(usd 30.00)}" | jq -r .status)" succeeded
is 'reduce it' "$(api POST "/v1/cards/$id/withdraw" "{\"amount\":$(usd 10.00)}" | jq -r .status)" succeeded
is 'take back' "$(api POST "/v1/budgets/$budget/withdraw" "{\"amount\":$(usd 20.00)}" | jq -r .status)" succeeded
echo "  entries: $(api GET "/v1/budgets/$budget/entries" | jq -r '[.data[] | .direction + " " + .amount.amount] | join(", ")')"
echo "  funding accounts: $(api GET /v1/funding-accounts | jq -r '[.data[] | .available.amount + " " + .available.currency] | join(", ")')"

say 'A gift card'
type=$(type_of '.model == "gift"')
card=$(api POST /v1/cards "{\"typeId\":\"$type\",\"initialBalance\":$(usd 25.00)}")
id=$(jq -r .id <<<"$card")
is 'issued' "$(jq -r .status <<<"$card")" active
is 'reveal is a redemption URL only' "$(api POST "/v1/cards/$id/reveal" '{}' | jq -r '(.redemptionUrl | startswith("http")), (.number == null)' | xargs)" 'true true'
is 'deposit' "$(refusal POST "/v1/cards/$id/deposit" "{\"amount\":$(usd 25.00)}")" capability_unsupported
is 'freeze' "$(refusal POST "/v1/cards/$id/freeze")" capability_unsupported
is 'cancel' "$(api POST "/v1/cards/$id/cancel" | jq -r .status)" succeeded

say 'FINCI asks: a company, two employees, one budget'
eur() { printf '{"amount":"%s","currency":"EUR"}' "$1"; }
type=$(api GET '/v1/card-types?limit=100' | jq -er '[.data[] | select(.available and (.instance | startswith("finci")) and .enrolment.name == "corporate")][0].id')
budget=$(api POST /v1/budgets '{"instance":"ledger","name":"Travel","currency":"EUR"}' | jq -r .id)
is 'fund' "$(api POST "/v1/budgets/$budget/fund" "{\"amount\":$(eur 100.00)}" | jq -r .status)" succeeded
cards=()
for name in Ada Grace; do
  customer=$(api POST /v1/customers "$(cat <<JSON
{ "kind": "business", "firstName": "$name", "lastName": "Example", "birthDate": "1990-12-10", "nationality": "LT", "email": "$name.$run@example.com",
  "phone": {"dialCode": "+370", "number": "61234567"}, "address": {"country": "LT", "city": "Vilnius", "line1": "Sample g. 1", "postalCode": "01100"},
  "company": {"name": "Example UAB", "registrationNumber": "$run"} }
JSON
)" | jq -r .id)
  enrolment=$(api POST "/v1/customers/$customer/enrolments" "{\"typeId\":\"$type\"}" | jq -r .id)
  until_is "$name works at the company" "/v1/enrolments/$enrolment" .status approved
  card=$(api POST /v1/cards "{\"typeId\":\"$type\",\"customerId\":\"$customer\",\"budgetId\":\"$budget\",\"cardholder\":{\"firstName\":\"$name\",\"lastName\":\"Example\"}}" | jq -r .id)
  until_is "card of $name" "/v1/cards/$card" .status active
  cards+=("$card")
done
api POST /v1/spend-controls "{\"scope\":{\"budgetId\":\"$budget\"},\"stage\":\"live\",\"rules\":{\"limits\":[{\"amount\":$(eur 60.00),\"window\":{\"kind\":\"rolling\",\"period\":\"day\"}}]}}" >/dev/null
spend() { # card, amount, and the status of its authorization
  api POST "/v1/simulate/cards/$1/authorize" "{\"amount\":$(eur "$2"),\"merchant\":{\"name\":\"EXAMPLE SHOP\",\"mcc\":\"5411\",\"country\":\"LT\"}}" >/dev/null
  until_is "$2 EUR" "/v1/authorizations?cardId=$1&limit=1" '.data[0].status' "$3"
}
spend "${cards[0]}" 40.00 held
spend "${cards[1]}" 20.01 declined
is 'because' "$(api GET "/v1/authorizations?cardId=${cards[1]}&limit=1" | jq -r '.data[0].reasons[0].code')" spend_limit
spend "${cards[1]}" 20.00 held
transaction() { api GET "/v1/transactions?cardId=$1&type=purchase&limit=1" | jq -r '.data[0].id'; }
api POST "/v1/simulate/transactions/$(transaction "${cards[1]}")/void" '{}' >/dev/null
until_is 'reversed: held' "/v1/budgets/$budget" .ledger.held.amount 40.00
purchase=$(transaction "${cards[0]}")
api POST "/v1/simulate/transactions/$purchase/settle" '{}' >/dev/null
until_is 'cleared: spent' "/v1/budgets/$budget" .ledger.spent.amount 40.00
api POST "/v1/simulate/transactions/$purchase/refund" '{}' >/dev/null
until_is 'refunded: available' "/v1/budgets/$budget" .ledger.available.amount 100.00
echo "  entries: $(api GET "/v1/budgets/$budget/entries" | jq -r '[.data[] | .kind + " " + .amount.amount] | reverse | join(", ")')"

say 'What happened meanwhile'
echo "  $(api GET '/v1/events?limit=200' | jq -r '.data | group_by(.type) | map("\(.[0].type) \(length)") | join(", ")')"

printf '\nok\n'
