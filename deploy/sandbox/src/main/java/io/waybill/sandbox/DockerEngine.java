package io.waybill.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** Whether containers can run here. */
final class DockerEngine {
    /** Asks the engine, if there is a trace of one. */
    static boolean answers() {
        return isTraceable() && DockerClientFactory.instance().isDockerAvailable();
    }

    /** Testcontainers takes half a second and logs an error to find out that there is none, in each test JVM: look first. */
    private static boolean isTraceable() {
        return System.getenv("DOCKER_HOST") != null
                || Stream.of(
                                Optional.of("/var/run/docker.sock"),
                                Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
                                        .map(run -> run + "/docker.sock"),
                                home(".docker/run/docker.sock"),
                                home(".docker/desktop/docker.sock"),
                                home(".testcontainers.properties"))
                        .flatMap(Optional::stream)
                        .anyMatch(path -> Files.exists(Path.of(path)));
    }

    private static Optional<String> home(String path) {
        return Optional.ofNullable(System.getProperty("user.home")).map(home -> home + "/" + path);
    }

    private DockerEngine() {}
}
