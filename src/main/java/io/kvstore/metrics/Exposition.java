package io.kvstore.metrics;

import io.kvstore.metrics.Metrics.Format;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;

/** Collects all metrics, including those of the JVM, and writes them in an exposition format. */
final class Exposition {

    private static final ExpositionFormatWriter PROMETHEUS = PrometheusTextFormatWriter.create();
    private static final ExpositionFormatWriter OPEN_METRICS = OpenMetricsTextFormatWriter.create();

    private final PrometheusRegistry registry = new PrometheusRegistry();

    Exposition(MultiCollector... collectors) {
        for (MultiCollector each : collectors) {
            registry.register(each);
        }
        JvmMetrics.builder().register(registry);
    }

    /** Collects the metrics and writes them. */
    void write(Format format, OutputStream out) throws IOException {
        writer(format).write(out, registry.scrape());
    }

    /** Returns the media type of a format, with its parameters. */
    static String mediaType(Format format) {
        return writer(format).getContentType();
    }

    private static ExpositionFormatWriter writer(Format format) {
        return switch (format) {
            case PROMETHEUS -> PROMETHEUS;
            case OPEN_METRICS -> OPEN_METRICS;
        };
    }
}
