package io.waybill.sources.imap;

import io.waybill.contracts.FailureCode;
import io.waybill.sources.imap.BoundedProtocol.AnswerTooLong;
import io.waybill.sources.imap.BoundedProtocol.AnswerUnreadable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.eclipse.angus.mail.iap.BadCommandException;
import org.eclipse.angus.mail.iap.CommandFailedException;
import org.eclipse.angus.mail.iap.ProtocolException;
import org.eclipse.angus.mail.iap.Response;
import org.eclipse.angus.mail.util.SocketConnectException;

/**
 * What a server's refusals mean, by their response codes (RFC 9051, 7.1; RFC 5530). The server's own text is looked at and never
 * repeated: it may quote what it likes.
 */
final class ServerAnswers {
    private static final Pattern FAILURES = Pattern.compile("too many.*(login|password|auth|attempt|fail)");

    private static final Set<String> FOR_GOOD = Set.of("NOPERM", "NONEXISTENT", "CANNOT", "TRYCREATE");

    /** How servers without these codes say the same. */
    private static final Pattern REFUSAL = Pattern.compile(
            "permission|denied|not (?:permitted|allowed|authorized)|(?:does not|doesn't|non-?)\\s?exist",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern CODE = Pattern.compile("\\[([A-Za-z0-9-]{1,40})[] ].*", Pattern.DOTALL);

    /** How Exchange Online says it, with BAD and in words. */
    private static final Pattern BACK_OFF = Pattern.compile(
            "request is throttled.*?(?:suggested backoff time: (\\d{1,9}) milliseconds.*)?", Pattern.DOTALL);

    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

    private ServerAnswers() {}

    /** What it means that the login failed. */
    static ImapException login(ProtocolException failed) {
        if (!(failed instanceof CommandFailedException)) {
            return command("the login", failed);
        }
        String text = text(failed.getResponse());
        String code = code(text).orElse("");
        return switch (code) {
            case "UNAVAILABLE", "INUSE", "LIMIT", "OVERQUOTA" -> throttled(code);
            case "SERVERBUG" -> error("login failed by a fault of the server (" + code + ")");
            case "PRIVACYREQUIRED" -> refused("the server refuses logins without TLS (" + code + ")");
            // ALERT alone says only that a person should read the text (RFC 9051, 7.1). It is read for what the server
            // would
            // have us
            // wait for; everything else is for whoever owns the mailbox: an app password, a sign-in by browser, IMAP
            // switched off.
            default ->
                speaksOfLoad(text)
                        ? throttled(code.isEmpty() ? "too many connections, or too much traffic" : code)
                        : refused("the server refused the login" + (code.isEmpty() ? "" : " (" + code + ")"));
        };
    }

    /** What it means that a command failed; not for logins, and not for a folder that may be missing. */
    static ImapException command(String command, ProtocolException failed) {
        Response response = failed.getResponse();
        if (failed instanceof CommandFailedException) {
            String text = text(response);
            String code = code(text).orElse("");
            return switch (code) {
                case "UNAVAILABLE", "INUSE", "LIMIT", "OVERQUOTA" -> throttled(code);
                case "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED", "NOPERM" ->
                    refused("the server refused " + command + " (" + code + ")");
                case "SERVERBUG" -> saidNo(command, code);
                default ->
                    speaksOfLoad(text)
                            ? throttled(code.isEmpty() ? "too many connections, or too much traffic" : code)
                            : saidNo(command, code);
            };
        }
        if (failed instanceof BadCommandException) {
            Matcher pause = BACK_OFF.matcher(text(response).toLowerCase(Locale.ROOT));
            if (pause.matches()) {
                return new ThrottledMailbox(
                        "it throttles us",
                        Optional.ofNullable(pause.group(1))
                                .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
                                .map(asked -> asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE));
            }
            return error("the server answered BAD to " + command);
        }
        if (response == null) {
            return failed.getCause() instanceof IOException io
                    ? connection(command, io)
                    : error("the server's answer to " + command + " could not be read");
        }
        return response.getException() instanceof IOException io ? connection(command, io) : bye(command, response);
    }

    private static ImapException saidNo(String command, String code) {
        return error("the server answered NO to " + command + (code.isEmpty() ? "" : " (" + code + ")"));
    }

    /** What it means that the connection could not be made, or broke. */
    static ImapException connection(String during, IOException failed) {
        Throwable cause = failed instanceof SocketConnectException connect ? connect.getException() : failed;
        return switch (cause) {
            case AnswerTooLong _ -> error("the server's answer to " + during + " is longer than it may be");
            case AnswerUnreadable _ -> error("the server's answer to " + during + " could not be read");
            case UnknownHostException _ -> unreachable("the host has no address");
            case SocketTimeoutException _ -> unreachable("the server did not answer in time (" + during + ")");
            case ConnectException _ -> unreachable("the server refused the connection");
            case SSLException _ ->
                unreachable("TLS could not be agreed on: the certificate is not trusted, not for this host, or the port"
                        + " does not speak TLS (" + cause.getClass().getSimpleName() + ")");
            case null -> unreachable("the connection could not be made");
            default ->
                unreachable("the connection broke (" + during + ", "
                        + cause.getClass().getSimpleName() + ")");
        };
    }

    private static ImapException bye(String command, Response response) {
        String text = text(response);
        String code = code(text).orElse("");
        return switch (code) {
            case "UNAVAILABLE", "INUSE", "LIMIT", "OVERQUOTA" -> throttled(code);
            case "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "EXPIRED" ->
                refused("the server ended the session (" + code + ")");
            default ->
                speaksOfLoad(text)
                        ? throttled("too many connections, or too much traffic")
                        : unreachable("the server closed the connection (BYE to " + command + ")");
        };
    }

    /** Whether a NO, BAD or BYE to any command is one to come back after. */
    static boolean isThrottled(ProtocolException failed) {
        return command("", failed).code() == FailureCode.SOURCE_THROTTLED;
    }

    /** Whether a NO to a folder will be one tomorrow too: the account may not open it, or it is not there. Any other may be a NO of the moment. */
    static boolean isForGood(ProtocolException failed) {
        if (!(failed instanceof CommandFailedException)) {
            return false;
        }
        String text = text(failed.getResponse());
        String code = code(text).orElse("");
        return FOR_GOOD.contains(code)
                || (code.isEmpty() && REFUSAL.matcher(text).find());
    }

    /** Servers older than RFC 5530, and Google and Microsoft still, say it in words, mostly behind [ALERT]. */
    private static boolean speaksOfLoad(String text) {
        String words = text.toLowerCase(Locale.ROOT);
        boolean connections = words.contains("connection") || words.contains("session");
        if (words.contains("too many")) {
            // "Too many login failures" is a lock: trying on keeps it locked.
            return connections || !FAILURES.matcher(words).find();
        }
        return (connections && words.contains("maximum number of"))
                || words.contains("bandwidth limit")
                || words.contains("try again later")
                || words.contains("temporary system problem")
                || words.contains("server unavailable");
    }

    private static String text(Response response) {
        if (response == null) {
            return "";
        }
        response.reset();
        String rest = response.getRest();
        return rest == null ? "" : rest;
    }

    /** The response code that a NO, BAD or BYE begins with. */
    private static Optional<String> code(String text) {
        Matcher matcher = CODE.matcher(text);
        return matcher.matches() ? Optional.of(matcher.group(1).toUpperCase(Locale.ROOT)) : Optional.empty();
    }

    static ImapException unreachable(String detail) {
        return new ImapException(FailureCode.SOURCE_UNREACHABLE, detail);
    }

    static ImapException error(String detail) {
        return new ImapException(FailureCode.SOURCE_ERROR, detail);
    }

    static ImapException refused(String detail) {
        return new ImapException(FailureCode.CREDENTIALS_REFUSED, detail);
    }

    private static ImapException throttled(String why) {
        return new ThrottledMailbox(why, Optional.empty());
    }
}
