package io.kvstore.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * Whoever owns a name may point it at any address, this server's among them. A page that came from under that name may then
 * talk to the server as if it were its own, for a browser compares names and never addresses. All that gives it away is the
 * name in Host, which no page can choose.
 */
/**
 * The names that this server answers to: {@code localhost}, every loopback address, the address that a connection reached
 * it at, and those that it was told. Immutable.
 */
public final class HostCheck {

    private static final int BYTE_MAX = 255;

    private final Set<String> names = new HashSet<>();

    /** @param told names and addresses in any case, without a port; an IPv6 address stands in brackets */
    public HostCheck(Collection<String> told) {
        names.add("localhost");
        told.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * Lets a request pass that names this server, with whatever port.
     *
     * @throws Problem 421 where it names another; 400 where it names none, though it could, or several
     */
    public void check(Request request) {
        List<String> hosts = request.headers(Header.HOST);
        if (hosts == null) {
            if (request.isHttp10()) {
                return; // which knows no Host, and no browser speaks it
            }
            throw Problem.badRequest("a request of HTTP/1.1 names the server in one Host header, and this one in none");
        }
        if (hosts.size() > 1) {
            throw Problem.badRequest("a request names the server in one Host header, not in " + hosts.size());
        }
        String name = withoutPort(hosts.get(0)).toLowerCase(Locale.ROOT);
        if (!names.contains(name) && !isOwnAddress(name, request)) {
            throw new Problem(
                    421,
                    "this server does not go by the name " + Quoting.quote(name)
                            + ": it answers to localhost, to its own address, and to what --allowed_hosts names");
        }
    }

    private static String withoutPort(String host) {
        int end = host.length();
        while (end > 0 && isDigit(host.charAt(end - 1))) {
            end--;
        }
        return end > 0 && host.charAt(end - 1) == ':' ? host.substring(0, end - 1) : host;
    }

    private static boolean isOwnAddress(String name, Request request) {
        InetAddress address = literal(name);
        return address != null && (address.isLoopbackAddress() || address.equals(request.localAddress()));
    }

    /** The address that is written there, or null where it is none. Asks nobody. */
    private static @Nullable InetAddress literal(String name) {
        byte[] ipv4 = ipv4(name);
        // Only what has a colon is sure not to be looked up as a name.
        boolean ipv6 = name.startsWith("[") && name.indexOf(':') > 0 && name.indexOf('%') < 0;
        try {
            return ipv4 != null ? InetAddress.getByAddress(ipv4) : ipv6 ? InetAddress.getByName(name) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }

    private static byte @Nullable [] ipv4(String name) {
        String[] parts = name.split("\\.", -1);
        byte[] address = new byte[4];
        if (parts.length != address.length) {
            return null;
        }
        for (int i = 0; i < address.length; i++) {
            String part = parts[i];
            if (part.isEmpty() || part.length() > 3 || !part.chars().allMatch(HostCheck::isDigit)) {
                return null;
            }
            int number = Integer.parseInt(part);
            if (number > BYTE_MAX) {
                return null;
            }
            address[i] = (byte) number;
        }
        return address;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
