package ai.plexe.auth.account;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;

/** The texts of mails, each as {@code .txt} and {@code .html} in {@code templates/mail}. Any thread. */
@CheckedTemplate(basePath = "mail")
final class MailTemplates {

    private MailTemplates() {}

    static native TemplateInstance verifyEmail(String link, String lifetime);

    static native TemplateInstance signUpAttempted(String greeting, String forgotPage);

    static native TemplateInstance resetPassword(String greeting, String link, String lifetime);

    static native TemplateInstance confirmEmail(String link, String lifetime);

    static native TemplateInstance emailChangeAsked(String greeting, String newEmail, String forgotPage);

    static native TemplateInstance emailChanged(String greeting, String newEmail);

    static native TemplateInstance passwordChanged(
            String greeting, String time, String address, String device, String providers, String forgotPage);

    static native TemplateInstance newDevice(
            String greeting, String time, String address, String device, String forgotPage);

    static native TemplateInstance locked(String greeting, String time, String address, String forgotPage);

    static native TemplateInstance revokedKey(String greeting, String key, String keyId, String time, String address);

    static native TemplateInstance newNetwork(String greeting, String key, String keyId, String time, String address);

    static native TemplateInstance connectIdentity(String provider, String link, String lifetime);

    static native TemplateInstance identityConnected(
            String greeting, String provider, String time, String address, String device, String forgotPage);

    static native TemplateInstance identityDisconnected(
            String greeting, String provider, String time, String address, String device, String forgotPage);

    static native TemplateInstance accountDeleted(String greeting);
}
