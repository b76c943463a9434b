package dev.kora.cdc.stack;

import dev.kora.cdc.producer.PublisherStatus;
import dev.kora.cdc.producer.Source;
import dev.kora.cdc.producer.SourceReport;
import dev.kora.cdc.producer.http.HttpWrites;
import dev.kora.cdc.producer.metrics.GatewayMeters;
import dev.kora.cdc.producer.metrics.JsonlMeters;
import dev.kora.cdc.producer.metrics.KoraSourceMeters;
import dev.kora.cdc.producer.metrics.PublisherMeters;
import dev.kora.cdc.producer.publisher.KafkaPublisher;
import dev.kora.cdc.producer.source.jsonl.JsonlSource;
import dev.kora.cdc.producer.source.kora.KoraSource;
import dev.kora.cdc.producer.source.resp.Gateway;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.Count;
import dev.kora.cdc.server.metrics.RespMeters;
import dev.kora.cdc.server.resp.Execution;
import dev.kora.cdc.server.resp.RespOptions;
import dev.kora.cdc.server.resp.RespServer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The producer's side of a database: the publisher, and what feeds it. */
final class WriteSide {
    private final OpenDatabase database;
    private final WriteConfig config;
    private final OpenParts parts;
    private final InstantSource clock = InstantSource.system();
    private final KafkaPublisher publisher;
    private final List<Source> sources = new ArrayList<>();
    private boolean endless;

    private WriteSide(OpenDatabase database, WriteConfig config, OpenParts parts) {
        this.database = database;
        this.config = config;
        this.parts = parts;
        this.publisher = parts.add(KafkaPublisher.open(
                config.publisher().config(database.database(), database.shards(), config.openTimeout()),
                database.log(),
                database.codecs().wal(),
                clock));
        PublisherMeters.bind(publisher, database.metrics());
    }

    /**
     * Takes the database over from whoever wrote it before, and begins to feed it.
     *
     * @param parts takes over what has to be closed
     */
    static WriteSide open(OpenDatabase database, WriteConfig config, OpenParts parts) {
        WriteSide side = new WriteSide(database, config, parts);
        config.feeds().forEach(side::feed);
        return side;
    }

    private void feed(Feed feed) {
        switch (feed) {
            case Feed.Gateway gateway -> openGateway();
            case Feed.Kora kora -> follow(kora);
            case Feed.Jsonl jsonl -> read(jsonl);
        }
    }

    private void read(Feed.Jsonl jsonl) {
        var context = new JsonlSource.Context(clock, System::nanoTime, jsonl.listener());
        JsonlSource source = parts.add(JsonlSource.open(jsonl.input(), jsonl.fromBeginning(), publisher, context));
        JsonlMeters.bind(source, database.metrics());
        sources.add(source.start());
    }

    private void follow(Feed.Kora kora) {
        KoraSource source = parts.add(KoraSource.open(kora.directory(), kora.options(), publisher, clock));
        KoraSourceMeters.bind(source, database.metrics());
        sources.add(source);
    }

    private void openGateway() {
        endless = true;
        if (config.kora().isEmpty() && KoraSource.hasFed(publisher)) {
            throw new CdcException.Invalid(
                    "database %s is fed by a Kora engine, which decides where a key is: name the engine too (kora DIR resp), or use another database"
                            .formatted(database.database()));
        }
        Gateway gateway = config.kora()
                .map(kora -> Gateway.refusing(kora.directory().toString()))
                .orElseGet(() -> Gateway.logging(publisher, clock));
        RespOptions options = config.endpoint()
                .resp("gateway", config.gatewayPort())
                .withLimits(limits(config.publisher().appendTimeout()));
        RespServer server = parts.add(Endpoint.listen(
                () -> RespServer.start(options, gateway.commands(), gateway::info, Execution.EVENT_LOOP)));
        RespMeters.bind(options.name(), server.metrics(), database.metrics());
        GatewayMeters.bind(gateway, database.metrics());
    }

    private static RespOptions.Limits limits(Duration busy) {
        RespOptions.Limits usual = RespOptions.Limits.DEFAULT;
        return new RespOptions.Limits(
                usual.connections(), usual.requestBytes(), usual.arguments(), usual.pipeline(), usual.idle(), busy);
    }

    /** What it tells over HTTP. */
    HttpWrites http() {
        return new HttpWrites(database.database(), publisher, sources, database.metrics());
    }

    /** Whether and how it has ended by itself. A halted shard is no end: the others go on. */
    Optional<Ending> ending() {
        PublisherStatus status = publisher.status();
        if (status.ended() && status.state() != PublisherStatus.State.CLOSED) {
            return Optional.of(new Ending(
                    status.fenced() ? Ending.How.SUPERSEDED : Ending.How.FAILED,
                    "writing has ended: "
                            + status.lastError().orElse(status.state().name())));
        }
        List<SourceReport> reports = sources.stream().map(Source::report).toList();
        Optional<SourceReport> failed = reports.stream()
                .filter(report -> report.state() == SourceReport.State.FAILED)
                .findFirst();
        if (failed.isPresent()) {
            return failed.map(report ->
                    new Ending(Ending.How.FAILED, "%s has ended: %s".formatted(report.name(), report.reason())));
        }
        boolean done = reports.stream().allMatch(report -> report.state() == SourceReport.State.FINISHED);
        return done && !endless ? Optional.of(finished(reports)) : Optional.empty();
    }

    /** What was left out of an input is no success, for somebody has to see to it. */
    private static Ending finished(List<SourceReport> reports) {
        String leftOut = reports.stream()
                .map(SourceReport::reason)
                .filter(reason -> !reason.isEmpty())
                .collect(Collectors.joining("; "));
        return leftOut.isEmpty()
                ? new Ending(Ending.How.DONE, committed(reports))
                : new Ending(Ending.How.FAILED, leftOut);
    }

    private static String committed(List<SourceReport> reports) {
        long records = reports.stream().mapToLong(SourceReport::records).sum();
        return "%s %s committed, to the end of %s"
                .formatted(
                        Count.of(records, "record"),
                        records == 1 ? "is" : "are",
                        String.join(
                                ", ", reports.stream().map(SourceReport::name).toList()));
    }
}
