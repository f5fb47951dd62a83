package ai.plexe.auth.gate;

import static org.hamcrest.Matchers.equalTo;

import ai.plexe.auth.testing.GatewayProcess;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

class NginxIT extends GatewayCases {

    @Override
    GatewayProcess start(int servicePort, int upstreamPort) throws Exception {
        return GatewayProcess.startOrSkip(
                "nginx",
                "nginx",
                List.of("-p", ".", "-c", "nginx.conf", "-g", "daemon off;"),
                servicePort,
                upstreamPort);
    }

    /** It hands on more than Plexe Auth reads. */
    @Test
    @Order(1)
    void aHeadThatIsTooLargeForPlexeAuthGetsItsAnswer() {
        String piece = "x".repeat(6 * 1024);

        with(reader)
                .header("X-One", piece)
                .header("X-Two", piece)
                .header("X-Three", piece)
                .get("/large-head")
                .then()
                .statusCode(431)
                .body("status", equalTo(431))
                .body("code", equalTo("headers_too_large"));
    }
}
