/**
 * What a user implements to do something of their own with a mail. Start at {@link io.waybill.handler.MailHandler}. The JDK is all it
 * stands on, so that a handler's jar drags nothing of Waybill along.
 */
package io.waybill.handler;
