package io.waybill.cli.mailboxes;

import io.waybill.contracts.Control;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.MailboxKey;
import java.util.List;
import picocli.CommandLine.ITypeConverter;

/**
 * What is paused or resumed: a mailbox, or all of a tenant.
 *
 * @param kind the control
 * @param name tenant/mailbox or tenant
 */
record Target(Control.Kind kind, String name) {
    /** Reads it from a command line. */
    static final class Converter implements ITypeConverter<Target> {
        @Override
        public Target convert(String text) {
            if (MailboxKey.isName(text)) {
                return new Target(Control.Kind.PAUSED_TENANT, text);
            }
            return new Target(
                    Control.Kind.PAUSED_MAILBOX,
                    new MailboxKeyConverter().convert(text).toString());
        }
    }

    /** Those that are meant, of all that are not removed. */
    List<Mailbox> in(MailboxTable table) {
        return table.mailboxes().values().stream()
                .filter(mailbox -> !mailbox.removed())
                .filter(mailbox -> switch (kind) {
                    case PAUSED_MAILBOX -> mailbox.key().toString().equals(name);
                    case PAUSED_TENANT -> mailbox.tenantId().equals(name);
                })
                .toList();
    }

    String key() {
        return Control.key(kind, name);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case PAUSED_MAILBOX -> name;
            case PAUSED_TENANT -> "tenant " + name;
        };
    }
}
