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
 * Protects against DNS rebinding: the owner of a domain can make its name resolve to the address of this server. A page from
 * that domain then has the same origin as this server, because browsers compare names, not addresses. Only the name in the
 * Host header reveals this, and no page can choose that header.
 */
/**
 * Checks that a request addresses this server by one of its names: {@code localhost}, any loopback address, the local address
 * of the connection, or a configured name. Immutable.
 */
public final class HostCheck {

    private static final int BYTE_MAX = 255;

    private final Set<String> names = new HashSet<>();

    /** @param configured more names and addresses, in any case and without a port; an IPv6 address is in brackets */
    public HostCheck(Collection<String> configured) {
        names.add("localhost");
        configured.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    }

    /**
     * Checks the {@code Host} header, whose port may be any.
     *
     * @throws Problem 421 if the header has another name; 400 if it is repeated, or missing in a request of HTTP/1.1
     */
    public void check(Request request) {
        List<String> hosts = request.headers(Header.HOST);
        if (hosts == null) {
            if (request.isHttp10()) {
                return; // HTTP/1.0 has no Host header, and browsers do not use HTTP/1.0
            }
            throw Problem.badRequest("a request of HTTP/1.1 needs a Host header");
        }
        if (hosts.size() > 1) {
            throw Problem.badRequest("a request must have one Host header, not " + hosts.size());
        }
        String name = withoutPort(hosts.get(0)).toLowerCase(Locale.ROOT);
        if (!names.contains(name) && !isOwnAddress(name, request)) {
            throw new Problem(
                    421,
                    "this server does not accept the host name " + Quoting.quote(name)
                            + ": use localhost or the address of the server, or allow the name with --allowed_hosts");
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

    /** Returns the address of an IP literal, or null if the text is not one. Never queries DNS. */
    private static @Nullable InetAddress literal(String name) {
        byte[] ipv4 = ipv4(name);
        // getByName looks a name up in DNS, except if it contains a colon.
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
