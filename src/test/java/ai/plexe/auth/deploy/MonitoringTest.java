package ai.plexe.auth.deploy;

import static io.restassured.RestAssured.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.deploy.Monitoring.Selector;
import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What alerts, the dashboard and the cluster ask of the service is there. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class MonitoringTest {

    /** Prometheus's own. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    private static final Set<String> ADDED_BY_PROMETHEUS = Set.of("job", "instance");
    /** That it never answers 500 is not for this test to change. */
    private static final Map<String, String> NOT_SEEN_HERE = Map.of("status", "500");

    @Test
    void everyMetricThatIsAskedForIsTold() throws Exception {
        Api admin = Api.ofNewAccount();
        Api.Key key = admin.key("read_only");
        admin.as(key.secret()).models().then().statusCode(200);
        admin.revoke(key.id()).then().statusCode(200);
        List<Selector> told = get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(Monitoring::sample)
                .toList();

        Map<String, String> expressions = Monitoring.expressions();

        assertTrue(expressions.size() > 20);
        expressions.forEach((name, expression) -> {
            List<Selector> asked = Monitoring.selectors(expression);
            assertFalse(asked.isEmpty(), name + " asks nothing");
            asked.stream()
                    .filter(selector -> !OF_PROMETHEUS.contains(selector.metric()))
                    .forEach(selector -> assertTrue(
                            told.stream().anyMatch(sample -> answers(sample, selector)),
                            name + " asks for " + selector + ", which is not told"));
        });
    }

    private static boolean answers(Selector sample, Selector asked) {
        return sample.metric().equals(asked.metric())
                && asked.labels().entrySet().stream()
                        .filter(label -> !ADDED_BY_PROMETHEUS.contains(label.getKey()))
                        .allMatch(label -> label.getValue().equals(NOT_SEEN_HERE.get(label.getKey()))
                                ? sample.labels().containsKey(label.getKey())
                                : label.getValue().equals(sample.labels().get(label.getKey())));
    }

    @Test
    void whatTheClusterAsksForIsAnswered() throws Exception {
        List<String> paths = KubernetesTest.askedByTheCluster();

        assertEquals(4, paths.size());
        paths.forEach(path -> get(path).then().statusCode(200));
    }
}
