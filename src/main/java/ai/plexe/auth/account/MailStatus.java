package ai.plexe.auth.account;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The answer to what is settled by mail; where a mail is on its way, the same whether or not there is one.
 *
 * @param status what the caller should expect
 */
@Schema(
        name = "MailStatus",
        requiredProperties = {"status"})
public record MailStatus(
        @Schema(examples = "verification_sent") String status) {}
