package ai.plexe.auth.apikey;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import ai.plexe.auth.testing.Api;
import ai.plexe.auth.testing.Backends;
import ai.plexe.auth.testing.Problems;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody reaches above their own level, nor into another account. */
@QuarkusTest
@WithTestResource(value = Backends.class, scope = TestResourceScope.GLOBAL)
class ApiKeyAccessTest {

    @Test
    void aReadOnlyKeyReadsResourcesAndNothingElse() {
        Api admin = Api.ofNewAccount();
        Api.Key other = admin.key("read_only");
        Api reader = admin.as(admin.key("read_only").secret());

        reader.models().then().statusCode(200);
        Problems.expect(reader.request().body("{\"name\": \"m\"}").post("/models"), 403, "insufficient_permissions")
                .body("required_level", equalTo("read_write"));
        Problems.expect(reader.list(Map.of()), 403, "insufficient_permissions");
        Problems.expect(reader.get(other.id()), 403, "insufficient_permissions");
        Problems.expect(
                reader.create("{\"name\": \"x\", \"permission_level\": \"read_only\"}"),
                403,
                "insufficient_permissions");
        Problems.expect(reader.change(other.id(), "{\"name\": \"x\"}"), 403, "insufficient_permissions");
        Problems.expect(reader.rotate(other.id(), "{}"), 403, "insufficient_permissions");
        Problems.expect(reader.revoke(other.id()), 403, "insufficient_permissions");
        Problems.expect(reader.verify("{\"key\": \"x\"}"), 403, "insufficient_permissions");
        admin.get(other.id()).then().body("status", equalTo("active")).body("name", equalTo("test"));
    }

    @Test
    void aReadWriteKeyHandsOutNoMoreThanItHas() {
        Api admin = Api.ofNewAccount();
        Api writer = admin.as(admin.key("read_write").secret());
        Api.Key adminKey = admin.key("admin");
        Api.Key ownLevel = writer.key("read_write");

        Problems.expect(
                        writer.create("{\"name\": \"x\", \"permission_level\": \"admin\"}"),
                        403,
                        "insufficient_permissions")
                .body("required_level", equalTo("admin"));
        Problems.expect(
                writer.change(ownLevel.id(), "{\"permission_level\": \"admin\"}"), 403, "insufficient_permissions");
        Problems.expect(writer.change(adminKey.id(), "{\"name\": \"x\"}"), 403, "insufficient_permissions");
        Problems.expect(
                writer.change(adminKey.id(), "{\"permission_level\": \"read_only\"}"), 403, "insufficient_permissions");
        Problems.expect(writer.rotate(adminKey.id(), "{}"), 403, "insufficient_permissions");
        admin.as(adminKey.secret()).models().then().statusCode(200);
        writer.rotate(ownLevel.id(), "{}").then().statusCode(200);
    }

    @Test
    void aReadWriteKeyRevokesAnyKeyOfItsAccount() {
        Api admin = Api.ofNewAccount();
        Api writer = admin.as(admin.key("read_write").secret());
        Api.Key adminKey = admin.key("admin");

        writer.list(Map.of()).then().statusCode(200).body("keys.key_id", hasItem(adminKey.id()));
        writer.revoke(adminKey.id()).then().statusCode(200);

        Problems.expect(admin.as(adminKey.secret()).models(), 401, "revoked_key");
    }

    @ParameterizedTest
    @CsvSource({"GET,", "PATCH,", "DELETE,", "POST,/rotate"})
    void anotherAccountsKeyIsNotFoundOnAnyRoute(String method, String path) {
        Api mine = Api.ofNewAccount();
        Api theirs = Api.ofNewAccount();
        Api.Key key = theirs.key("read_only");
        String route = "/auth/api-keys/" + key.id() + (path == null ? "" : path);

        Problems.expect(mine.request().body(method.equals("GET") ? "" : "{}").request(method, route), 404, "not_found");

        theirs.as(key.secret()).models().then().statusCode(200);
        theirs.get(key.id()).then().body("status", equalTo("active")).body("rotated_at", nullValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"key_00000000000000000000000000", "x", "key_'; drop table api_key; --", "%00", "..", "mdl_1"})
    void anIdThatNobodyHasIsNotFound(String id) {
        Api admin = Api.ofNewAccount();

        Problems.expect(
                admin.request().urlEncodingEnabled(!id.startsWith("%")).get("/auth/api-keys/" + id), 404, "not_found");
    }

    @Test
    void anotherAccountsModelIsNotFound() {
        Api mine = Api.ofNewAccount();
        Api theirs = Api.ofNewAccount();
        String model =
                theirs.request().body("{\"name\": \"theirs\"}").post("/models").path("model_id");

        Problems.expect(mine.request().get("/models/" + model), 404, "not_found");
        Problems.expect(mine.request().delete("/models/" + model), 404, "not_found");
        theirs.request().get("/models/" + model).then().statusCode(200);
    }

    @Test
    void onlyTheOperatorsAdministratorsMakeServiceKeys() {
        String serviceKey = "{\"name\": \"gateway\", \"permission_level\": \"read_write\", \"service\": true}";
        Api stranger = Api.ofNewAccount();
        Api operator = Api.admin();
        Api writer = operator.as(operator.key("read_write").secret());

        Problems.expect(stranger.create(serviceKey), 403, "insufficient_permissions");
        Problems.expect(writer.create(serviceKey), 403, "insufficient_permissions");
        String made = operator.create(serviceKey)
                .then()
                .statusCode(200)
                .body("service", equalTo(true))
                .extract()
                .path("key_id");

        Problems.expect(writer.rotate(made, "{}"), 403, "insufficient_permissions");
        Problems.expect(writer.change(made, "{\"name\": \"x\"}"), 403, "insufficient_permissions");
        Problems.expect(
                writer.change(operator.key("read_write").id(), "{\"service\": true}"), 403, "insufficient_permissions");
        operator.revoke(made).then().statusCode(200);
    }
}
