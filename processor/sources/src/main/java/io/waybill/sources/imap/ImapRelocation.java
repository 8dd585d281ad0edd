package io.waybill.sources.imap;

import io.waybill.contracts.Failure;
import io.waybill.contracts.FailureCode;
import io.waybill.contracts.ImapPointer;
import io.waybill.contracts.Mailbox;
import io.waybill.contracts.Stage;
import io.waybill.sources.FetchResult;
import io.waybill.sources.RelocateResult;
import io.waybill.sources.Waiting;
import io.waybill.sources.imap.ImapSession.Listed;
import io.waybill.sources.imap.ImapSession.Opening.Closed;
import io.waybill.sources.imap.ImapSession.Opening.Opened;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks for a message that is not where its pointer says: first there once more, over a connection that was opened after the message was
 * missed; then, by the hash of its Message-ID, among the newest messages of each folder. A message that is moved gets a new UID, the
 * highest in its new folder, so the newest are where it is, however old it is itself.
 *
 * <p>Only who has looked says that it is gone: what keeps us from looking is a failure, and the job comes again.
 */
record ImapRelocation(ImapFetch fetch) {
    /** Messages looked at per folder: what is moved into one folder while a job waits its turn. */
    static final int NEWEST = 250;

    /** Folders looked into; with the bound above it is 10,000 headers, a matter of seconds. */
    static final int MAX_FOLDERS = 40;

    /** Names that stand in the evidence; the rest is counted. */
    private static final int NAMED = 6;

    RelocateResult find(
            ImapSession session, Mailbox mailbox, ImapPointer pointer, MessageIdHashes hashes, Waiting waiting)
            throws ImapException, InterruptedException {
        return switch (fetch.read(session, pointer, mailbox.limits().maxMessageBytes(), waiting)) {
            case FetchResult.Fetched(var mail) -> new RelocateResult.Found(mail, false);
            case FetchResult.Failed(var failure) -> new RelocateResult.Failed(failure);
            case FetchResult.NotFound(var evidence) -> {
                String again = "asked again on a fresh connection: " + evidence;
                if (pointer.messageIdHash() == null) {
                    yield new RelocateResult.Gone(
                            again + "; not looked for in other folders: the pointer has no hash of its Message-ID");
                }
                if (!hashes.available()) {
                    yield new RelocateResult.Failed(Failure.of(
                            FailureCode.SOURCE_ERROR,
                            Stage.FETCH,
                            "the message is not where it was, and without install.key in the secrets directory it"
                                    + " cannot be looked for elsewhere"));
                }
                yield new Search(session, mailbox, pointer, hashes, waiting).run(again);
            }
        };
    }

    private final class Search {
        private final ImapSession session;
        private final Mailbox mailbox;
        private final ImapPointer pointer;
        private final MessageIdHashes hashes;
        private final Waiting waiting;
        private final List<String> searched = new ArrayList<>();
        private final List<String> closed = new ArrayList<>();
        private final List<String> closedForNow = new ArrayList<>();
        private int compared;
        private int candidates;

        Search(ImapSession session, Mailbox mailbox, ImapPointer pointer, MessageIdHashes hashes, Waiting waiting) {
            this.session = session;
            this.mailbox = mailbox;
            this.pointer = pointer;
            this.hashes = hashes;
            this.waiting = waiting;
        }

        RelocateResult run(String again) throws ImapException, InterruptedException {
            waiting.on("the mail server's answer about where the message was moved to");
            List<Listed> folders = inOrder(session.folders());
            for (Listed folder : folders.subList(0, Math.min(folders.size(), MAX_FOLDERS))) {
                switch (session.open(folder.name())) {
                    case Closed(boolean forGood) -> (forGood ? closed : closedForNow).add(folder.name());
                    case Opened opened -> {
                        searched.add(folder.name());
                        Optional<RelocateResult> found = in(folder.name(), opened);
                        if (found.isPresent()) {
                            return found.get();
                        }
                    }
                }
            }
            if (!closedForNow.isEmpty()) {
                return new RelocateResult.Failed(Failure.of(
                        FailureCode.SOURCE_ERROR,
                        Stage.FETCH,
                        "the message is not where it was, and these folders, where it may be, could not be opened now: "
                                + names(closedForNow)));
            }
            return new RelocateResult.Gone(again + "; " + evidence(folders.size()));
        }

        /** The folder's newest messages; of several with this Message-ID the newest is the one that was moved. */
        private Optional<RelocateResult> in(String folder, Opened opened) throws ImapException, InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Map<Long, String> ids = messageIds(opened);
            compared += ids.size();
            List<Long> matching = ids.keySet().stream()
                    .filter(uid -> hashes.matches(mailbox.tenantId(), ids.get(uid), pointer.messageIdHash()))
                    .sorted(Comparator.reverseOrder())
                    .toList();
            for (long uid : matching) {
                candidates++;
                switch (fetch.readOpen(session, uid, folder, mailbox.limits().maxMessageBytes(), waiting)) {
                    case FetchResult.Fetched(var mail) -> {
                        return Optional.of(new RelocateResult.Found(mail, true));
                    }
                    case FetchResult.Failed(var failure) -> {
                        return Optional.of(new RelocateResult.Failed(failure));
                    }
                    // Moved on between the two commands: another candidate, or the next folder, has it.
                    case FetchResult.NotFound _ -> {}
                }
            }
            return Optional.empty();
        }

        private Map<Long, String> messageIds(Opened opened) throws ImapException {
            List<Long> newest = session.newest(opened, NEWEST);
            return newest.isEmpty() ? Map.of() : session.messageIds(newest);
        }

        /** The pointer's own folder first, since its UIDs may be others now; then where mails are moved to by people and rules. */
        private List<Listed> inOrder(List<Listed> folders) {
            return folders.stream().sorted(Comparator.comparingInt(this::rank)).toList();
        }

        private int rank(Listed folder) {
            String name = folder.name().equalsIgnoreCase("INBOX") ? "INBOX" : folder.name();
            if (name.equals(pointer.folder())) {
                return 0;
            }
            if (mailbox.source().folders().contains(name)) {
                return 1;
            }
            if (folder.is("\\All") || folder.is("\\Archive") || folder.is("\\Trash")) {
                return 2;
            }
            // Nobody moves what came in to where things go out.
            return folder.is("\\Drafts") || folder.is("\\Sent") ? 4 : 3;
        }

        private String evidence(int folders) {
            int left = Math.max(0, folders - MAX_FOLDERS);
            return "looked for its Message-ID in " + searched.size() + " folders: " + compared + " compared, "
                    + candidates + " alike" + (closed.isEmpty() ? "" : "; could not be opened: " + names(closed))
                    + (left == 0 ? "" : "; " + left + " folders more than are looked into")
                    + "; looked into " + names(searched);
        }

        private static String names(List<String> folders) {
            String named = String.join(
                    ", ", folders.stream().limit(NAMED).map(Search::printable).toList());
            return folders.size() > NAMED ? named + " and " + (folders.size() - NAMED) + " more" : named;
        }

        private static String printable(String name) {
            String line = name.replaceAll("\\p{Cntrl}", "?");
            return line.length() <= 40 ? line : line.substring(0, 40) + "…";
        }
    }
}
