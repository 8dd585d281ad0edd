package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How the mail of a mailbox is reached: one case per provider that exists. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "provider")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ImapAccount.class, name = "imap"),
    @JsonSubTypes.Type(value = MicrosoftAccount.class, name = "microsoft"),
    @JsonSubTypes.Type(value = GoogleAccount.class, name = "google")
})
public sealed interface MailboxSource permits ImapAccount, MicrosoftAccount, GoogleAccount {
    /** Who holds the mail. */
    @JsonIgnore
    Provider provider();

    /** The folders that are watched and listed, each with a cursor of its own. */
    List<String> folders();
}
