package io.waybill.cli;

/** What a command line did. */
public record Ran(int code, String out, String err) {}
