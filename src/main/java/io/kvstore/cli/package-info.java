/*
 * An argument that does not begin with "-" names a subcommand; Main then runs this package and nothing of the server.
 * Help, docs/cli.md, the manual pages and the completion are made from the annotations of the command classes; a test
 * fails if the committed files differ.
 *
 * Output. Standard output is written past System.out, whose errors go unnoticed, and as UTF-8 whatever the locale. A
 * closed pipe ends a command quietly with 141, as SIGPIPE would; a full disk is an error. /proc/self/fd shows which
 * of the three streams is a terminal; on other systems picocli guesses. Control characters are escaped on a terminal,
 * so that a stored value cannot move the cursor or set a title.
 *
 * Start time. On JDK 17, get of a short value takes 0.35 to 0.47 s by bin/kvstore and 0.57 to 0.63 s by java -jar;
 * get --help, which sends no request, takes 0.35 s. Without two measures, get took 0.86 and 1.05 s. All are medians
 * of nine, measured in turn. Java's exit waits up to 300 ms for threads in native code, such as the selector of its
 * HTTP client, which no method of JDK 17 ends; Main interrupts it. And the HTTP client creates a TLS context even for
 * an http: address, and reads every certificate that Java trusts; NoTls takes its place. bin/kvstore starts Java with
 * the serial collector, the first compiler only, and a class archive; picocli's classes are in bytecode too old for
 * the archive.
 *
 * check (StoreCheck in storage) takes the folder's lock as a reader. A server holds it exclusively, so neither runs
 * while the other does, and a folder that the user cannot write to can be checked. It reads each file by the code that
 * opening uses. A checkpoint that was interrupted after its double-write was complete is finished in memory, not on
 * disk (PagedFile.openReadOnly). Then every page is compared with its checksum, used or not, and every entry of the
 * tree is read with its value. Each journal file is read by itself, so that damage in one does not hide damage in the
 * next; then all are read together, as opening does, to find missing files. Of a snapshot only the keys are kept, to
 * count them. DamagedFilesTest runs check over all the damage it makes: if a server refuses the folder or meets damage,
 * check finds it first; if a kill cut a write short, check reports no damage.
 *
 * lock (Lease) creates the key with a unique value and an expiry, and renews the expiry after a third of it, by
 * compare-and-set. If a request is not answered, the value shows who holds the key. The time for which the key is
 * certainly held counts from before the request was sent, by the local monotonic clock; when it ends, the command is
 * stopped, whatever the server's state. The revision at which the key was created is the fencing token. Renewals have
 * greater revisions, but smaller ones than the next holder's.
 *
 * bench merges the histograms of its threads only at the end. With --rate the time of a request starts when it was
 * due, so that a stall counts for every request it delayed.
 */
/**
 * The subcommands of the jar: they access the keys of a server, or work on data folders without a server.
 *
 * <p>Each command is a class whose annotations define its command line and its help; the documents are generated from
 * them. {@link io.kvstore.cli.Cli} instantiates only the requested command, to keep the start fast.
 *
 * <p>Errors: one line on standard error and an {@link io.kvstore.cli.ExitCode}. Standard output receives only the
 * result.
 */
@NullMarked
package io.kvstore.cli;

import org.jspecify.annotations.NullMarked;
