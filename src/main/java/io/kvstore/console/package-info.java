/*
 * The files are in this folder of the jar: a page, a style sheet, and modules that the browser loads as they are.
 * There is no build step and no tool chain to maintain. Console names the files, because a jar does not list a folder
 * quickly; a test compares the names with the folder. ConsoleFile reads a file on first use and keeps it (100 KiB in
 * all), so the start does not get slower. Cache-Control: no-cache and an ETag of the content: a page never meets
 * modules of another version, and gets 304 for the rest. GET / with an Accept header that prefers HTML to JSON is
 * answered with the page, before the token is checked.
 *
 * keys.js is the page's whole view of the store. Every write in it takes the ETag of the state that it may replace;
 * there is no other way to write. A browser removes . and .. from every path, percent-encoded or not, so
 * keys-batched.js reaches those two keys by /batch. pages.js addresses rows by number by means of cursors. A page
 * that was dropped is read again from its cursor to the last key it had (by end, or by start if the order is
 * reversed). Keys that come or go therefore shift rows and hide none. virtual-list.js shows a window of at most
 * 20,000 rows and moves it, because browsers bound the height of an element (about 600,000 rows in one of them). The
 * live view reads /watch by fetch, because EventSource sends no token, and as server-sent events and not as JSON
 * lines, whose heartbeats have no id. JSON is formatted token by token, because JSON.parse changes long numbers and
 * drops repeated names. require-trusted-types-for turns every way of making HTML from text into an error.
 *
 * The tests drive Chromium (tag browser), one server and one browser per class, and whatever a browser complains of
 * fails the test. If Chromium or its driver is not installed, they are skipped and say so.
 */
/**
 * The console: a web page to browse and edit the store, with the files that it loads. This package serves the files; the page
 * itself is HTML and JavaScript among the resources, and uses the same HTTP API as every other client.
 *
 * <p>Threads: all classes are thread-safe.
 *
 * <p>Errors: a file that cannot be sent completely is an {@link java.io.IOException}; a file that is missing from the class
 * path is an {@link java.lang.IllegalStateException}.
 *
 * <p>Does not route requests, does not authenticate clients, and does not access the store.
 */
@NullMarked
package io.kvstore.console;

import org.jspecify.annotations.NullMarked;
