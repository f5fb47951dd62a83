package ai.plexe.auth.gate;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.testing.GatewayProcess;
import ai.plexe.auth.testing.Upstream;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class HaproxyIT extends GatewayCases {

    @Override
    GatewayProcess start(int servicePort, int upstreamPort) throws Exception {
        return GatewayProcess.startOrSkip(
                "haproxy", "haproxy", List.of("-f", "haproxy.cfg"), servicePort, upstreamPort);
    }

    /** HAProxy goes on where a script breaks off. */
    @Test
    @Order(2)
    void whereTheScriptBreaksOffNobodyGetsIn() throws Exception {
        try (Upstream unreached = new Upstream();
                GatewayProcess broken = GatewayProcess.startOrSkip(
                        "haproxy",
                        "haproxy",
                        List.of("-f", "haproxy.cfg"),
                        1,
                        unreached.port(),
                        text -> text.replace("core.httpclient()", "(nil)"))) {
            given().baseUri("http://127.0.0.1")
                    .port(broken.port())
                    .get("/unjudged")
                    .then()
                    .statusCode(503)
                    .body("code", equalTo("temporarily_unavailable"));
            assertTrue(unreached.reached().isEmpty());
        }
    }
}
