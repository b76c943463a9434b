package dev.kora.cdc.server.resp;

import java.util.Map;

/**
 * A part of what INFO tells, as {@code # Title} and lines {@code field:value}.
 *
 * <p>The server itself tells of {@code Server}, {@code Clients} and {@code Stats}; a port's section of the same title is
 * appended to it.
 *
 * @param title such as {@code Replication}
 * @param fields in the order of the map
 */
public record InfoSection(String title, Map<String, String> fields) {}
