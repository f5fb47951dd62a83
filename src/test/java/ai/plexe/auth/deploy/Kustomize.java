package ai.plexe.auth.deploy;

import java.nio.file.Path;
import java.util.List;

/** What a cluster gets: an overlay as {@code kubectl} renders it, where there is one. It asks no cluster. */
final class Kustomize {

    private Kustomize() {}

    static boolean isThere() {
        return new Program("kubectl").isThere();
    }

    static List<Manifest> render(Path overlay) throws Exception {
        Program.Run run = new Program("kubectl").run(overlay, "kustomize", ".");
        if (run.exitCode() != 0) {
            throw new IllegalStateException(run.output());
        }
        return Manifest.read("rendered " + overlay.getFileName(), run.output());
    }
}
