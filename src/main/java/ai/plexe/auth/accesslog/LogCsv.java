package ai.plexe.auth.accesslog;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Entries as lines of CSV (RFC 4180). A value that a spreadsheet would take for a formula is led by an apostrophe, as OWASP
 * advises ("CSV Injection"). Any thread.
 */
final class LogCsv {

    static final String HEADER = String.join(
                    ",",
                    "log_id",
                    "time",
                    "event",
                    "outcome",
                    "key_id",
                    "user_id",
                    "session_id",
                    "target_id",
                    "permission_level",
                    "cost",
                    "ip",
                    "user_agent",
                    "method",
                    "path",
                    "request_id")
            + "\r\n";

    private static final String FORMULA = "=+-@\t\r\n";
    private static final CsvFactory CSV = CsvFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .enable(CsvGenerator.Feature.ALWAYS_QUOTE_STRINGS)
            .build();

    private LogCsv() {}

    static String lines(List<LogEntry> entries) {
        StringWriter lines = new StringWriter(entries.size() * 300);
        try (CsvGenerator csv = CSV.createGenerator(lines)) {
            csv.setSchema(CsvSchema.emptySchema().withLineSeparator("\r\n"));
            for (LogEntry entry : entries) {
                line(csv, entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes all that is written to it", e);
        }
        return lines.toString();
    }

    private static void line(JsonGenerator csv, LogEntry entry) throws IOException {
        csv.writeStartArray();
        csv.writeString(entry.id());
        csv.writeString(entry.time().toString());
        csv.writeString(entry.event());
        csv.writeString(entry.outcome());
        value(csv, entry.keyId());
        value(csv, entry.userId());
        value(csv, entry.sessionId());
        value(csv, entry.targetId());
        value(csv, entry.level());
        csv.writeNumber(entry.cost());
        value(csv, entry.address());
        value(csv, entry.userAgent());
        value(csv, entry.method());
        value(csv, entry.path());
        value(csv, entry.requestId());
        csv.writeEndArray();
    }

    private static void value(JsonGenerator csv, String value) throws IOException {
        if (value == null) {
            csv.writeString("");
        } else {
            csv.writeString(!value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0 ? "'" + value : value);
        }
    }
}
