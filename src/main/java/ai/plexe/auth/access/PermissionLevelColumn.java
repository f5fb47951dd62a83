package ai.plexe.auth.access;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** Keeps levels in the database by the name they have everywhere else. */
@Converter(autoApply = true)
public class PermissionLevelColumn implements AttributeConverter<PermissionLevel, String> {

    @Override
    public String convertToDatabaseColumn(PermissionLevel level) {
        return level == null ? null : level.wireName();
    }

    @Override
    public PermissionLevel convertToEntityAttribute(String name) {
        return name == null ? null : PermissionLevel.of(name);
    }
}
