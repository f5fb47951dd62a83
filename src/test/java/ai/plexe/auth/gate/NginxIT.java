package ai.plexe.auth.gate;

import ai.plexe.auth.testing.GatewayProcess;
import java.util.List;

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
}
