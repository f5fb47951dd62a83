package ai.plexe.auth.gate;

import ai.plexe.auth.testing.GatewayProcess;
import java.util.List;

class HaproxyIT extends GatewayCases {

    @Override
    GatewayProcess start(int servicePort, int upstreamPort) throws Exception {
        return GatewayProcess.startOrSkip(
                "haproxy", "haproxy", List.of("-f", "haproxy.cfg"), servicePort, upstreamPort);
    }
}
