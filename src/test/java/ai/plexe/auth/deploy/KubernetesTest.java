package ai.plexe.auth.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests are what the Kubernetes API takes, and say of the service what is true. */
class KubernetesTest {

    private static final Path KUBERNETES = Path.of("deploy/kubernetes");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** The types of the API, by kind; a kind of another version is none that is known here. */
    private static final Map<String, Class<? extends HasMetadata>> TYPES = Map.of(
            "v1/ServiceAccount", ServiceAccount.class,
            "v1/ConfigMap", ConfigMap.class,
            "batch/v1/Job", Job.class,
            "apps/v1/Deployment", Deployment.class,
            "v1/Service", Service.class,
            "networking.k8s.io/v1/Ingress", Ingress.class,
            "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
            "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class);

    /** Lists whose members strategic merge tells by their name. */
    private static final Set<String> BY_NAME = Set.of("containers", "env", "ports", "volumes", "volumeMounts");

    private static JsonNode read(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** The base's manifests, with the overlay's patches if there is one. */
    private static List<JsonNode> rendered(String overlay) {
        List<JsonNode> manifests = members(KUBERNETES.resolve("base"), "resources")
                .map(name -> read(KUBERNETES.resolve("base").resolve(name)))
                .toList();
        if (overlay != null) {
            Path folder = KUBERNETES.resolve("overlays").resolve(overlay);
            for (JsonNode patch : read(folder.resolve("kustomization.yaml")).path("patches")) {
                JsonNode change = read(folder.resolve(patch.path("path").asText()));
                JsonNode target = manifests.stream()
                        .filter(manifest -> same(manifest, change))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("nothing to patch: " + patch));
                merge((ObjectNode) target, change);
            }
        }
        return manifests;
    }

    private static Stream<String> members(Path folder, String list) {
        List<String> members = new ArrayList<>();
        read(folder.resolve("kustomization.yaml")).path(list).forEach(member -> members.add(member.asText()));
        return members.stream();
    }

    private static boolean same(JsonNode one, JsonNode other) {
        return Stream.of("/apiVersion", "/kind", "/metadata/name")
                .allMatch(at -> one.at(at).equals(other.at(at)));
    }

    private static void merge(ObjectNode target, JsonNode change) {
        change.properties().forEach(member -> {
            JsonNode present = target.get(member.getKey());
            JsonNode next = member.getValue();
            if (present instanceof ObjectNode object && next.isObject()) {
                merge(object, next);
            } else if (present instanceof ArrayNode array && BY_NAME.contains(member.getKey())) {
                next.forEach(each -> mergeNamed(array, each));
            } else {
                target.set(member.getKey(), next);
            }
        });
    }

    private static void mergeNamed(ArrayNode array, JsonNode change) {
        for (JsonNode present : array) {
            if (present.path("name").equals(change.path("name"))) {
                merge((ObjectNode) present, change);
                return;
            }
        }
        array.add(change);
    }

    private static HasMetadata parse(JsonNode manifest) throws Exception {
        String type = manifest.path("apiVersion").asText() + "/"
                + manifest.path("kind").asText();
        assertTrue(TYPES.containsKey(type), "a kind of the API: " + type);
        HasMetadata parsed = YAML.treeToValue(manifest, TYPES.get(type));
        refuseUnknown(parsed, type);
        return parsed;
    }

    /** The types keep what they don't know; here nothing may be left over, at any depth. */
    private static void refuseUnknown(Object parsed, String where) throws Exception {
        if (parsed instanceof Collection<?> each) {
            for (Object member : each) {
                refuseUnknown(member, where + "[]");
            }
        } else if (parsed instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> member : map.entrySet()) {
                refuseUnknown(member.getValue(), where + "." + member.getKey());
            }
        } else if (parsed != null && parsed.getClass().getName().startsWith("io.fabric8.")) {
            for (Method getter : parsed.getClass().getMethods()) {
                if (getter.getParameterCount() > 0 || !getter.getName().startsWith("get")) {
                    continue;
                }
                Object value = getter.invoke(parsed);
                if (getter.getName().equals("getAdditionalProperties")) {
                    // A quantity has such a member of its own.
                    assertTrue(value == null || ((Map<?, ?>) value).isEmpty(), "unknown at " + where + ": " + value);
                } else if (value != parsed) {
                    refuseUnknown(value, where + "." + getter.getName().substring(3));
                }
            }
        }
    }

    private static <T extends HasMetadata> T one(Class<T> type) throws Exception {
        for (JsonNode manifest : rendered("production")) {
            if (type.isInstance(parse(manifest))) {
                return type.cast(parse(manifest));
            }
        }
        throw new AssertionError("no " + type);
    }

    private static PodSpec pod() throws Exception {
        return one(Deployment.class).getSpec().getTemplate().getSpec();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "production"})
    void everyManifestIsWhatTheApiTakes(String overlay) throws Exception {
        List<JsonNode> manifests = rendered(overlay.isEmpty() ? null : overlay);
        assertEquals(TYPES.size(), manifests.size());
        for (JsonNode manifest : manifests) {
            assertNotNull(parse(manifest).getMetadata().getName());
        }
    }

    @Test
    void noFileIsForgotten() throws Exception {
        try (Stream<Path> files = Files.list(KUBERNETES.resolve("base"))) {
            assertEquals(
                    Stream.concat(members(KUBERNETES.resolve("base"), "resources"), Stream.of("kustomization.yaml"))
                            .sorted()
                            .toList(),
                    files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aMisspeltFieldIsFound() throws Exception {
        ObjectNode manifest = (ObjectNode) read(KUBERNETES.resolve("base/deployment.yaml"));
        ((ObjectNode) manifest.at("/spec/template/spec/containers/0/securityContext"))
                .put("readOnlyRootFileSystem", true);

        assertThrows(AssertionError.class, () -> parse(manifest));
    }

    @Test
    void podsHaveNoRightsThatTheyDoNotNeed() throws Exception {
        for (PodSpec pod : List.of(pod(), one(Job.class).getSpec().getTemplate().getSpec())) {
            assertTrue(pod.getSecurityContext().getRunAsNonRoot());
            assertEquals(
                    "RuntimeDefault",
                    pod.getSecurityContext().getSeccompProfile().getType());
            assertFalse(pod.getAutomountServiceAccountToken());
            for (Container container : pod.getContainers()) {
                assertTrue(container.getSecurityContext().getReadOnlyRootFilesystem());
                assertFalse(container.getSecurityContext().getAllowPrivilegeEscalation());
                assertEquals(
                        List.of("ALL"),
                        container.getSecurityContext().getCapabilities().getDrop());
                assertTrue(container.getResources().getLimits().containsKey("memory"));
                assertTrue(container.getResources().getRequests().containsKey("cpu"));
            }
        }
    }

    @Test
    void everybodyMeansTheSamePort() throws Exception {
        Container container = pod().getContainers().get(0);
        assertEquals("http", container.getPorts().get(0).getName());
        assertEquals(8080, container.getPorts().get(0).getContainerPort());
        assertEquals("http", one(Service.class).getSpec().getPorts().get(0).getName());
        assertEquals(
                "http",
                one(Service.class).getSpec().getPorts().get(0).getTargetPort().getStrVal());
        assertEquals(
                "http",
                one(ServiceMonitor.class).getSpec().getEndpoints().get(0).getPort());
        assertEquals(
                "http",
                one(NetworkPolicy.class)
                        .getSpec()
                        .getIngress()
                        .get(0)
                        .getPorts()
                        .get(0)
                        .getPort()
                        .getStrVal());
        for (Probe probe :
                List.of(container.getLivenessProbe(), container.getReadinessProbe(), container.getStartupProbe())) {
            assertEquals("http", probe.getHttpGet().getPort().getStrVal());
        }
    }

    @Test
    void selectorsMeanTheseVeryPods() throws Exception {
        Map<String, String> labels =
                one(Deployment.class).getSpec().getTemplate().getMetadata().getLabels();
        Predicate<Map<String, String>> selects = selector -> labels.entrySet().containsAll(selector.entrySet());
        assertTrue(selects.test(one(Deployment.class).getSpec().getSelector().getMatchLabels()));
        assertTrue(selects.test(one(Service.class).getSpec().getSelector()));
        assertTrue(selects.test(
                one(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels()));
        assertTrue(
                selects.test(one(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels()));
        pod().getTopologySpreadConstraints()
                .forEach(spread ->
                        assertTrue(selects.test(spread.getLabelSelector().getMatchLabels())));
        Map<String, String> migration =
                one(Job.class).getSpec().getTemplate().getMetadata().getLabels();
        assertFalse(migration
                .entrySet()
                .containsAll(one(Service.class).getSpec().getSelector().entrySet()));
        assertEquals(
                one(Deployment.class).getMetadata().getName(),
                one(HorizontalPodAutoscaler.class).getSpec().getScaleTargetRef().getName());
    }

    @Test
    void whatIsForTheClusterIsNotForTheWorld() throws Exception {
        List<HTTPIngressPath> paths =
                one(Ingress.class).getSpec().getRules().get(0).getHttp().getPaths();
        for (String inside : List.of("/q/metrics", "/q/health", "/q/health/ready", "/q/dev")) {
            assertFalse(leadsToTheService(paths, inside), inside);
        }
        for (String outside : List.of("/", "/auth/login", "/q/openapi", "/q/swagger-ui", "/.well-known/jwks.json")) {
            assertTrue(leadsToTheService(paths, outside), outside);
        }
    }

    /** The longest match wins, as the API's documentation has it. */
    private static boolean leadsToTheService(List<HTTPIngressPath> paths, String path) {
        return paths.stream()
                .filter(rule -> rule.getPathType().equals("Exact")
                        ? path.equals(rule.getPath())
                        : path.equals(rule.getPath())
                                || path.startsWith(rule.getPath().replaceAll("/$", "") + "/"))
                .max(java.util.Comparator.comparingInt(rule -> rule.getPath().length()))
                .map(rule -> rule.getBackend().getService().getName().equals("plexe-auth"))
                .orElse(false);
    }

    @Test
    void everySettingIsOneThatTheServiceHas() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        Stream<String> ofPods = Stream.of(
                        pod(), one(Job.class).getSpec().getTemplate().getSpec())
                .flatMap(pod -> pod.getContainers().stream())
                .flatMap(container -> container.getEnv().stream())
                .map(EnvVar::getName);
        Stream.concat(ofPods, one(ConfigMap.class).getData().keySet().stream())
                .filter(name -> name.startsWith("PLEXE_"))
                .forEach(name -> assertTrue(readme.contains("`" + name + "`"), name));
    }

    @Test
    void noFileHoldsASecret() throws Exception {
        Pattern secret = Pattern.compile("kind: Secret|://[^…/$\\s]+:[^@…$\\s]+@|(PASSWORD|_KEY|_SECRET): (?!\\$\\{)");
        try (Stream<Path> files = Files.walk(Path.of("deploy"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(secret.matcher(Files.readString(file)).find(), file.toString());
            }
        }
    }
}
