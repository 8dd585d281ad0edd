package io.waybill.cli.doctor;

/**
 * What one check found.
 *
 * @param check what was looked at
 * @param state how it is
 * @param found what was seen
 * @param remedy what to do; empty where all is well
 */
record Finding(String check, State state, String found, String remedy) {
    /** How it is. */
    enum State {
        OK,
        NOTE,
        WRONG
    }

    static Finding ok(String check, String found) {
        return new Finding(check, State.OK, found, "");
    }

    static Finding note(String check, String found, String remedy) {
        return new Finding(check, State.NOTE, found, remedy);
    }

    static Finding wrong(String check, String found, String remedy) {
        return new Finding(check, State.WRONG, found, remedy);
    }
}
