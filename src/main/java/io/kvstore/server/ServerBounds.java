package io.kvstore.server;

/**
 * Limits of what a server has in flight at a time.
 *
 * @param requests the maximum number of requests in flight, including streams
 * @param bodyBytes the maximum amount of memory for their bodies
 */
record ServerBounds(int requests, long bodyBytes) {

    /** Leaves threads of the pool to read the heads of further requests and to reject them. */
    private static final int REQUESTS_MAX = RequestExecutor.THREADS_MAX / 4 * 3;

    private static final int REQUESTS_MIN = 256;

    /** Memory of a request besides its body: buffers of the connection, of the response and of a small body. */
    private static final long REQUEST_BYTES = 32 << 10;

    /** Returns limits that leave part of the heap to the store and to garbage that is not collected yet. */
    static ServerBounds of(long heapBytes) {
        long requests = heapBytes / 2 / REQUEST_BYTES;
        return new ServerBounds((int) Math.max(REQUESTS_MIN, Math.min(REQUESTS_MAX, requests)), heapBytes / 4);
    }
}
