package io.waybill.cli.up;

import io.waybill.cli.supervise.Answer;
import io.waybill.cli.supervise.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in for providers on this machine: how its process is started, and what the apps are told so that they ask it.
 *
 * @param tokenPort where the access tokens of both come from
 */
public record Emulators(int tokenPort, Optional<GraphEmulator> graph, Optional<GmailEmulator> gmail) {
    /** Where the access tokens come from. */
    public String tokenUrl() {
        return Layout.url(tokenPort) + "/";
    }

    /**
     * The process that runs them, and nothing else.
     *
     * @param data a folder, which the process leaves as it is
     */
    public Program program(Path data, Answer answer) {
        List<String> arguments = new ArrayList<>(List.of("--data", data.toString(), "--no-kafka", "--no-database"));
        arguments.addAll(arguments());
        return SandboxProgram.of("emulator", arguments, secrets(), answer);
    }

    /** Arguments of SandboxMain. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of("--token-port", Integer.toString(tokenPort)));
        graph.ifPresent(emulator -> emulator.addArguments(arguments));
        gmail.ifPresent(emulator -> emulator.addArguments(arguments));
        return arguments;
    }

    /** The environment that the arguments name. */
    Map<String, String> secrets() {
        Map<String, String> environment = new LinkedHashMap<>();
        graph.ifPresent(emulator -> emulator.addSecrets(environment));
        return environment;
    }

    /** The environment of the apps. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        graph.ifPresent(emulator -> emulator.addSettings(settings, tokenUrl()));
        gmail.ifPresent(emulator -> emulator.addSettings(settings, tokenUrl()));
        return settings;
    }
}
