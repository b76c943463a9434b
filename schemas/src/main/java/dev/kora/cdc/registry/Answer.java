package dev.kora.cdc.registry;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a registry said.
 *
 * @param endpoint who said it
 * @param status the HTTP status
 * @param body the JSON of the answer; a missing node where it is not JSON
 */
record Answer(Endpoint endpoint, int status, JsonNode body) {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int MAX_TEXT = 300;

    /** The registry's own codes of things not found; a 404 without one comes from something that is no registry. */
    private static final int FIRST_NOT_FOUND_CODE = 40400;

    private static final int LAST_NOT_FOUND_CODE = 40499;
    private static final int SUBJECT_NOT_FOUND_CODE = 40401;

    boolean isOk() {
        return status == OK;
    }

    /** Whether the same request may have another answer soon. */
    boolean isTemporary() {
        return status >= SERVER_ERROR || status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT;
    }

    /** Whether a registry says that it has no such subject, version or schema. */
    boolean isNotFound() {
        int code = errorCode();
        return status == NOT_FOUND && code >= FIRST_NOT_FOUND_CODE && code <= LAST_NOT_FOUND_CODE;
    }

    /** Whether a registry says that it has no such subject. */
    boolean isSubjectNotFound() {
        return status == NOT_FOUND && errorCode() == SUBJECT_NOT_FOUND_CODE;
    }

    private int errorCode() {
        return body.path("error_code").asInt();
    }

    /** Status, code and message in one short line. */
    String said() {
        String message = body.path("message").asText().replaceAll("\\s+", " ").strip();
        String text = message.length() > MAX_TEXT ? message.substring(0, MAX_TEXT) + "…" : message;
        int code = errorCode();
        return "status " + status + (code == 0 || code == status ? "" : ", code " + code)
                + (text.isEmpty() ? "" : ": " + text);
    }
}
