package ai.plexe.auth.problem;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * What the members of an answer promise beyond their types: nearly all are always there, some of them null. A generated
 * client relies on both.
 */
final class AnswerSchemas {

    private static final Set<String> ANSWERS =
            Set.of("ApiKey", "ApiKeyList", "Model", "KeyOutcome", "RateLimitStatus", "Check", "Problem");

    /** Left out where they say nothing. */
    private static final Set<String> OPTIONAL = Set.of("key", "required_level", "checks", "errors", "reset");

    private static final Set<String> NULLABLE = Set.of(
            "expires_at",
            "rotated_at",
            "previous_key_valid_until",
            "revoked_at",
            "rate_limit",
            "last_used_at",
            "last_used_ip",
            "next_cursor",
            "description",
            "key_id",
            "account_id",
            "permission_level");

    /** In these, a member that may be null elsewhere never is. */
    private static final Map<String, Set<String>> NEVER_NULL = Map.of(
            "ApiKey", Set.of("key_id", "permission_level"),
            "RateLimitStatus", Set.of("reset"));

    private AnswerSchemas() {}

    static void complete(Map<String, Schema> schemas) {
        schemas.forEach((name, schema) -> {
            if (ANSWERS.contains(name)) {
                complete(name, schema);
            }
        });
    }

    /** The settings of a key as a merge patch has them: nothing is required, and null is the default. */
    static Schema patchOf(Schema settings) {
        Map<String, Schema> members = new LinkedHashMap<>();
        settings.getProperties().forEach((member, type) -> members.put(member, orNull(type)));
        return OASFactory.createSchema().addType(SchemaType.OBJECT).properties(members);
    }

    private static void complete(String name, Schema schema) {
        Set<String> neverNull = NEVER_NULL.getOrDefault(name, Set.of());
        Map<String, Schema> members = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        schema.getProperties().forEach((member, type) -> {
            boolean canBeNull = NULLABLE.contains(member) && !neverNull.contains(member);
            members.put(member, canBeNull ? orNull(type) : type);
            if (!OPTIONAL.contains(member) || neverNull.contains(member)) {
                required.add(member);
            }
        });
        schema.setProperties(members);
        schema.setRequired(required);
    }

    private static Schema orNull(Schema type) {
        return OASFactory.createSchema()
                .addAnyOf(type)
                .addAnyOf(OASFactory.createSchema().addType(SchemaType.NULL));
    }
}
