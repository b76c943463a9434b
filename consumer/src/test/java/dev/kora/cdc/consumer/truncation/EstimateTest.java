package dev.kora.cdc.consumer.truncation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.kora.cdc.log.LogEnds;
import dev.kora.cdc.log.LogSize;
import org.junit.jupiter.api.Test;

final class EstimateTest {
    private static final LogEnds ENDS = new LogEnds(100, 1_100, 1_100);
    private static final LogSize SIZE = new LogSize(10_000, 900);

    @Test
    void bytesAreSpreadEvenlyAndOnlyWholeSegmentsAreFreed() {
        assertEquals(new Estimate(5_000, 5), Estimate.of(SIZE, ENDS, 600));
        assertEquals(new Estimate(10_000, 11), Estimate.of(SIZE, ENDS, 1_100));
        assertEquals(new Estimate(890, 0), Estimate.of(SIZE, ENDS, 189));
    }

    @Test
    void nothingIsFreedBeforeTheStart() {
        assertEquals(new Estimate(0, 0), Estimate.of(SIZE, ENDS, 100));
        assertEquals(new Estimate(0, 0), Estimate.of(SIZE, ENDS, 0));
        assertEquals(new Estimate(0, 0), Estimate.of(new LogSize(0, 1), new LogEnds(0, 0, 0), 0));
    }

    @Test
    void aLogThatIsTooLargeBeginsWhereTheRestIsSmallEnough() {
        assertEquals(850, Estimate.startFor(2_500, SIZE, ENDS));
        assertEquals(100, Estimate.startFor(10_000, SIZE, ENDS));
        assertEquals(100, Estimate.startFor(Long.MAX_VALUE, SIZE, ENDS));
    }
}
