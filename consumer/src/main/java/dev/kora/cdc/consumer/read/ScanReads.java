package dev.kora.cdc.consumer.read;

import dev.kora.cdc.schema.Bytes;
import dev.kora.cdc.schema.Glob;
import dev.kora.cdc.schema.RowKeys;
import dev.kora.cdc.schema.SnapshotRow;
import dev.kora.cdc.schema.ValueType;
import dev.kora.cdc.server.resp.Reply;
import dev.kora.cdc.server.resp.Request;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** SCAN, HSCAN, SSCAN. */
final class ScanReads {
    private static final Reply NOTHING = Reply.array(List.of(Reply.bulk("0"), Reply.EMPTY_ARRAY));

    private final Pager pager;

    ScanReads(Pager pager) {
        this.pager = pager;
    }

    List<ReadCommand> commands() {
        return List.of(
                ReadCommand.keyless("SCAN", -2, this::scan),
                ReadCommand.ofKey("HSCAN", -3, this::hscan),
                ReadCommand.ofKey("SSCAN", -3, this::sscan));
    }

    private Reply scan(Sight sight, Request request) {
        long cursor = Pager.cursor(request.argument(1));
        ScanOptions options = ScanOptions.ofScan(request);
        List<Pager.Section> sections = sections(sight, options.glob());
        List<Pager.Section> whole = sections(sight, Glob.ALL);
        return pager.page(cursor, options.count(), sections, whole, (section, rows, page) -> {
            Bytes key = section.range().name(rows.rowKey());
            if (!options.glob().matches(key)) {
                return true;
            }
            if (!(rows.row() instanceof SnapshotRow.Key row) || !section.shard().isLive(row)) {
                return false;
            }
            if (options.wants(row.type().text())) {
                page.add(key);
            }
            return true;
        });
    }

    private static List<Pager.Section> sections(Sight sight, Glob glob) {
        return sight.all().stream()
                .map(shard -> new Pager.Section(shard.shard(), shard, Range.keys(glob)))
                .toList();
    }

    private Reply hscan(Sight sight, Request request) {
        return elements(sight, request, ValueType.HASH, options -> (section, rows, page) -> {
            Bytes field = section.range().name(rows.rowKey());
            if (options.glob().matches(field) && rows.row() instanceof SnapshotRow.HashField row) {
                page.add(field);
                if (options.values()) {
                    page.add(row.value());
                }
            }
            return true;
        });
    }

    private Reply sscan(Sight sight, Request request) {
        return elements(sight, request, ValueType.SET, options -> (section, rows, page) -> {
            Bytes member = section.range().name(rows.rowKey());
            if (options.glob().matches(member)) {
                page.add(member);
            }
            return true;
        });
    }

    /** Looks for the key before it looks at the options, as Redis does. */
    private Reply elements(Sight sight, Request request, ValueType type, Function<ScanOptions, Pager.Taker> takerOf) {
        long cursor = Pager.cursor(request.argument(2));
        Bytes key = Bytes.of(request.argument(1));
        Optional<Sight.Hit<SnapshotRow.Key>> hit = sight.find(key, type);
        if (hit.isEmpty()) {
            return NOTHING;
        }
        ScanOptions options = ScanOptions.ofElements(request, type == ValueType.HASH);
        Bytes prefix = type == ValueType.HASH ? RowKeys.hashFields(key) : RowKeys.setMembers(key);
        Pager.Section section = new Pager.Section(0, hit.get().shard(), Range.of(prefix, options.glob()));
        Pager.Section whole = new Pager.Section(0, hit.get().shard(), Range.of(prefix));
        return pager.page(cursor, options.count(), List.of(section), List.of(whole), takerOf.apply(options));
    }
}
