package ai.plexe.auth.session;

import java.security.PrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;

/** The keys as they were read at one moment, oldest first. */
record KeyRing(List<Key> keys) {

    /**
     * A pair that signs, or has signed.
     *
     * @param acceptedUntil null if for good
     */
    record Key(String id, ECPublicKey publicKey, PrivateKey privateKey, Instant signsFrom, Instant acceptedUntil) {

        boolean isAccepted(Instant now) {
            return acceptedUntil == null || now.isBefore(acceptedUntil);
        }

        /** A record would print the private key's class only, but what it holds is nobody's business. */
        @Override
        public String toString() {
            return "Key[" + id + "]";
        }
    }

    /** The newest that signs already, or else the one that will first. */
    Key signer(Instant now) {
        Key signer = null;
        for (Key key : keys) {
            if (key.isAccepted(now) && (signer == null || !key.signsFrom().isAfter(now))) {
                signer = key;
            }
        }
        if (signer == null) {
            throw new IllegalStateException("there is no key to sign with");
        }
        return signer;
    }

    /** The key of that id, if tokens of it are accepted; else null. */
    Key accepted(String id, Instant now) {
        return keys.stream()
                .filter(key -> key.id().equals(id) && key.isAccepted(now))
                .findFirst()
                .orElse(null);
    }
}
