package io.kvstore.config;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads variables of the process's environment.
 *
 * <p>A value with a control character or surrounding quotes is rejected. Such values come from files that a container runtime
 * or systemd reads differently than a shell does, for example one with Windows line ends, and would be taken literally.
 *
 * <p>A {@code KVSTORE_PORT} such as {@code tcp://10.96.0.17:8080} counts as unset. Kubernetes and container links set it so
 * if a service is named {@code kvstore}, and it is no port. Such a value of another variable is someone's mistake and is not
 * ignored: a command would use the default server, or a server would start without authentication.
 */
public final class EnvironmentVariable {

    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://[^/]*");

    private static final String PORT = Flag.PORT.variable();

    private EnvironmentVariable() {}

    /**
     * Returns the value of a variable, or null if it is unset, or set by a platform for a service.
     *
     * @throws BadFlagException if the value has a control character or surrounding quotes; the message does not quote it,
     *     because it may be a secret
     */
    public static @Nullable String value(Map<String, String> environment, String name) {
        String value = environment.get(name);
        if (value == null || isSetByPlatform(environment, name)) {
            return null;
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw new BadFlagException(
                    name + " must be a value without control characters; check the line ends of the file that sets it");
        }
        int last = value.length() - 1;
        if (last > 0 && value.charAt(0) == value.charAt(last) && "\"'".indexOf(value.charAt(0)) >= 0) {
            throw new BadFlagException(
                    name + " must be a value without surrounding quotes; a file of variables is not read by a shell");
        }
        return value;
    }

    /** Returns whether a platform set a variable to the address of a service, so that {@link #value} ignores it. */
    static boolean isSetByPlatform(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return name.equals(PORT)
                && value != null
                && SERVICE_ADDRESS.matcher(value).matches();
    }
}
