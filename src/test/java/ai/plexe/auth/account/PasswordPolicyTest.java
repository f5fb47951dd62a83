package ai.plexe.auth.account;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.plexe.auth.problem.ProblemCode;
import ai.plexe.auth.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordPolicyTest {

    private static final String EMAIL = "ada.lovelace@example.org";
    private static final String EMOJI = "\ud83d\ude00";

    private final PasswordPolicy policy = new PasswordPolicy();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a rather long password",
                "twelve chars",
                "        spaces      ",
                "zażółć gęślą jaźń",
                "密码密码密码密码密码密码",
                "ada likes engines",
                "plexe, but more than that",
            })
    void anyCharactersWillDo(String password) {
        assertNull(policy.objection(password, EMAIL));
    }

    @Test
    void lengthsAreCountedInCodePointsAfterNormalisation() {
        assertNull(policy.objection(EMOJI.repeat(12), EMAIL));
        assertTrue(policy.objection(EMOJI.repeat(11), EMAIL).startsWith("needs at least 12 characters"));
        assertTrue(policy.objection("e\u0301".repeat(11), EMAIL).startsWith("needs at least 12 characters"));
        assertNull(policy.objection(EMOJI.repeat(256), EMAIL));
        assertNull(policy.objection("u\u0308\u0301".repeat(256), EMAIL));
        assertEquals("may have 256 characters at most", policy.objection(EMOJI.repeat(257), EMAIL));
        assertEquals("may have 256 characters at most", policy.objection("e\u0301".repeat(60_000), EMAIL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tabs\tare out of here",
                "nul\u0000 is out of here",
                "\u009f and this one too",
                "half \ud83d a pair"
            })
    void whatNobodyCanReadIsRefused(String password) {
        assertEquals("must not contain control characters", policy.objection(password, EMAIL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456789012",
                "passwordpassword",
                "Qwerty123456",
                "Correct horse battery staple",
                "1Q2W3E4R5T6Y",
                "\uff11\uff12\uff13456789012"
            })
    void theCommonestLeakedOnesAreRefused(String password) {
        assertTrue(policy.objection(password, EMAIL).startsWith("is one of the commonest leaked passwords"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada.lovelace@example.org",
                "Ada.Lovelace1",
                "ada.lovelace.1815",
                "plexeplexeplexe",
                "Plexe-plexe-1"
            })
    void whatIsLittleMoreThanANameIsRefused(String password) {
        assertTrue(policy.objection(password, EMAIL).startsWith("is little more than your address"));
    }

    @Test
    void aShortNameForbidsLittle() {
        assertNull(policy.objection("abababababab!", "ab@example.org"));
        assertNull(policy.objection("a rather long password", null));
    }

    @Test
    void theFieldIsNamedAndThePasswordIsNot() {
        ProblemException refused =
                assertThrows(ProblemException.class, () -> policy.check("new_password", "elevenchars", EMAIL));

        assertEquals(ProblemCode.VALIDATION_FAILED, refused.code());
        assertTrue(refused.getMessage().startsWith("new_password needs"));
        assertFalse(refused.getMessage().contains("elevenchars"));
        assertThrows(ProblemException.class, () -> policy.check("password", null, EMAIL));
    }
}
