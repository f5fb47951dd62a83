package ai.plexe.auth.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every manifest is read by the types of Kubernetes's API, which refuse what they don't know. */
class ManifestsTest {

    private static final Path KUBERNETES = Manifest.DEPLOY.resolve("kubernetes");

    static List<Manifest> files() {
        return Stream.of(KUBERNETES, Manifest.DEPLOY.resolve("monitoring"))
                .flatMap(directory -> Manifest.below(directory).stream())
                .toList();
    }

    static List<Path> overlays() throws IOException {
        try (Stream<Path> overlays = Files.list(KUBERNETES.resolve("overlays"))) {
            return overlays.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileIsWhatTheApiKnows(Manifest manifest) {
        assertNotNull(manifest.typed().getMetadata().getName());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void everyOverlayRendersToWhatTheApiKnows(Path overlay) throws Exception {
        assumeTrue(Kustomize.isThere(), "kubectl is not installed");

        List<Manifest> rendered = Kustomize.render(overlay);

        assertTrue(rendered.size() > 8, "an overlay without the base");
        for (Manifest manifest : rendered) {
            assertNotNull(manifest.typed().getMetadata().getName());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "apps/v1/Deployment, readOnlyRootFilesystem: true, readOnlyRootFileSystem: true",
        "apps/v1/Deployment, failureThreshold: 60, failureTreshold: 60",
        "apps/v1/Deployment, automountServiceAccountToken: false, autoMountServiceAccountToken: false",
        "apps/v1/Deployment, whenUnsatisfiable: ScheduleAnyway, whenUnsatisfied: ScheduleAnyway",
        "apps/v1/Deployment, 'value: \"false\"', value: false",
        "batch/v1/Job, backoffLimit: 4, backOffLimit: 4",
        "networking.k8s.io/v1/Ingress, pathType: Exact, pathtype: Exact",
        "networking.k8s.io/v1/NetworkPolicy, namespaceSelector: {}, nameSpaceSelector: {}",
        "autoscaling/v2/HorizontalPodAutoscaler, averageUtilization: 70, averageUtilisation: 70",
        "policy/v1/PodDisruptionBudget, maxUnavailable: 1, maxUnavailble: 1",
        "monitoring.coreos.com/v1/ServiceMonitor, scrapeTimeout: 5s, scrapetimeout: 5s",
        "monitoring.coreos.com/v1/PrometheusRule, for: 2m, For: 2m"
    })
    void aSlipIsCaught(String type, String right, String wrong) throws IOException {
        Manifest good = files().stream()
                .filter(manifest -> manifest.type().equals(type))
                .findFirst()
                .orElseThrow();
        String text = Files.readString(Manifest.DEPLOY.resolve(good.source()));
        assertTrue(text.contains(right), "nothing to misspell");

        Manifest bad = Manifest.read("misspelt", text.replace(right, wrong)).get(0);

        assertThrows(IllegalArgumentException.class, bad::typed);
    }

    @Test
    void aKeyThatIsThereTwiceIsCaught() {
        assertThrows(
                RuntimeException.class,
                () -> Manifest.read("twice", "apiVersion: v1\nkind: Service\nmetadata: {}\nmetadata: {}\n"));
    }

    @Test
    void everyFileOfTheBaseIsInIt() throws IOException {
        List<?> resources = (List<?>) Manifest.in(KUBERNETES.resolve("base/kustomization.yaml"))
                .get(0)
                .content()
                .get("resources");
        List<String> files;
        try (Stream<Path> base = Files.list(KUBERNETES.resolve("base"))) {
            files = base.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("kustomization.yaml"))
                    .sorted()
                    .toList();
        }

        assertEquals(files, resources.stream().map(Object::toString).sorted().toList());
    }

    @Test
    void noSecretIsInAnyFile() throws IOException {
        try (Stream<Path> files = Files.walk(Manifest.DEPLOY)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                assertFalse(text.contains("plx_sk_"), file + " holds a key");
                assertFalse(text.contains("-----BEGIN"), file + " holds a key or certificate");
                assertFalse(text.matches("(?s).*kind: Secret\\b.*"), file + " holds a Secret");
            }
        }
    }
}
