package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/** Names one message in one mailbox by the provider's own identity. */
public sealed interface MessagePointer extends Pointer permits MicrosoftPointer, GooglePointer, ImapPointer {
    /** Who holds the message. */
    @JsonIgnore
    Provider provider();

    /** The provider's own identity of the message, in a fixed order: what a {@link JobId} is made of. */
    @JsonIgnore
    List<String> identity();
}
