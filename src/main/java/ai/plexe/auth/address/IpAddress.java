package ai.plexe.auth.address;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 address, kept as 16 bytes: IPv4 in its IPv4-mapped form (RFC 4291, 2.5.5.2), so that one address
 * has one form whichever socket it came through.
 */
public final class IpAddress {

    /**
     * What others read otherwise or not at all: zones, brackets, leading zeros (octal to some), and IPv4 within IPv6
     * that is not IPv4-mapped.
     */
    private static final Pattern AMBIGUOUS =
            Pattern.compile("[%\\[]|(^|[.:])0\\d+\\.|\\.0\\d|^(?!(?i)::ffff:).*:.*\\.");

    private static final byte[] IPV4_MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private final byte[] bytes;

    private IpAddress(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads a literal; a host name is never resolved.
     *
     * @return the address, or null if the text is none
     */
    public static IpAddress parse(String literal) {
        if (literal == null
                || !isPlainIpv4(literal) && AMBIGUOUS.matcher(literal).find()) {
            return null;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(literal);
        if (address == null || address.length == 16 && literal.indexOf(':') < 0) {
            return null;
        }
        return new IpAddress(address.length == 16 ? address : mapped(address));
    }

    /** The address of these 16 bytes. */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an address has 16 bytes, not " + bytes.length);
        }
        return new IpAddress(bytes.clone());
    }

    /** Nothing but digits and dots, and no leading zeros: what nearly every address is, told without the pattern. */
    private static boolean isPlainIpv4(String literal) {
        boolean begins = true;
        for (int i = 0; i < literal.length(); i++) {
            char c = literal.charAt(i);
            boolean leadingZero = c == '0' && begins && i + 1 < literal.length() && literal.charAt(i + 1) != '.';
            if (leadingZero || c != '.' && (c < '0' || c > '9')) {
                return false;
            }
            begins = c == '.';
        }
        return true;
    }

    private static byte[] mapped(byte[] ipv4) {
        byte[] bytes = Arrays.copyOf(IPV4_MAPPED, 16);
        System.arraycopy(ipv4, 0, bytes, 12, 4);
        return bytes;
    }

    public boolean isIpv4() {
        return Arrays.equals(bytes, 0, 12, IPV4_MAPPED, 0, 12);
    }

    /** The network this address is counted under: itself for IPv4, its /64 for IPv6, as one subscriber has a /64. */
    public String limitedAs() {
        return isIpv4() ? toString() : HexFormat.of().formatHex(bytes, 0, 8) + "/64";
    }

    /** The 16 bytes as 32 lower-case hex digits. */
    public String toHex() {
        return HexFormat.of().formatHex(bytes);
    }

    /** The 16 bytes, as a copy. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IpAddress address && Arrays.equals(bytes, address.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The usual text form (RFC 5952 for IPv6). */
    @Override
    public String toString() {
        try {
            return NetUtil.toAddressString(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
