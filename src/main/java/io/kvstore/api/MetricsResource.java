package io.kvstore.api;

import io.kvstore.http.Accept;
import io.kvstore.http.Header;
import io.kvstore.http.Request;
import io.kvstore.http.Response;
import io.kvstore.metrics.Metrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * {@code /metrics}: the metrics of the server in the format of Prometheus or OpenMetrics. Costs as much as {@code /stats}, plus
 * reading the metrics of the JVM.
 */
final class MetricsResource implements Resource {

    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final int INITIAL_BYTES = 32 << 10;

    private final Metrics metrics;

    MetricsResource(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public RequiredAccess requiredAccess() {
        return RequiredAccess.EVERY_KEY;
    }

    @Override
    public void answer(RequestContext context) throws IOException {
        Request request = context.request();
        Response response = context.response();
        Metrics.Format format = Accept.prefers(request, OPEN_METRICS, "text/plain")
                ? Metrics.Format.OPEN_METRICS
                : Metrics.Format.PROMETHEUS;
        ByteArrayOutputStream body = new ByteArrayOutputStream(INITIAL_BYTES);
        metrics.write(format, body);
        response.header(Header.CONTENT_TYPE, format.mediaType());
        response.header(Header.CACHE_CONTROL, "no-store");
        response.vary(Header.ACCEPT);
        response.bytes(200, body.toByteArray());
    }
}
