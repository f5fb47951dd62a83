package ai.plexe.auth.deploy;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What alerts and the dashboard ask Prometheus. */
final class Monitoring {

    static final Path DIRECTORY = Manifest.DEPLOY.resolve("monitoring");

    private static final Pattern SELECTOR = Pattern.compile(
            "\\b(?<name>[a-z_][a-z0-9_]*)(?:\\{(?<labels>[^}]*)})?(?=[\\[\\s)]|$)(?!\\s*\\()",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
    private static final Set<String> WORDS =
            Set.of("and", "or", "unless", "by", "without", "bool", "on", "ignoring", "offset");

    private Monitoring() {}

    /**
     * What an expression selects.
     *
     * @param metric its name
     * @param labels that it must have
     */
    record Selector(String metric, Map<String, String> labels) {}

    static List<Rule> alerts() {
        PrometheusRule rules = (PrometheusRule)
                Manifest.in(DIRECTORY.resolve("alerts.yaml")).get(0).typed();
        return rules.getSpec().getGroups().stream()
                .flatMap(group -> group.getRules().stream())
                .toList();
    }

    /** By the name of alert or panel. */
    static Map<String, String> expressions() throws IOException {
        Map<String, String> expressions = new LinkedHashMap<>();
        alerts().forEach(alert ->
                expressions.put(alert.getAlert(), alert.getExpr().getStrVal()));
        JsonNode dashboard =
                new ObjectMapper().readTree(DIRECTORY.resolve("dashboard.json").toFile());
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.get("targets")) {
                String name =
                        panel.get("title").asText() + " " + target.get("refId").asText();
                expressions.put(name, target.get("expr").asText());
            }
        }
        return expressions;
    }

    static List<Selector> selectors(String expression) {
        String withoutGroupings = expression.replaceAll("\\b(by|without)\\s*\\([^)]*\\)", " ");
        List<Selector> selectors = new ArrayList<>();
        Matcher found = SELECTOR.matcher(withoutGroupings);
        while (found.find()) {
            if (!WORDS.contains(found.group("name"))) {
                selectors.add(new Selector(found.group("name"), labels(found.group("labels"))));
            }
        }
        return selectors;
    }

    /** Reads a line of Prometheus's text format, of which the value is left out. */
    static Selector sample(String line) {
        int brace = line.indexOf('{');
        return brace < 0
                ? new Selector(line.substring(0, line.indexOf(' ')), Map.of())
                : new Selector(line.substring(0, brace), labels(line.substring(brace)));
    }

    private static Map<String, String> labels(String text) {
        return text == null
                ? Map.of()
                : LABEL.matcher(text).results().collect(toMap(label -> label.group(1), label -> label.group(2)));
    }
}
