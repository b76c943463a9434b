package dev.kora.cdc.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.kora.cdc.schema.CdcException;
import dev.kora.cdc.schema.SchemaSource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client of a schema registry that speaks Confluent's REST interface: Confluent's own, Apicurio at {@code
 * /apis/ccompat/v7}, Karapace.
 *
 * <p>Thread-safe. What the registry said is kept and never asked for again; failures are not kept. A call waits for the
 * network no longer than the {@link RegistrySettings} say. An interrupt ends it as {@link CdcException.Unavailable}.
 *
 * <p>All calls throw {@link CdcException.Unavailable} where the registry cannot be reached or cannot answer now (status 5xx,
 * 429), {@link CdcException.Invalid} where URL or credentials are wrong, and {@link CdcException.Fenced} after {@link #close}.
 */
public final class RegistryClient implements SchemaSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryClient.class);
    private static final String COMPATIBILITY = "FULL_TRANSITIVE";

    private final RegistryHttp http;
    private final ConcurrentHashMap<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Integer, Schema> schemas = new ConcurrentHashMap<>();

    /** A schema's whole text under a subject: schemas are equal to Avro where their docs are not. */
    private record SubjectSchema(String subject, String schema) {}

    private RegistryClient(RegistryHttp http) {
        this.http = http;
    }

    /**
     * Opens a client; whoever does closes it. Nothing is sent yet.
     *
     * @throws CdcException.Invalid a key or trust store cannot be read
     */
    public static RegistryClient open(RegistrySettings settings) {
        return open(settings, time -> LockSupport.parkNanos(time.toNanos()));
    }

    static RegistryClient open(RegistrySettings settings, RegistryHttp.Rest rest) {
        return new RegistryClient(new RegistryHttp(settings, rest));
    }

    /**
     * The id of a schema under a subject, which is registered where it is not yet. A subject that is new is first told to keep
     * all its versions compatible in both directions ({@code FULL_TRANSITIVE}); one that is there keeps its rule.
     *
     * @throws CdcException.Invalid the schema does not fit the subject's earlier ones, or the registry refuses it
     */
    public int register(String subject, Schema schema) {
        SubjectSchema key = new SubjectSchema(subject, schema.toString());
        Integer known = ids.get(key);
        return known == null ? remember(key, askOrRegister(key)) : known;
    }

    /**
     * The id of a schema that is registered under a subject.
     *
     * @throws CdcException.Invalid it is not, or the registry refuses to say
     */
    public int lookup(String subject, Schema schema) {
        SubjectSchema key = new SubjectSchema(subject, schema.toString());
        Integer known = ids.get(key);
        return known == null ? remember(key, id(find(key), "looking up " + subject)) : known;
    }

    private int remember(SubjectSchema key, int id) {
        ids.put(key, id);
        return id;
    }

    private int askOrRegister(SubjectSchema key) {
        Answer found = find(key);
        String doing = "registering " + key.subject;
        if (!found.isNotFound()) {
            return id(found, doing);
        }
        boolean restricted = found.isSubjectNotFound() && restrict(key.subject, doing);
        int id = id(http.send("POST", subjectPath(key.subject) + "/versions", schemaBody(key.schema)), doing);
        if (found.isSubjectNotFound() && !restricted) {
            restrict(key.subject, doing);
        }
        LOG.atInfo().addKeyValue("subject", key.subject).addKeyValue("id", id).log("registered a schema");
        return id;
    }

    private Answer find(SubjectSchema key) {
        return http.send("POST", subjectPath(key.subject), schemaBody(key.schema));
    }

    /** Whether the rule is set: some registries know none for a subject without versions. */
    private boolean restrict(String subject, String doing) {
        JsonNode body = JsonNodeFactory.instance.objectNode().put("compatibility", COMPATIBILITY);
        Answer answer = http.send("PUT", "/config/" + encoded(subject), body);
        if (answer.isOk()) {
            return true;
        }
        if (answer.isNotFound()) {
            return false;
        }
        throw Refusals.of(answer, doing + ": setting its compatibility to " + COMPATIBILITY);
    }

    @Override
    public Schema get(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        Schema schema = load(id);
        schemas.put(id, schema);
        return schema;
    }

    private Schema load(int id) {
        String doing = "reading schema id " + id;
        Answer answer = http.send("GET", "/schemas/ids/" + id, null);
        if (answer.isNotFound()) {
            throw new CdcException.Corrupt(
                    "the schema registry at %s has no schema with id %d (%s): values with this id come from another registry, or it was rebuilt; restore its ids"
                            .formatted(answer.endpoint(), id, answer.said()));
        }
        if (!answer.isOk()) {
            throw Refusals.of(answer, doing);
        }
        JsonNode text = answer.body().path("schema");
        if (!text.isTextual()) {
            throw Refusals.noRegistry(answer, doing);
        }
        String type = answer.body().path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new CdcException.Corrupt("schema id %d of the registry at %s is of type %s, not an Avro schema"
                    .formatted(id, answer.endpoint(), type));
        }
        return parse(id, text.asText(), answer.endpoint());
    }

    private static Schema parse(int id, String text, Endpoint endpoint) {
        try {
            return new Schema.Parser().parse(text);
        } catch (RuntimeException e) { // Avro refuses an unknown name with a NullPointerException
            throw new CdcException.Corrupt(
                    "schema id %d of the registry at %s cannot be parsed: %s".formatted(id, endpoint, e.getMessage()),
                    e);
        }
    }

    private static int id(Answer answer, String doing) {
        if (!answer.isOk()) {
            throw Refusals.of(answer, doing);
        }
        JsonNode id = answer.body().path("id");
        if (!id.canConvertToInt() || !id.isIntegralNumber()) {
            throw Refusals.noRegistry(answer, doing);
        }
        return id.intValue();
    }

    private static JsonNode schemaBody(String schema) {
        return JsonNodeFactory.instance.objectNode().put("schema", schema);
    }

    private static String subjectPath(String subject) {
        return "/subjects/" + encoded(subject);
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Ends what is under way. What was learnt can still be asked for. Idempotent. */
    @Override
    public void close() {
        http.close();
    }
}
