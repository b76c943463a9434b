package dev.kora.cdc.stack;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The few rules that carry the design; whoever breaks one is told why it is there and what to do instead. Invariant I12 of
 * docs/architecture.md.
 */
final class ArchitectureTest {
    private static final String ROOT = "dev.kora.cdc.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.kora.cdc");

    @Test
    void seesEveryModule() {
        Set<String> seen = new TreeSet<>();
        CLASSES.forEach(type -> seen.add(type.getPackageName()));
        for (String name : Set.of("schema", "log", "producer", "server.resp", "consumer.store", "stack")) {
            assertTrue(seen.contains(ROOT + name), () -> name + " is not among " + seen);
        }
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.kora.(**)")
                .should()
                .beFreeOfCycles()
                .because("a cycle of packages can only be understood and tested as one; move what both need below both")
                .check(CLASSES);
    }

    @Test
    void producerAndConsumerNeverMeet() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "producer..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(ROOT + "consumer..", ROOT + "reader..")
                        .because(
                                "they talk through the log alone, so that each can be replaced; share through schemas or server"));
        check(
                noClasses()
                        .that()
                        .resideInAnyPackage(ROOT + "consumer..", ROOT + "reader..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage(ROOT + "producer..")
                        .because(
                                "they talk through the log alone, so that each can be replaced; share through schemas or server"));
    }

    @Test
    void libraryUsersGetNoServer() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ROOT + "schema..", ROOT + "log..", ROOT + "reader..")
                .or()
                .resideInAnyPackage(ROOT + "producer", ROOT + "producer.publisher..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + "server..", "io.netty..", "org.rocksdb..")
                .because("an engine that embeds the writer, and a subscriber, must get neither Netty nor RocksDB;"
                        + " put such code into server, the gateway or consumer"));
    }

    @Test
    void onlyTheRocksStoreSeesRocksDb() {
        check(
                noClasses()
                        .that(not(resideInAPackage(ROOT + "consumer.store.rocks..")))
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("org.rocksdb..")
                        .because(
                                "the store is a cache behind an interface, which the simulation replaces; extend Store instead"));
    }

    @Test
    void theFoldIsPure() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(ROOT + "consumer.fold..")
                        .should()
                        .dependOnClassesThat(not(resideInAnyPackage(
                                "java.lang..",
                                "java.util..",
                                "java.math..",
                                "java.nio..",
                                "java.io..",
                                "org.jspecify..",
                                "com.fasterxml.jackson.core..",
                                ROOT + "schema..",
                                ROOT + "consumer.store",
                                ROOT + "consumer.fold..")))
                        .because(
                                "the state must be a function of the log alone; hand everything else to the fold as an argument"));
    }

    @Test
    void onlyTheLogSeesKafka() {
        check(noClasses()
                .that(not(resideInAnyPackage(ROOT + "log.kafka..", ROOT + "topics..", ROOT + "stack..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "kafka..")
                .because("the simulation drives these very classes through the Log port; extend the port instead"));
    }

    @Test
    void nothingDependsOnTheReads() {
        check(noClasses()
                .that(not(resideInAnyPackage(ROOT + "consumer.read..", ROOT + "stack..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "consumer.read..")
                .because("reads are an edge, one among others to come; put what others need into consumer.shard"));
    }

    @Test
    void nothingDependsOnTheStack() {
        check(noClasses()
                .that(not(resideInAPackage(ROOT + "stack..")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + "stack..")
                .because("it only wires; what others need belongs into the module that does the work"));
    }

    @Test
    void timeAndChanceComeFromOutside() {
        check(
                noClasses()
                        .that(not(resideInAPackage(ROOT + "stack..")))
                        .should()
                        .callMethod(System.class, "currentTimeMillis")
                        .orShould()
                        .callMethod(Instant.class, "now")
                        .orShould()
                        .callMethod(Thread.class, "sleep", long.class)
                        .orShould()
                        .callConstructor(Random.class)
                        .because(
                                "a test must be able to stand in for the clock; take an InstantSource, a LongSupplier or a RandomGenerator"));
    }

    @Test
    void onlyTheCommandPrints() {
        check(noClasses()
                .that(not(resideInAnyPackage(ROOT + "stack.cli..")))
                .should(ArchConditions.accessField(System.class, "out"))
                .orShould(ArchConditions.accessField(System.class, "err"))
                .because("standard output belongs to whoever embeds us; log, or return what there is to say"));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(CLASSES);
    }
}
