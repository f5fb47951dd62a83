package ai.plexe.auth.gate;

import ai.plexe.auth.testing.GatewayProcess;
import java.util.List;

class CaddyIT extends GatewayCases {

    @Override
    GatewayProcess start(int servicePort, int upstreamPort) throws Exception {
        return GatewayProcess.startOrSkip(
                "caddy",
                "caddy",
                List.of("run", "--config", "Caddyfile", "--adapter", "caddyfile"),
                servicePort,
                upstreamPort);
    }
}
