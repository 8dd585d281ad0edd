package io.waybill.cli.mailboxes;

import io.waybill.contracts.MailboxKey;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code tenant/mailbox} from a command line. */
public final class MailboxKeyConverter implements ITypeConverter<MailboxKey> {
    @Override
    public MailboxKey convert(String text) {
        try {
            return MailboxKey.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException("write tenant/mailbox, such as acme/support; " + wrong.getMessage());
        }
    }
}
