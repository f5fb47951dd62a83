package ai.plexe.auth.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.account.PasswordHash.Cost;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {

    private static final Cost CHEAP = new Cost(64, 1, 1);
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void theReferenceImplementationsHashIsMatched() {
        // https://github.com/P-H-C/phc-winner-argon2/blob/master/src/test.c
        PasswordHash reference = PasswordHash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");

        assertTrue(reference.matches("password"));
        assertFalse(reference.matches("Password"));
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        PasswordHash hash = PasswordHash.of("secret", CHEAP, RANDOM);

        PasswordHash read = PasswordHash.parse(hash.toPhc());

        assertEquals(hash.toPhc(), read.toPhc());
        assertEquals(CHEAP, read.cost());
        assertTrue(read.matches("secret"));
        assertFalse(read.matches("secret "));
        assertFalse(read.matches(""));
    }

    @Test
    void theSamePasswordNeverHasTheSameHash() {
        assertNotEquals(
                PasswordHash.of("secret", CHEAP, RANDOM).toPhc(),
                PasswordHash.of("secret", CHEAP, RANDOM).toPhc());
    }

    @Test
    void composedAndDecomposedAreOnePassword() {
        assertTrue(PasswordHash.of("caf\u00e9 \ufb01ne", CHEAP, RANDOM).matches("cafe\u0301 fine"));
    }

    @Test
    void nobodysHashIsOfTheSameCostAndMatchesNothing() {
        PasswordHash nobodys = PasswordHash.ofNobody(CHEAP, RANDOM);

        assertEquals(CHEAP, nobodys.cost());
        assertFalse(nobodys.matches(""));
    }

    @Test
    void lessMemoryOrFewerPassesAreBelow() {
        Cost today = new Cost(128, 2, 1);

        assertTrue(new Cost(64, 2, 1).isBelow(today));
        assertTrue(new Cost(128, 1, 1).isBelow(today));
        assertFalse(today.isBelow(today));
        assertFalse(new Cost(256, 3, 1).isBelow(today));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
                "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=64,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=99999999999,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=17,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=7,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=1,p=5$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$",
                "$argon2id$v=19$m=64,t=1,p=1$$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ$CTFh",
            })
    void whatIsNoHashOrAnAbsurdOneIsNotRead(String phc) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(phc));

        assertFalse(refused.getMessage().contains("c29tZXNhbHQ"));
    }
}
