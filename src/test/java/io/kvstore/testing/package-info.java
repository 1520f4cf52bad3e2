/** Support shared by the tests of several packages: a server per test, raw HTTP connections, a settable clock, JSON. */
package io.kvstore.testing;
