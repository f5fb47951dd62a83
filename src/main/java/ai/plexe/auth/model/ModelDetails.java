package ai.plexe.auth.model;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A model, as it is told. */
@Schema(
        name = "Model",
        requiredProperties = {"model_id", "name", "description", "created_at"})
public record ModelDetails(
        @Schema(examples = "mdl_01jd8y2v9rk3d6t0w5m8q4zx7c") String modelId,
        String name,
        @Schema(nullable = true) String description,
        @Schema(format = "date-time") String createdAt) {

    static ModelDetails of(Model model) {
        return new ModelDetails(model.id, model.name, model.description, model.createdAt.toString());
    }
}
