/** Support that the tests of several packages share: a server per test, raw connections to it, a clock that tests set. */
package io.kvstore.testing;
