/** The long tier: what kills, fences, fills and forgets, on a broker in a process of its own. Run by {@code verify -Pfault}. */
@NullMarked
package dev.kora.cdc.stack.fault;

import org.jspecify.annotations.NullMarked;
