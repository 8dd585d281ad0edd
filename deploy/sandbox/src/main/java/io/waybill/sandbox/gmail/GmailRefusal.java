package io.waybill.sandbox.gmail;

/** A request that is answered with an error. Thrown inside the emulator, from wherever it shows. */
final class GmailRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient GmailAnswer answer;

    GmailRefusal(GmailAnswer answer) {
        super(answer.reason());
        this.answer = answer;
    }

    static GmailRefusal invalid(String message) {
        return new GmailRefusal(GmailAnswer.invalid(message));
    }

    static GmailRefusal notFound() {
        return new GmailRefusal(GmailAnswer.notFound());
    }

    GmailAnswer answer() {
        return answer;
    }
}
