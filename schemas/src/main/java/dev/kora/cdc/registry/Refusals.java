package dev.kora.cdc.registry;

import dev.kora.cdc.schema.CdcException;

/** Says what a registry's refusal means and what to do about it. */
final class Refusals {
    private Refusals() {}

    /**
     * What a definite answer other than success means.
     *
     * @param doing what was being done, with the subject or id
     */
    static CdcException.Invalid of(Answer answer, String doing) {
        return invalid(answer, doing, answer.said(), meaning(answer));
    }

    /** What success without the promised content means. */
    static CdcException.Invalid noRegistry(Answer answer, String doing) {
        return invalid(
                answer,
                doing,
                "its answer is none of a schema registry",
                "mend the URL (Apicurio's ends with /apis/ccompat/v7)");
    }

    private static CdcException.Invalid invalid(Answer answer, String doing, String said, String next) {
        return new CdcException.Invalid(
                "%s at the schema registry %s: %s: %s".formatted(doing, answer.endpoint(), said, next));
    }

    private static String meaning(Answer answer) {
        return switch (answer.status()) {
            case 301, 302, 303, 307, 308 -> "it is elsewhere; give the URL that it sends to";
            case 401 -> "wrong credentials; set " + RegistrySettings.USER_INFO + " or user:password in the URL";
            case 403 -> "wrong credentials; these may not do this";
            case 404 ->
                answer.isNotFound()
                        ? "not registered here; start a writer of this version first, or mend the database's name"
                        : "nothing there; mend the URL (Apicurio's ends with /apis/ccompat/v7)";
            case 409 ->
                "incompatible with a version before; a newer one of this program may have written them, use that";
            default -> "the registry refuses; its log may say why";
        };
    }
}
