package io.waybill.sandbox.imap;

import java.time.Duration;
import java.util.Locale;

/** What an IMAP server does wrong. Commands are named without {@code UID}: {@code FETCH} means both. */
public sealed interface ImapFault {
    /** A fault that strikes when a command comes. */
    sealed interface OnCommand extends ImapFault {
        /** The command in upper case. */
        String command();
    }

    /** Accepts the connection and says nothing, not even the greeting. */
    record NoGreeting() implements ImapFault {}

    /** Greets with {@code * BYE} and closes. */
    record ByeAtGreeting(String text) implements ImapFault {}

    /** Does not answer the command, nor anything after it, and keeps the connection open. */
    record Hang(String command) implements OnCommand {
        public Hang {
            command = command.toUpperCase(Locale.ROOT);
        }
    }

    /** Answers a FETCH up to so many bytes of the first body and then falls silent, the connection open. */
    record HangInBody(int bytes) implements ImapFault {}

    /** Answers a FETCH up to so many bytes of the first body and then closes the connection. */
    record DropInBody(int bytes) implements ImapFault {}

    /** Accepts IDLE and is never heard of again: no update, no answer to DONE. A half-open connection. */
    record SilentIdle() implements ImapFault {}

    /** Tells nothing of what comes in IDLE until it is over, as a server does for what comes while it only begins to wait. */
    record DeafIdle() implements ImapFault {}

    /** Says {@code * OK Still here} this often in IDLE, as Dovecot does every two minutes. It is allowed to. */
    record StillHere(Duration every) implements ImapFault {}

    /** Closes the connection when it gets the command. */
    record Drop(String command) implements OnCommand {
        public Drop {
            command = command.toUpperCase(Locale.ROOT);
        }
    }

    /** Answers the command with {@code * BYE} and closes. */
    record Bye(String command, String text) implements OnCommand {
        public Bye {
            command = command.toUpperCase(Locale.ROOT);
        }
    }

    /** Answers the command with NO and this text, for example {@code [UNAVAILABLE] try later}. */
    record No(String command, String text) implements OnCommand {
        public No {
            command = command.toUpperCase(Locale.ROOT);
        }
    }

    /** Waits before it does what the command asks. */
    record Delay(String command, Duration time) implements OnCommand {
        public Delay {
            command = command.toUpperCase(Locale.ROOT);
        }
    }

    /** Does not have a capability, such as IDLE, and does not know its command. */
    record Without(String capability) implements ImapFault {
        public Without {
            capability = capability.toUpperCase(Locale.ROOT);
        }
    }

    /** Answers NO with this text to whoever opens the folder. */
    record ClosedFolder(String folder, String text) implements ImapFault {}

    /** Lists one more UID in every SEARCH, asked for or not, there or not. */
    record SearchAlsoReturns(long uid) implements ImapFault {}

    /** Answers a UID FETCH of a message with its bytes under another UID. */
    record FetchUnderOtherUid(long uid) implements ImapFault {}

    /** Refuses a LOGIN beyond so many open logins of the account, with {@code [LIMIT]}. */
    record TooManyConnections(int most) implements ImapFault {}

    /** The login is wrong: {@code [AUTHENTICATIONFAILED]}. */
    static ImapFault loginRefused() {
        return new No("LOGIN", "[AUTHENTICATIONFAILED] invalid credentials");
    }
}
