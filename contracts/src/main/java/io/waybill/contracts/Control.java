package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;

/**
 * A switch that an operator set: the value of {@code mail.controls}; a tombstone takes it back.
 *
 * @param kind what is switched
 * @param name {@code tenant/mailbox}, a tenant or an endpoint
 * @param by who set it
 * @param at when
 * @param reason why, in the operator's words; may be empty
 */
public record Control(Kind kind, String name, String by, Instant at, String reason) {
    /** What can be switched. */
    public enum Kind {
        /** A mailbox is paused: its jobs wait, its listener rests. */
        PAUSED_MAILBOX,
        /** All mailboxes of a tenant are paused. */
        PAUSED_TENANT;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public Control {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(at, "at");
    }

    /** The record key: {@code kind/name}. */
    @JsonIgnore
    public String key() {
        return key(kind, name);
    }

    public static String key(Kind kind, String name) {
        return kind.word() + "/" + name;
    }
}
