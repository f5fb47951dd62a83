package ai.plexe.auth.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.validation.EmailAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignInNameTest {

    private static boolean isAddress(String text) {
        return new EmailAddress.Validator().isValid(text, null);
    }

    @ParameterizedTest
    @CsvSource({
        "ada@example.org, ada@example.org",
        "'  Ada@EXAMPLE.org ', ada@example.org",
        "ada@b\u00fccher.example, ada@xn--bcher-kva.example",
        "ada@B\u00dcCHER.example, ada@xn--bcher-kva.example",
        "ada@xn--bcher-kva.example, ada@xn--bcher-kva.example",
    })
    void anAddressHasOneForm(String typed, String name) {
        assertEquals(name, SignInName.of(typed));
        assertTrue(isAddress(SignInName.of(typed)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "ada",
                "ada@",
                "@example.org",
                "ada@exa mple.org",
                "ada@example.org\nBcc: eve@example.org",
                "ada@@example.org",
                "a\u0131da@example.org",
                "ada@example..org",
                "ada@-example.org",
                "ada@\u00fc\u0000.example",
            })
    void whatIsNoAddressStaysNone(String text) {
        assertFalse(isAddress(SignInName.of(text)));
    }

    @Test
    void whatIsTooLongIsNotLookedAt() {
        String host = "ada@" + "\u00fc".repeat(60_000) + ".example";

        assertEquals(host, SignInName.of(host));
        assertFalse(isAddress(host));
        assertFalse(isAddress("a".repeat(250) + "@example.org"));
        assertNull(SignInName.of(null));
    }
}
