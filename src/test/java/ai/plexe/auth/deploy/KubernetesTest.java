package ai.plexe.auth.deploy;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.quarkus.runtime.init.InitRuntimeConfig;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What matters in the manifests: of the base as it is written, and of each overlay as it is rendered where there is a kubectl. */
class KubernetesTest {

    private static final java.nio.file.Path KUBERNETES = Manifest.DEPLOY.resolve("kubernetes");
    /** Read before there is a config, so that no mapping has them. */
    private static final Set<String> ADDRESSES_OF_SERVERS = Set.of("PLEXE_DATABASE_URL", "PLEXE_REDIS_URL");
    /** glibc's. */
    private static final Set<String> OF_THE_SYSTEM = Set.of("MALLOC_ARENA_MAX");

    /** All that belongs together in one cluster. */
    record Cluster(String name, List<HasMetadata> resources) {

        <T extends HasMetadata> T only(Class<T> type) {
            List<T> all = all(type);
            assertEquals(1, all.size(), type.getSimpleName());
            return all.get(0);
        }

        <T extends HasMetadata> List<T> all(Class<T> type) {
            return resources.stream().filter(type::isInstance).map(type::cast).toList();
        }

        Container service() {
            return only(Deployment.class)
                    .getSpec()
                    .getTemplate()
                    .getSpec()
                    .getContainers()
                    .get(0);
        }

        List<PodTemplateSpec> templates() {
            return List.of(
                    only(Deployment.class).getSpec().getTemplate(),
                    only(Job.class).getSpec().getTemplate());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Cluster> clusters() throws Exception {
        List<Cluster> clusters = new ArrayList<>();
        List<Manifest> base = new ArrayList<>(Manifest.below(KUBERNETES.resolve("base")));
        base.addAll(Manifest.below(Manifest.DEPLOY.resolve("monitoring")));
        clusters.add(cluster("base", base));
        if (Kustomize.isThere()) {
            for (java.nio.file.Path overlay : ManifestsTest.overlays()) {
                clusters.add(cluster(overlay.getFileName().toString(), Kustomize.render(overlay)));
            }
        }
        return clusters;
    }

    private static Cluster cluster(String name, List<Manifest> manifests) {
        return new Cluster(name, manifests.stream().map(Manifest::typed).toList());
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void portsAreTheSameEverywhere(Cluster cluster) {
        List<ContainerPort> ports = cluster.service().getPorts();
        assertEquals(1, ports.size());
        assertEquals("http", ports.get(0).getName());
        int port = ports.get(0).getContainerPort();
        assertEquals(8080, port, "not the default of QUARKUS_HTTP_PORT, which nothing sets");

        var servicePort = cluster.only(Service.class).getSpec().getPorts().get(0);
        assertEquals("http", servicePort.getName());
        assertEquals("http", servicePort.getTargetPort().getStrVal());
        for (Probe probe : probes(cluster)) {
            assertEquals("http", probe.getHttpGet().getPort().getStrVal());
        }
        NetworkPolicy policy = cluster.only(NetworkPolicy.class);
        assertEquals(
                port,
                policy.getSpec().getIngress().get(0).getPorts().get(0).getPort().getIntVal());
        for (HTTPIngressPath path : paths(cluster)) {
            assertEquals("http", path.getBackend().getService().getPort().getName());
            assertEquals(
                    cluster.only(Service.class).getMetadata().getName(),
                    path.getBackend().getService().getName());
        }
        for (ServiceMonitor monitor : cluster.all(ServiceMonitor.class)) {
            assertEquals("http", monitor.getSpec().getEndpoints().get(0).getPort());
        }
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void everySelectorSelectsTheServiceAndNotTheMigration(Cluster cluster) {
        Deployment deployment = cluster.only(Deployment.class);
        Map<String, String> service =
                deployment.getSpec().getTemplate().getMetadata().getLabels();
        Map<String, String> migration =
                cluster.only(Job.class).getSpec().getTemplate().getMetadata().getLabels();

        List<Map<String, String>> selectors = new ArrayList<>(List.of(
                deployment.getSpec().getSelector().getMatchLabels(),
                cluster.only(Service.class).getSpec().getSelector(),
                cluster.only(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels()));
        deployment.getSpec().getTemplate().getSpec().getTopologySpreadConstraints().stream()
                .map(spread -> spread.getLabelSelector().getMatchLabels())
                .forEach(selectors::add);
        for (Map<String, String> selector : selectors) {
            assertTrue(service.entrySet().containsAll(selector.entrySet()), selector + " does not select the service");
            assertFalse(migration.entrySet().containsAll(selector.entrySet()), selector + " selects the migration");
        }
        for (ServiceMonitor monitor : cluster.all(ServiceMonitor.class)) {
            assertTrue(cluster.only(Service.class)
                    .getMetadata()
                    .getLabels()
                    .entrySet()
                    .containsAll(
                            monitor.getSpec().getSelector().getMatchLabels().entrySet()));
        }
        Map<String, String> bounded =
                cluster.only(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels();
        assertTrue(service.entrySet().containsAll(bounded.entrySet()));
        assertTrue(migration.entrySet().containsAll(bounded.entrySet()), "the migration may reach anybody");
        assertEquals(
                deployment.getMetadata().getName(),
                cluster.only(HorizontalPodAutoscaler.class)
                        .getSpec()
                        .getScaleTargetRef()
                        .getName());
        assertNull(deployment.getSpec().getReplicas(), "the number of instances is the autoscaler's");
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void everyVariableIsASettingOfTheService(Cluster cluster) throws Exception {
        Set<String> known = settings();
        Stream<String> variables = cluster.templates().stream()
                .flatMap(template -> template.getSpec().getContainers().stream())
                .flatMap(container -> container.getEnv().stream())
                .map(EnvVar::getName);
        Stream<String> mapped = cluster.all(ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().matches("plexe-auth(-[a-z0-9]{10})?"))
                .flatMap(map -> map.getData().keySet().stream());

        List<String> used = Stream.of(variables, mapped, literals().map(literal -> literal.split("=")[0]))
                .flatMap(names -> names)
                .toList();

        assertTrue(used.contains("PLEXE_PUBLIC_URL") && used.contains("QUARKUS_INIT_AND_EXIT"));
        for (String name : used) {
            assertTrue(known.contains(name), name + " is no setting");
        }
    }

    /** Those that kustomize makes ConfigMaps of. */
    private static Stream<String> literals() throws Exception {
        List<java.nio.file.Path> files = new ArrayList<>(List.of(KUBERNETES.resolve("base/kustomization.yaml")));
        ManifestsTest.overlays().forEach(overlay -> files.add(overlay.resolve("kustomization.yaml")));
        return files.stream()
                .map(file -> (List<?>) Manifest.in(file).get(0).content().get("configMapGenerator"))
                .map(generators -> (List<?>) ((Map<?, ?>) generators.get(0)).get("literals"))
                .flatMap(List::stream)
                .map(Object::toString);
    }

    /** Whoever asks from there is believed about whom they ask for. */
    @Test
    void noWholeClusterIsTrusted() throws Exception {
        List<String> networks = literals()
                .filter(literal -> literal.startsWith("PLEXE_TRUSTED_PROXIES="))
                .flatMap(literal -> Stream.of(literal.split("=")[1].split(",")))
                .toList();

        assertFalse(networks.isEmpty());
        for (String network : networks) {
            assertTrue(Integer.parseInt(network.split("/")[1]) >= 16, network);
        }
    }

    static Set<String> settings() {
        Stream<ConfigClass> ours = new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests()).importPackages("ai.plexe.auth").stream()
                        .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                        .map(JavaClass::reflect)
                        .map(ConfigClass::configClass);
        Stream<ConfigClass> ofQuarkus =
                Stream.of(InitRuntimeConfig.class, ShutdownConfig.class).map(ConfigClass::configClass);
        Set<String> names = Stream.concat(ours, ofQuarkus)
                .flatMap(type -> ConfigMappings.getProperties(type).keySet().stream())
                .map(name -> name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
                .collect(toSet());
        names.addAll(ADDRESSES_OF_SERVERS);
        names.addAll(OF_THE_SYSTEM);
        return names;
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void whatHoldsASecretIsAReference(Cluster cluster) {
        for (PodTemplateSpec template : cluster.templates()) {
            for (EnvVar variable : template.getSpec().getContainers().get(0).getEnv()) {
                boolean secret = variable.getName().matches("PLEXE_.*(URL|KEY|PASSWORD|SECRET)");
                assertEquals(secret, variable.getValueFrom() != null, variable.getName());
                if (secret) {
                    assertNull(variable.getValue());
                    assertNotNull(variable.getValueFrom().getSecretKeyRef());
                }
            }
        }
        for (ConfigMap map : cluster.all(ConfigMap.class)) {
            for (String name : map.getData().keySet()) {
                assertFalse(name.matches(".*(DATABASE_URL|REDIS_URL|SMTP_URL|KEY|PASSWORD|SECRET)"), name);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void containersMayDoNothingButTheirWork(Cluster cluster) {
        for (PodTemplateSpec template : cluster.templates()) {
            PodSpec pod = template.getSpec();
            assertFalse(pod.getAutomountServiceAccountToken());
            assertFalse(pod.getEnableServiceLinks());
            assertTrue(pod.getSecurityContext().getRunAsNonRoot());
            assertTrue(pod.getSecurityContext().getRunAsUser() > 0);
            assertEquals(
                    "RuntimeDefault",
                    pod.getSecurityContext().getSeccompProfile().getType());
            assertEquals(1, pod.getContainers().size());
            Container container = pod.getContainers().get(0);
            assertTrue(container.getSecurityContext().getReadOnlyRootFilesystem());
            assertFalse(container.getSecurityContext().getAllowPrivilegeEscalation());
            assertEquals(
                    List.of("ALL"),
                    container.getSecurityContext().getCapabilities().getDrop());
            assertEquals(
                    List.of(), container.getSecurityContext().getCapabilities().getAdd());
            assertEquals(
                    Set.of("cpu", "memory"),
                    container.getResources().getRequests().keySet());
            assertEquals(
                    Set.of("cpu", "memory"),
                    container.getResources().getLimits().keySet());
            assertEquals(
                    container.getResources().getRequests().get("memory"),
                    container.getResources().getLimits().get("memory"),
                    "memory that is promised to another too");
            assertTrue(
                    container.getImage().matches("plexe-auth(:[0-9.]+)?"), container.getImage() + " names a registry");
        }
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void theHeapLeavesRoomInTheMemory(Cluster cluster) {
        for (PodTemplateSpec template : cluster.templates()) {
            Container container = template.getSpec().getContainers().get(0);
            String most = container.getArgs().stream()
                    .filter(argument -> argument.startsWith("-Xmx"))
                    .findFirst()
                    .orElseThrow();
            long heap = Long.parseLong(most.replaceAll("\\D", "")) * 1024 * 1024;
            long memory = Quantity.getAmountInBytes(
                            container.getResources().getLimits().get("memory"))
                    .longValueExact();

            assertTrue(heap * 2 <= memory, "no room beside the heap");
        }
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void anInstanceHasTimeToEnd(Cluster cluster) {
        Map<String, String> environment = cluster.service().getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .collect(toMap(EnvVar::getName, EnvVar::getValue));
        long takes = cluster.service().getLifecycle().getPreStop().getSleep().getSeconds()
                + seconds(environment.get("QUARKUS_SHUTDOWN_DELAY"))
                + seconds(environment.get("QUARKUS_SHUTDOWN_TIMEOUT"));

        assertTrue(takes + 5
                <= cluster.only(Deployment.class)
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getTerminationGracePeriodSeconds());
    }

    private static long seconds(String duration) {
        return Duration.parse("PT" + duration).toSeconds();
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void theWorldReachesEveryCallAndPageAndNoneOfTheOperators(Cluster cluster) {
        for (String path : calls()) {
            assertEquals(!path.startsWith("/dev/"), isReached(cluster, path), path);
        }
        for (String path : List.of("/static/bundle/app.js", "/q/openapi", "/q/swagger-ui", "/q/swagger-ui/index.css")) {
            assertTrue(isReached(cluster, path), path);
        }
        List<String> operators = new ArrayList<>(List.of(
                "/q", "/q/", "/q/health", "/q/metrics/", "/q/health/group/x", "/q/dev-ui", "/q/info", "/q/arc"));
        probes(cluster).forEach(probe -> operators.add(probe.getHttpGet().getPath()));
        cluster.all(ServiceMonitor.class)
                .forEach(monitor ->
                        operators.add(monitor.getSpec().getEndpoints().get(0).getPath()));
        for (String path : operators) {
            assertFalse(isReached(cluster, path), path);
        }
    }

    @ParameterizedTest
    @MethodSource("clusters")
    void theWorldComesByTls(Cluster cluster) {
        var ingress = cluster.only(Ingress.class).getSpec();
        List<String> hosts =
                ingress.getRules().stream().map(rule -> rule.getHost()).toList();

        assertFalse(hosts.contains(null));
        assertEquals(hosts, ingress.getTls().get(0).getHosts());
        assertNotNull(ingress.getTls().get(0).getSecretName());
        for (ConfigMap map : cluster.all(ConfigMap.class)) {
            String url = map.getData().get("PLEXE_PUBLIC_URL");
            assertTrue(url == null || url.equals("https://" + hosts.get(0)), url + " is not the Ingress's host");
        }
    }

    private static List<Probe> probes(Cluster cluster) {
        Container service = cluster.service();
        return List.of(service.getStartupProbe(), service.getLivenessProbe(), service.getReadinessProbe());
    }

    static List<String> askedByTheCluster() throws Exception {
        Cluster base = clusters().get(0);
        List<String> paths = new ArrayList<>();
        probes(base).stream().map(Probe::getHttpGet).map(HTTPGetAction::getPath).forEach(paths::add);
        paths.add(
                base.only(ServiceMonitor.class).getSpec().getEndpoints().get(0).getPath());
        return paths;
    }

    private static List<HTTPIngressPath> paths(Cluster cluster) {
        return cluster.only(Ingress.class).getSpec().getRules().get(0).getHttp().getPaths();
    }

    /** As the reference of Ingress defines Exact and Prefix. */
    private static boolean isReached(Cluster cluster, String path) {
        return paths(cluster).stream()
                .anyMatch(rule -> path.equals(rule.getPath())
                        || rule.getPathType().equals("Prefix") && path.startsWith(rule.getPath() + "/"));
    }

    /** Where the service answers, with x for whatever varies. */
    private static List<String> calls() {
        return new ClassFileImporter()
                .withImportOption(new DoNotIncludeTests()).importPackages("ai.plexe.auth").stream()
                        .filter(type -> type.isAnnotatedWith(Path.class))
                        .map(JavaClass::reflect)
                        .flatMap(KubernetesTest::calls)
                        .toList();
    }

    private static Stream<String> calls(Class<?> resource) {
        String prefix = resource.getAnnotation(Path.class).value();
        return Arrays.stream(resource.getDeclaredMethods())
                .filter(KubernetesTest::answers)
                .map(method -> method.getAnnotation(Path.class))
                .map(path -> path == null ? "" : path.value())
                .flatMap(path -> alternatives(prefix + "/" + path))
                .map(path -> path.replaceAll("/+", "/"))
                .map(path -> path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
    }

    private static boolean answers(Method method) {
        return Arrays.stream(method.getAnnotations())
                .anyMatch(annotation -> annotation.annotationType().isAnnotationPresent(HttpMethod.class)
                        || annotation instanceof Path);
    }

    /** A parameter with an expression that lists what it may be is written out. */
    private static Stream<String> alternatives(String path) {
        int begin = path.indexOf('{');
        if (begin < 0) {
            return Stream.of(path);
        }
        int end = path.indexOf('}', begin);
        String[] parameter = path.substring(begin + 1, end).split(":", 2);
        Stream<String> values = parameter.length == 1
                ? Stream.of("x")
                : Arrays.stream(parameter[1].strip().split("\\|", -1));
        return values.flatMap(
                value -> alternatives(path.substring(0, begin) + value.strip() + path.substring(end + 1)));
    }
}
