package io.waybill.contracts;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Where something is, never what it is. A new provider is a new case here; the compiler then asks for it everywhere else.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MicrosoftPointer.class, name = "microsoft"),
    @JsonSubTypes.Type(value = GooglePointer.class, name = "google"),
    @JsonSubTypes.Type(value = ImapPointer.class, name = "imap"),
    @JsonSubTypes.Type(value = ChangesPointer.class, name = "changes"),
})
public sealed interface Pointer permits MessagePointer, ChangesPointer {}
