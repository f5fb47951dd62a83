package ai.plexe.auth.deploy;

import static io.restassured.RestAssured.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Alerts and the dashboard look at what the service tells, and each alert says what to do. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class MonitoringTest {

    private static final Path ALERTS = Path.of("deploy/monitoring/alerts.yaml");
    private static final Path DASHBOARD = Path.of("deploy/monitoring/dashboard.json");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    /** What Prometheus itself tells of what it scrapes. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    private static final Pattern METRIC = Pattern.compile("\\b(?:plexe|http|sql|process)_[a-z_]+\\b|\\bup\\b");
    private static final Pattern TOLD = Pattern.compile("(?m)^([a-z_]+)[ {]");

    private static JsonNode alerts() throws Exception {
        return new ObjectMapper(new YAMLFactory()).readTree(ALERTS.toFile()).at("/groups/0/rules");
    }

    private static List<String> expressions() throws Exception {
        List<String> expressions = new ArrayList<>();
        alerts().forEach(rule -> expressions.add(rule.path("expr").asText()));
        new ObjectMapper()
                .readTree(DASHBOARD.toFile())
                .path("panels")
                .forEach(panel -> panel.path("targets")
                        .forEach(target -> expressions.add(target.path("expr").asText())));
        return expressions;
    }

    private static Set<String> told() {
        Set<String> told = new TreeSet<>(OF_PROMETHEUS);
        Matcher metric = TOLD.matcher(given().get("/q/metrics").asString());
        while (metric.find()) {
            told.add(metric.group(1));
        }
        return told;
    }

    @Test
    void everyMetricThatIsLookedAtExists() throws Exception {
        Api admin = Api.ofNewAccount();
        admin.revoke(admin.key("read_only").id()).then().statusCode(200);
        Set<String> used = new TreeSet<>();
        for (String expression : expressions()) {
            Matcher metric = METRIC.matcher(expression.replaceAll("\"[^\"]*\"", ""));
            while (metric.find()) {
                used.add(metric.group());
            }
        }
        assertTrue(used.size() > 12, used.toString());

        Awaitility.await("all of " + used).until(() -> told().containsAll(used));
    }

    @Test
    void everyAlertSaysWhatToDo() throws Exception {
        String page = Files.readString(Path.of("docs/operations.md"));
        for (JsonNode rule : alerts()) {
            String name = rule.path("alert").asText();
            assertEquals(
                    "docs/operations.md#" + name.toLowerCase(Locale.ROOT),
                    rule.at("/annotations/runbook").asText());
            assertTrue(page.contains("\n### " + name + "\n"), name);
        }
    }

    @Test
    void prometheusTakesTheRulesAndTheyFireWhenTheyShould() throws Exception {
        if (!Files.isExecutable(PROMTOOL)) {
            System.err.println("SKIPPED: no promtool on this machine, so the alerts are not tried."
                    + " Install it (Debian: apt-get install prometheus).");
        }
        Assumptions.assumeTrue(Files.isExecutable(PROMTOOL), "no promtool on this machine");
        for (List<String> arguments :
                List.of(List.of("check", "rules", "alerts.yaml"), List.of("test", "rules", "alerts_test.yaml"))) {
            List<String> command = new ArrayList<>(List.of(PROMTOOL.toString()));
            command.addAll(arguments);
            Process promtool = new ProcessBuilder(command)
                    .directory(ALERTS.getParent().toFile())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(promtool.getInputStream().readAllBytes());
            assertTrue(promtool.waitFor(30, TimeUnit.SECONDS) && promtool.exitValue() == 0, said);
        }
    }
}
