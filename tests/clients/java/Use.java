import static java.util.stream.Collectors.toList;

import com.cardmux.client.ApiClient;
import com.cardmux.client.ApiException;
import com.cardmux.client.ApiResponse;
import com.cardmux.client.api.CardTypesApi;
import com.cardmux.client.api.CardsApi;
import com.cardmux.client.api.OperationsApi;
import com.cardmux.client.api.RoutingApi;
import com.cardmux.client.model.Card;
import com.cardmux.client.model.CardPage;
import com.cardmux.client.model.CardType;
import com.cardmux.client.model.CardWish;
import com.cardmux.client.model.IssueCard;
import com.cardmux.client.model.Money;
import com.cardmux.client.model.MoveFunds;
import com.cardmux.client.model.Operation;
import com.cardmux.client.model.Problem;
import com.cardmux.client.model.RoutingExplanation;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;

/** What a platform does with the API, through the generated client. Prints a line per step. */
public class Use {
    private final ApiClient client = new ApiClient();
    private final CardsApi cards;

    private Use() {
        client.updateBaseUri(System.getenv("CARDMUX_URL"));
        String key = "Bearer " + System.getenv("CARDMUX_KEY");
        client.setRequestInterceptor(request -> request.header("Authorization", key));
        client.setReadTimeout(Duration.ofSeconds(60));
        cards = new CardsApi(client);
    }

    public static void main(String[] args) throws Exception {
        Use use = new Use();
        String typeId = use.types();
        use.issue(typeId);
        Card card = use.issue(typeId);
        use.pages(card);
        use.lostAnswer(card);
        use.conflict(card);
        use.issueByWish();
        use.explain();
    }

    private String types() throws ApiException {
        List<String> ids = new CardTypesApi(client)
                .listCardTypes(null, null, null, null, null, null, 200, null)
                .getData().stream().map(CardType::getId).collect(toList());
        String wanted = System.getenv("CARDMUX_TYPE");
        check(ids.contains(wanted), ids);
        System.out.println("ok card types: " + ids.size());
        return wanted;
    }

    private Card issue(String typeId) throws ApiException {
        String key = UUID.randomUUID().toString();
        IssueCard body = new IssueCard().typeId(typeId).initialBalance(usd("50.00")).label("java");
        ApiResponse<Card> first = cards.issueCardWithHttpInfo(body, null, key, "wait=20");
        ApiResponse<Card> again = cards.issueCardWithHttpInfo(body, null, key, "wait=20");
        check(first.getStatusCode() == 201 && again.getStatusCode() == 201, first.getStatusCode());
        Card card = first.getData();
        check(card.getStatus().equals("active") && card.getTypeId().equals(typeId), card);
        check(again.getData().getId().equals(card.getId()), again.getData());
        System.out.println("ok issue by type: " + card.getStatus() + ", and the same card again for the same key");
        return card;
    }

    private void pages(Card card) throws ApiException {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            CardPage page = cards.listCards(null, null, null, null, null, null, 1, cursor);
            check(page.getData().size() <= 1, page);
            page.getData().forEach(listed -> ids.add(listed.getId()));
            cursor = page.getNextCursor();
        } while (cursor != null);
        check(ids.contains(card.getId()) && ids.size() >= 2 && new HashSet<>(ids).size() == ids.size(), ids);
        System.out.println("ok pages: " + ids.size() + " cards, one a page");
    }

    private void lostAnswer(Card card) throws Exception {
        String faults = "{\"faults\": [{\"path\": \"/card/deposit\", \"kind\": \"drop_after\", \"times\": 1}]}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("CARDMUX_EMULATOR") + "/_emulator/faults"))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(faults))
                .build();
        int switched = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        check(switched == 204, switched);
        MoveFunds body = new MoveFunds().amount(usd("25.00"));
        String key = UUID.randomUUID().toString();
        ApiResponse<Operation> answer = cards.depositCardWithHttpInfo(card.getId(), body, key, null);
        check(answer.getStatusCode() == 202, answer.getStatusCode());
        Operation operation = answer.getData();
        Instant deadline = Instant.now().plusSeconds(60);
        while (!operation.getStatus().equals("succeeded")) {
            check(!operation.getStatus().equals("failed") && Instant.now().isBefore(deadline), operation);
            Thread.sleep(200);
            operation = new OperationsApi(client).getOperation(operation.getId());
        }
        System.out.println("ok 202: the answer to the deposit was lost, and it " + operation.getStatus());
    }

    private void conflict(Card card) throws Exception {
        Operation frozen = cards.freezeCard(card.getId(), null, "wait=20", null);
        check(frozen.getStatus().equals("succeeded"), frozen);
        try {
            cards.freezeCard(card.getId(), null, "wait=20", null);
            throw new AssertionError("a frozen card was frozen");
        } catch (ApiException refused) {
            Problem problem = client.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
            check(refused.getCode() == 409 && problem.getCode().equals("card_not_active"), problem);
            check(problem.getAllowed().contains("unfreeze"), problem);
            System.out.println("ok 409: " + problem.getCode() + ", allowed are " + String.join(", ", problem.getAllowed()));
        }
    }

    private void issueByWish() throws ApiException {
        Card card = cards.issueCard(wish(), null, UUID.randomUUID().toString(), "wait=20");
        check(card.getStatus().equals("active") && card.getRouting() != null, card);
        check(List.of(card.getModel(), card.getForm(), card.getCurrency()).equals(List.of("card", "virtual", "USD")), card);
        System.out.println("ok issue by wish: " + card.getProvider().getInstance() + ", by the rule " + card.getRouting().getRule());
    }

    private void explain() throws ApiException {
        RoutingExplanation explained = new RoutingApi(client).explainRoute(wish(), null);
        check(explained.getCandidates().contains(explained.getChosen()), explained);
        System.out.println("ok explain: " + explained.getChosen().getInstance() + " of " + explained.getCandidates().size() + " candidates");
    }

    private static IssueCard wish() {
        CardWish want = new CardWish().model("card").form("virtual").currency("USD");
        return new IssueCard().want(want).initialBalance(usd("50.00")).label("java");
    }

    private static Money usd(String amount) {
        return new Money().amount(amount).currency("USD");
    }

    private static void check(boolean holds, Object seen) {
        if (!holds) {
            throw new AssertionError(String.valueOf(seen));
        }
    }
}
