/**
 * What the process counts and measures, in the format that Prometheus reads. Components keep plain counters of their own;
 * they are bound here, so the algorithms read without metrics. No thread belongs to this package: values are read when
 * they are asked for, on the asking thread.
 */
@NullMarked
package dev.kora.cdc.server.metrics;

import org.jspecify.annotations.NullMarked;
