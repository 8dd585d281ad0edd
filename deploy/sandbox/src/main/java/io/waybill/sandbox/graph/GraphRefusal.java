package io.waybill.sandbox.graph;

/** A request that is answered with an error. Thrown inside the emulator, from wherever it shows. */
final class GraphRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient GraphAnswer answer;

    GraphRefusal(GraphAnswer answer) {
        super(answer.code());
        this.answer = answer;
    }

    GraphRefusal(int status, String code, String message) {
        this(new GraphAnswer(status, code, message, null));
    }

    static GraphRefusal invalid(String message) {
        return new GraphRefusal(400, "BadRequest", message);
    }

    static GraphRefusal noSuchItem() {
        return new GraphRefusal(GraphAnswer.itemNotFound());
    }

    GraphAnswer answer() {
        return answer;
    }
}
