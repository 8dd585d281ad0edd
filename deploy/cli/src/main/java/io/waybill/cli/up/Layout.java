package io.waybill.cli.up;

import io.waybill.cli.RunFile;
import io.waybill.cli.supervise.Jvm;
import io.waybill.cli.supervise.Program;
import io.waybill.cli.supervise.Readiness;
import io.waybill.contracts.Provider;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What each app of the production layout is told, as Micronaut reads it from the environment. */
final class Layout {
    /** It writes back what runs and leaves its group; killed sooner, its next start would look for a killer among its jobs. */
    private static final Duration PROCESSOR_GRACE = Duration.ofSeconds(45);

    private final RunFile run;
    private final Plan plan;
    private final Ports ports;

    /**
     * @param run what there is to connect to
     * @param plan what is to run
     */
    Layout(RunFile run, Plan plan) {
        this.run = run;
        this.plan = plan;
        this.ports = plan.ports();
    }

    /** All apps, for mailboxes of these providers. The first is stopped last. */
    List<Program> apps(Set<Provider> providers) {
        List<Program> apps = new ArrayList<>();
        apps.add(processor());
        providers.stream().sorted().map(this::ingress).flatMap(Optional::stream).forEach(apps::add);
        apps.add(watch());
        return apps;
    }

    /** The app that takes a provider's callbacks; empty where nothing could call it. */
    Optional<Program> ingress(Provider provider) {
        return switch (provider) {
            case IMAP -> Optional.of(ingress("imap", "io.waybill.ingress.imap.ImapIngress", ports.ingressImap()));
            case MICROSOFT ->
                plan.publicUrl()
                        .map(called -> ingress(
                                "microsoft",
                                "io.waybill.ingress.microsoft.MicrosoftIngress",
                                ports.ingressMicrosoft()));
            case GOOGLE ->
                plan.publicUrl()
                        .map(called ->
                                ingress("google", "io.waybill.ingress.google.GoogleIngress", ports.ingressGoogle()));
        };
    }

    private Program processor() {
        Map<String, String> told = told(ports.processor());
        told.put("WAYBILL_STATE_DIR", plan.data().state().toString());
        told.put("WAYBILL_INTERNAL_TOKEN", run.token());
        told.put("WAYBILL_HANDLERS_TICKETS_DATABASE_URL", run.databaseUrl());
        told.put("WAYBILL_HANDLERS_TICKETS_DATABASE_USER", run.databaseUser());
        if (run.databasePassword() != null) {
            told.put(
                    "WAYBILL_HANDLERS_TICKETS_DATABASE_PASSWORD",
                    run.databasePassword().value());
        }
        plan.handlers().ifPresent(folder -> told.put("WAYBILL_HANDLERS_DIR", folder.toString()));
        // A message of 128 MiB is in memory once at most; RocksDB lives outside the heap.
        return app(
                "processor",
                "processor/inbound",
                "io.waybill.inbound.Inbound",
                "-Xmx512m",
                told,
                ports.processor(),
                PROCESSOR_GRACE);
    }

    /** @param provider as it stands in the names of its module and of its app */
    private Program ingress(String provider, String mainClass, int port) {
        return app("ingress-" + provider, "ingress/" + provider, mainClass, "-Xmx96m", told(port), port, Program.GRACE);
    }

    private Program watch() {
        Map<String, String> told = told(ports.watch());
        // Also where it does not run yet: the watch is not started anew when it does.
        told.put("WAYBILL_INGRESS_IMAP_URL", url(ports.ingressImap()));
        plan.publicUrl()
                .ifPresent(url -> told.put("WAYBILL_PUBLIC_URL", url.address().toString()));
        told.put("WAYBILL_INTERNAL_TOKEN", run.token());
        return app("watch", "processor/watch", "io.waybill.watch.Watch", "-Xmx96m", told, ports.watch(), Program.GRACE);
    }

    private Map<String, String> told(int port) {
        Map<String, String> told = new LinkedHashMap<>(plan.settings());
        plan.emulators().ifPresent(emulators -> told.putAll(emulators.settings()));
        told.put("MALLOC_ARENA_MAX", "2");
        told.put("MICRONAUT_SERVER_HOST", Ports.HOST);
        told.put("MICRONAUT_SERVER_PORT", Integer.toString(port));
        told.put("KAFKA_BOOTSTRAP_SERVERS", run.bootstrapServers());
        told.put("WAYBILL_SECRETS_DIR", run.secretsDirectory());
        // Said also where there is none: what the environment has may be for another cluster than this one.
        told.put("WAYBILL_KAFKA_CONFIG", run.kafkaConfig() == null ? "" : run.kafkaConfig());
        return told;
    }

    private static Program app(
            String name,
            String module,
            String mainClass,
            String heap,
            Map<String, String> told,
            int port,
            Duration grace) {
        return new Program(
                name,
                module,
                mainClass,
                List.of(),
                Jvm.options(name, heap),
                told,
                List.of(),
                Readiness.http(URI.create(url(port) + "/health/readiness")),
                grace);
    }

    static String url(int port) {
        return "http://" + Ports.HOST + ":" + port;
    }
}
