package io.kvstore.metrics;

import io.kvstore.keyspace.Keyspace;
import io.kvstore.store.Durability;
import io.kvstore.store.HistogramCounts;
import io.kvstore.store.StoreException;
import io.kvstore.store.StoreStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Collects the metrics of a store from its statistics. The store itself does not depend on the Prometheus library. */
final class StoreCollector implements MultiCollector {

    private static final double SECOND_NANOS = 1e9;

    private final Supplier<@Nullable Keyspace> store;

    /** @param store returns the store, or null while none is open */
    StoreCollector(Supplier<@Nullable Keyspace> store) {
        this.store = store;
    }

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots.Builder metrics = MetricSnapshots.builder();
        Keyspace keyspace = store.get();
        if (keyspace == null) {
            return MetricSnapshots.of();
        }
        try {
            collect(metrics, keyspace, keyspace.stats());
        } catch (StoreException.Closed e) {
            return MetricSnapshots.of(); // the server is shutting down
        }
        return metrics.build();
    }

    private void collect(MetricSnapshots.Builder metrics, Keyspace keyspace, StoreStats stats) {
        Durability durability = stats.durability();
        metrics.metricSnapshot(InfoSnapshot.builder()
                .name("kvstore_store")
                .help("Mode and durability of the store")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "mode",
                                stats.mode().label(),
                                "durability",
                                durability == null ? "none" : durability.label()))
                        .build())
                .build());
        metrics.metricSnapshot(UnlabeledMetrics.gauge(
                "kvstore_keys", "Keys that have not expired", keyspace.count().keys()));
        metrics.metricSnapshot(UnlabeledMetrics.gauge(
                "kvstore_store_bytes", "Bytes on disk of the journal, the table and the snapshot", stats.bytes()));
        metrics.metricSnapshot(UnlabeledMetrics.gauge("kvstore_revision", "Newest revision", stats.revision()));
        metrics.metricSnapshot(UnlabeledMetrics.gauge(
                "kvstore_oldest_revision",
                "Oldest revision after which the history is complete",
                stats.oldestRevision()));
        metrics.metricSnapshot(UnlabeledMetrics.gauge(
                "kvstore_writable",
                "1 if the store accepts writes, 0 after a write has failed",
                stats.failure() == null ? 1 : 0));
        metrics.metricSnapshot(UnlabeledMetrics.gauge("kvstore_watchers", "Open watches", keyspace.subscriptions()));
        metrics.metricSnapshot(UnlabeledMetrics.counter(
                "kvstore_expired_keys_total", "Keys removed because they expired", keyspace.expired()));
        metrics.metricSnapshot(UnlabeledMetrics.counter(
                "kvstore_commits_total",
                "Commits that changed at least one key",
                stats.groups().sum()));
        metrics.metricSnapshot(histogram(
                "kvstore_commit_group_size",
                "Number of commits per group, which share one write to the journal",
                stats.groups(),
                1));
        metrics.metricSnapshot(histogram(
                "kvstore_fsync_duration_seconds", "Duration of an fsync of the journal", stats.forces(), SECOND_NANOS));
        StoreStats.CacheStats cache = stats.cache();
        if (cache != null) {
            metrics.metricSnapshot(UnlabeledMetrics.counter(
                    "kvstore_cache_hits_total", "Reads that found their key in the cache", cache.hits()));
            metrics.metricSnapshot(UnlabeledMetrics.counter(
                    "kvstore_cache_misses_total", "Reads that did not find their key in the cache", cache.misses()));
            metrics.metricSnapshot(UnlabeledMetrics.counter(
                    "kvstore_cache_evictions_total", "Entries evicted from the cache to make room", cache.evictions()));
            metrics.metricSnapshot(
                    UnlabeledMetrics.gauge("kvstore_cache_entries", "Entries in the cache", cache.entries()));
            metrics.metricSnapshot(UnlabeledMetrics.gauge(
                    "kvstore_cache_bytes", "Bytes of keys and values in the cache", cache.bytes()));
        }
    }

    private static HistogramSnapshot histogram(String name, String help, HistogramCounts histogram, double unit) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < histogram.counts().size(); i++) {
            double bound = i < histogram.bounds().size() ? histogram.bounds().get(i) / unit : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, histogram.counts().get(i));
        }
        return HistogramSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build())
                        .sum(histogram.sum() / unit)
                        .build())
                .build();
    }
}
