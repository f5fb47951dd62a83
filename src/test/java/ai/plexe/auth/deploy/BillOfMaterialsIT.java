package ai.plexe.auth.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The build tells what is in the package (CycloneDX), and nothing that is not. */
class BillOfMaterialsIT {

    private static final Path BILL = Path.of("target/bom.json");

    private final JsonObject bill = new JsonObject(Files.readString(BILL));
    private final List<JsonObject> components =
            bill.getJsonArray("components").stream().map(JsonObject.class::cast).toList();

    BillOfMaterialsIT() throws Exception {}

    @Test
    void itIsOfThisService() {
        assertEquals("CycloneDX", bill.getString("bomFormat"));
        assertEquals(
                "plexe-auth",
                bill.getJsonObject("metadata").getJsonObject("component").getString("name"));
    }

    @Test
    void whatRunsIsInItAndWhatTestsIsNot() {
        Set<String> names = components.stream()
                .map(component -> component.getString("name"))
                .collect(Collectors.toSet());

        assertTrue(
                names.containsAll(Set.of(
                        "quarkus-rest", "netty-handler", "bcprov-jdk18on", "jose4j", "lit", "chart.js", "nbvcxz")),
                names::toString);
        assertTrue(
                names.stream()
                        .noneMatch(Set.of("greenmail", "rest-assured", "junit-jupiter-api", "archunit")::contains),
                names::toString);
    }

    @Test
    void eachIsToldByWhatScannersLookUp() {
        for (JsonObject component : components) {
            assertTrue(component.getString("purl", "").startsWith("pkg:maven/"), component::encode);
            assertTrue(component.getJsonArray("hashes").size() > 0, component::encode);
        }
    }
}
