package ai.plexe.auth.openapi;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/**
 * The body of a PATCH is a JSON merge patch (RFC 7396) of the schema it is declared with: nothing is required, and null
 * is the default.
 */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public final class MergePatches implements OASFilter {

    private static final String SUFFIX = "Patch";

    @Override
    public void filterOpenAPI(OpenAPI document) {
        document.getPaths().getPathItems().values().forEach(item -> {
            if (item.getPATCH() != null) {
                describe(item.getPATCH(), document.getComponents());
            }
        });
    }

    private static void describe(Operation operation, Components components) {
        for (MediaType type :
                operation.getRequestBody().getContent().getMediaTypes().values()) {
            String ref = type.getSchema().getRef();
            String name = ref.substring(ref.lastIndexOf('/') + 1);
            components.addSchema(name + SUFFIX, patchOf(components.getSchemas().get(name)));
            type.setSchema(OASFactory.createSchema().ref(name + SUFFIX));
        }
    }

    private static Schema patchOf(Schema schema) {
        Map<String, Schema> members = new LinkedHashMap<>();
        schema.getProperties().forEach((member, type) -> members.put(member, orNull(type)));
        return OASFactory.createSchema().addType(SchemaType.OBJECT).properties(members);
    }

    private static Schema orNull(Schema type) {
        return OASFactory.createSchema()
                .addAnyOf(type)
                .addAnyOf(OASFactory.createSchema().addType(SchemaType.NULL));
    }
}
