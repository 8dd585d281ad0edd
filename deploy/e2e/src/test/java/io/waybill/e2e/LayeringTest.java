// Think twice before changing this file: what may see what is the architecture.
package io.waybill.e2e;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may see whom. The tree says the same; this holds it. */
class LayeringTest {
    private static final String CONTRACTS = "io.waybill.contracts..";
    private static final String INGRESS = "io.waybill.ingress..";
    private static final String ENDPOINT = "io.waybill.ingress.endpoint..";
    private static final String INGRESS_IMAP = "io.waybill.ingress.imap..";
    private static final String INGRESS_MICROSOFT = "io.waybill.ingress.microsoft..";
    private static final String INGRESS_GOOGLE = "io.waybill.ingress.google..";
    private static final String SOURCES = "io.waybill.sources..";
    private static final String HANDLER_API = "io.waybill.handler..";
    private static final String INBOUND = "io.waybill.inbound..";
    private static final String WATCH = "io.waybill.watch..";
    private static final String CLI = "io.waybill.cli..";
    private static final String SANDBOX = "io.waybill.sandbox..";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.waybill");

    @Test
    void contracts_seeNobody() {
        never(CONTRACTS, INGRESS, SOURCES, HANDLER_API, INBOUND, WATCH, CLI, SANDBOX);
    }

    @Test
    void ingress_seesContractsAlone() {
        never(INGRESS, SOURCES, HANDLER_API, INBOUND, WATCH, CLI, SANDBOX);
    }

    /** What two of them need is in the endpoint, which knows neither. */
    @Test
    void ingressApplications_shareTheEndpointAlone() {
        never(ENDPOINT, INGRESS_IMAP, INGRESS_MICROSOFT, INGRESS_GOOGLE);
        never(INGRESS_IMAP, INGRESS_MICROSOFT, INGRESS_GOOGLE);
        never(INGRESS_MICROSOFT, INGRESS_IMAP, INGRESS_GOOGLE);
        never(INGRESS_GOOGLE, INGRESS_IMAP, INGRESS_MICROSOFT);
    }

    @Test
    void processor_neverSeesIngressOrDeploy() {
        for (String part : new String[] {SOURCES, HANDLER_API, INBOUND, WATCH}) {
            never(part, INGRESS, CLI, SANDBOX);
        }
    }

    @Test
    void sandbox_seesTheHandlerApiAlone() {
        never(SANDBOX, CONTRACTS, INGRESS, SOURCES, INBOUND, WATCH, CLI);
    }

    @Test
    void handlerApi_seesTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage(HANDLER_API)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", HANDLER_API)
                .check(CLASSES);
    }

    @Test
    void handlerExample_seesTheHandlerApiAlone() {
        JavaClasses example = new ClassFileImporter().importPackages("com.example.archive");
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", "io.waybill.handler", "com.example.archive")
                .check(example);
    }

    @Test
    void topology_neverSeesContent() {
        never(
                "io.waybill.inbound.topology..",
                SOURCES,
                HANDLER_API,
                "io.waybill.inbound.mime..",
                "io.waybill.inbound.handle..");
    }

    @Test
    void execute_neverSeesKafka() {
        never("io.waybill.inbound.execute..", "org.apache.kafka..", "io.waybill.inbound.topology..");
    }

    private static void never(String from, String... to) {
        noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(to)
                .check(CLASSES);
    }
}
