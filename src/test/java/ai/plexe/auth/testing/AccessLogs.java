package ai.plexe.auth.testing;

import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The access log as an account's administrator sees it. */
public record AccessLogs(Api admin) {

    private static final String PATH = "/auth/access-logs";
    private static final Duration SOON = Duration.ofSeconds(20);

    /** An entry: names and values as in JSON. */
    public record Entry(Map<String, Object> members) {

        public String text(String name) {
            return (String) members.get(name);
        }

        public boolean is(String event, String outcome) {
            return event.equals(text("event")) && outcome.equals(text("outcome"));
        }
    }

    public Response get(Map<String, ?> filters) {
        return admin.request().queryParams(filters).get(PATH);
    }

    public Response export(String mediaType, Map<String, ?> filters) {
        return admin.request().accept(mediaType).queryParams(filters).get(PATH);
    }

    /** The newest entries that pass, at most 200. */
    public List<Entry> entries(Map<String, ?> filters) {
        Response page = get(filters).then().statusCode(200).extract().response();
        return Json.objects(page, "entries").map(Entry::new).toList();
    }

    /** The same, once there are so many: entries come a moment after what they tell of. */
    public List<Entry> await(int count, Map<String, ?> filters) {
        return await(filters, entries -> entries.size() == count);
    }

    public List<Entry> await(Map<String, ?> filters, Predicate<List<Entry>> complete) {
        return Awaitility.await()
                .atMost(SOON)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> entries(filters), complete);
    }
}
