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

/** What a store says of itself, each time it is asked: the storage counts, and sees nothing of Prometheus. */
final class StoreCollector implements MultiCollector {

    private static final double SECOND_NANOS = 1e9;

    private final Supplier<@Nullable Keyspace> store;

    /** @param store null as long as there is none */
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
            return MetricSnapshots.of(); // it is being stopped, and knows nothing any more
        }
        return metrics.build();
    }

    private void collect(MetricSnapshots.Builder metrics, Keyspace keyspace, StoreStats stats) {
        Durability durability = stats.durability();
        metrics.metricSnapshot(InfoSnapshot.builder()
                .name("kvstore_store")
                .help("How the store was opened")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "mode",
                                stats.mode().label(),
                                "durability",
                                durability == null ? "none" : durability.label()))
                        .build())
                .build());
        metrics.metricSnapshot(Families.gauge(
                "kvstore_keys",
                "Keys, without those whose time is up",
                keyspace.count().keys()));
        metrics.metricSnapshot(
                Families.gauge("kvstore_store_bytes", "What log, table and snapshot take on disk", stats.bytes()));
        metrics.metricSnapshot(Families.gauge("kvstore_revision", "The newest revision", stats.revision()));
        metrics.metricSnapshot(Families.gauge(
                "kvstore_oldest_revision",
                "The smallest revision that the history goes on after",
                stats.oldestRevision()));
        metrics.metricSnapshot(
                Families.gauge("kvstore_writable", "1, or 0 once a write has failed", stats.failure() == null ? 1 : 0));
        metrics.metricSnapshot(Families.gauge("kvstore_watchers", "Watches that are open", keyspace.subscriptions()));
        metrics.metricSnapshot(Families.counter(
                "kvstore_expired_keys_total", "Keys removed because their time was up", keyspace.expired()));
        metrics.metricSnapshot(Families.counter(
                "kvstore_commits_total",
                "Commits that changed something",
                stats.groups().sum()));
        metrics.metricSnapshot(
                histogram("kvstore_commit_group_size", "Commits that shared a write to the log", stats.groups(), 1));
        metrics.metricSnapshot(histogram(
                "kvstore_fsync_duration_seconds",
                "How long the log took to force to disk",
                stats.forces(),
                SECOND_NANOS));
        StoreStats.CacheStats cache = stats.cache();
        if (cache != null) {
            metrics.metricSnapshot(
                    Families.counter("kvstore_cache_hits_total", "Reads that the cache answered", cache.hits()));
            metrics.metricSnapshot(
                    Families.counter("kvstore_cache_misses_total", "Reads that it did not answer", cache.misses()));
            metrics.metricSnapshot(Families.counter(
                    "kvstore_cache_evictions_total", "Entries it forgot to make room", cache.evictions()));
            metrics.metricSnapshot(Families.gauge("kvstore_cache_entries", "Entries it holds", cache.entries()));
            metrics.metricSnapshot(Families.gauge("kvstore_cache_bytes", "Keys and values it holds", cache.bytes()));
        }
    }

    private static HistogramSnapshot histogram(String name, String help, HistogramCounts of, double unit) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        for (int i = 0; i < of.counts().size(); i++) {
            double bound = i < of.bounds().size() ? of.bounds().get(i) / unit : Double.POSITIVE_INFINITY;
            buckets.bucket(bound, of.counts().get(i));
        }
        return HistogramSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(HistogramDataPointSnapshot.builder()
                        .classicHistogramBuckets(buckets.build())
                        .sum(of.sum() / unit)
                        .build())
                .build();
    }
}
