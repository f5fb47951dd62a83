package ai.plexe.auth.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.plexe.auth.deploy.Monitoring.Selector;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Alerts are told of in time, and somebody who is woken by one finds what to do. */
class AlertsTest {

    private static final Path OPERATIONS = Path.of("docs/operations.md").toAbsolutePath();

    static List<Rule> alerts() {
        return Monitoring.alerts();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void anAlertLeadsToWhatIsToBeDone(Rule alert) throws IOException {
        String runbook = alert.getAnnotations().get("runbook");

        assertEquals("docs/operations.md#" + alert.getAlert().toLowerCase(Locale.ROOT), runbook);
        assertTrue(
                Files.readString(OPERATIONS).lines().anyMatch(("### " + alert.getAlert())::equals),
                "nothing is written about it");
        assertTrue(Set.of("critical", "warning").contains(alert.getLabels().get("severity")));
    }

    @Test
    void noAdviceIsLeftWithoutAnAlert() throws IOException {
        Set<String> alerts = alerts().stream().map(Rule::getAlert).collect(Collectors.toSet());

        Set<String> advised = Files.readString(OPERATIONS)
                .lines()
                .filter(line -> line.startsWith("### PlexeAuth"))
                .map(line -> line.substring(4))
                .collect(Collectors.toSet());

        assertEquals(alerts, advised);
    }

    @Test
    void alertsFireWhenTheyShouldAndOtherwiseDoNot(@TempDir Path directory) throws Exception {
        Program promtool = new Program("promtool");
        assumeTrue(promtool.isThere(), "promtool is not installed (Debian: prometheus)");
        String rules = Files.readString(Monitoring.DIRECTORY.resolve("alerts.yaml"));
        int spec = rules.indexOf("\nspec:\n");
        Files.writeString(
                directory.resolve("rules.yaml"),
                rules.substring(spec + "\nspec:\n".length()).replaceAll("(?m)^ {2}", ""));
        Files.copy(Monitoring.DIRECTORY.resolve("alerts-test.yaml"), directory.resolve("alerts-test.yaml"));

        Program.Run check = promtool.run(directory, "check", "rules", "rules.yaml");
        assertEquals(0, check.exitCode(), check.output());
        assertTrue(check.output().contains(alerts().size() + " rules found"), check.output());
        Program.Run test = promtool.run(directory, "test", "rules", "alerts-test.yaml");
        assertEquals(0, test.exitCode(), test.output());
    }

    @Test
    void everyAlertIsTriedBothWays() {
        Set<String> alerts = alerts().stream().map(Rule::getAlert).collect(Collectors.toSet());

        assertEquals(alerts, tried(true), "fire when they should");
        assertEquals(alerts, tried(false), "otherwise do not");
    }

    /** The alerts that are expected at some time to fire, or not to. */
    private static Set<String> tried(boolean fires) {
        return maps(
                        Manifest.in(Monitoring.DIRECTORY.resolve("alerts-test.yaml"))
                                .get(0)
                                .content(),
                        "tests")
                .flatMap(test -> maps(test, "alert_rule_test"))
                .filter(expected -> maps(expected, "exp_alerts").findAny().isPresent() == fires)
                .map(expected -> (String) expected.get("alertname"))
                .collect(Collectors.toSet());
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map<String, Object>> maps(Map<String, Object> parent, String name) {
        return ((List<Map<String, Object>>) parent.get(name)).stream();
    }

    @Test
    void selectorsAreFoundInExpressions() {
        assertEquals(
                List.of(
                        new Selector("a_bucket", Map.of("script", "admit")),
                        new Selector("b_total", Map.of()),
                        new Selector("c", Map.of()),
                        new Selector("c", Map.of())),
                Monitoring.selectors("histogram_quantile(0.99, sum by (le) (rate(a_bucket{script=\"admit\"}[5m])))\n"
                        + "  / rate(b_total[2m]) > 0.01 and max by (instance) (c unless c offset 15m) > 2"));
        assertFalse(Monitoring.selectors("up == 1").isEmpty());
    }
}
