package ai.plexe.auth.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.restassured.response.Response;
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
            return MAPPER.readValue(response.asString(), MEMBERS);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON object: " + response.asString(), e);
        }
    }

    /** Those in an array. */
    @SuppressWarnings("unchecked")
    static Stream<Map<String, Object>> objects(Response response, String array) {
        return ((List<Map<String, Object>>) members(response).get(array)).stream();
    }

    static String text(Response response, String member) {
        return (String) members(response).get(member);
    }
}
