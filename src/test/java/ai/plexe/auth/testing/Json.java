package ai.plexe.auth.testing;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Bodies that are read again and again. REST-assured compiles a Groovy script for every path it is asked for, which takes more of
 * a test than the service does.
 */
final class Json {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private Json() {}

    static Map<String, Object> members(Response response) {
        try {
            return MAPPER.readValue(response.asByteArray(), MEMBERS);
        } catch (IOException e) {
            throw new AssertionError("no JSON object: " + response.asString(), e);
        }
    }

    private static Object member(Response response, String name) {
        Object member = members(response).get(name);
        if (member == null) {
            throw new AssertionError("no " + name + " in " + response.asString());
        }
        return member;
    }

    /** Those in an array. */
    @SuppressWarnings("unchecked")
    static Stream<Map<String, Object>> objects(Response response, String array) {
        return ((List<Map<String, Object>>) member(response, array)).stream();
    }

    static String text(Response response, String name) {
        return (String) member(response, name);
    }
}
