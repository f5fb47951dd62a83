package ai.plexe.auth.address;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation (RFC 4632, RFC 4291), such as {@code 10.0.0.0/8} or {@code 2001:db8::/32}; a bare
 * address is the network of itself. Bits behind the prefix must be zero: {@code 10.0.0.1/8} is more likely a slip
 * than a wish.
 */
public final class Cidr {

    private static final Pattern PREFIX_LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

    private final IpAddress base;
    private final int bits;

    private Cidr(IpAddress base, int bits) {
        this.base = base;
        this.bits = bits;
    }

    /**
     * @throws IllegalArgumentException with a sentence for whoever wrote the text
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        IpAddress base = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (base == null) {
            throw new IllegalArgumentException("is not an IP address or a network in CIDR notation");
        }
        int width = base.isIpv4() ? 32 : 128;
        String length = slash < 0 ? String.valueOf(width) : text.substring(slash + 1);
        if (!PREFIX_LENGTH.matcher(length).matches() || Integer.parseInt(length) > width) {
            throw new IllegalArgumentException("needs a prefix length from 0 to " + width);
        }
        Cidr cidr = new Cidr(base, Integer.parseInt(length) + 128 - width);
        if (!cidr.hasNoBitsBehindPrefix()) {
            throw new IllegalArgumentException("has bits set behind its prefix length");
        }
        return cidr;
    }

    public boolean contains(IpAddress address) {
        byte[] mine = base.bytes();
        byte[] theirs = address.bytes();
        int whole = bits / 8;
        if (!Arrays.equals(mine, 0, whole, theirs, 0, whole)) {
            return false;
        }
        return bits % 8 == 0 || (mine[whole] ^ theirs[whole]) >> 8 - bits % 8 == 0;
    }

    /** The 16 bytes of the base in hex, a slash, and how many of their 128 bits count. */
    public String toHex() {
        return base.toHex() + '/' + bits;
    }

    private boolean hasNoBitsBehindPrefix() {
        byte[] bytes = base.bytes();
        for (int bit = bits; bit < 128; bit++) {
            if ((bytes[bit / 8] >> 7 - bit % 8 & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return base + "/" + (base.isIpv4() ? bits - 96 : bits);
    }
}
