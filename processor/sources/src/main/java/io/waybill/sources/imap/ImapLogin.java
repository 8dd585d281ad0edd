package io.waybill.sources.imap;

import io.waybill.contracts.Secret;
import java.io.IOException;
import org.eclipse.angus.mail.iap.ProtocolException;

/** What is shown to the server so that it lets us in. */
sealed interface ImapLogin {
    /** Signs in over a connection that is ready for it. */
    void on(BoundedProtocol protocol) throws IOException, ProtocolException, ImapException;

    /** By password, in the way that the server offers. */
    record ByPassword(String user, Secret password) implements ImapLogin {
        @Override
        public void on(BoundedProtocol protocol) throws ProtocolException, ImapException {
            if (protocol.hasCapability("AUTH=PLAIN")) {
                protocol.authplain(null, user, password.text());
            } else if (!protocol.hasCapability("LOGINDISABLED")) {
                protocol.login(user, password.text());
            } else {
                throw ServerAnswers.refused("the server offers no login by password");
            }
        }
    }

    /** By access token. */
    record ByToken(String user, Secret token) implements ImapLogin {
        @Override
        public void on(BoundedProtocol protocol) throws IOException, ProtocolException, ImapException {
            if (!protocol.hasCapability("AUTH=XOAUTH2")) {
                throw ServerAnswers.refused("the server offers no login by access token (XOAUTH2)");
            }
            protocol.xoauth2(user, token.text());
        }
    }
}
