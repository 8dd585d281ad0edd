/** What runs inside a child process before the program itself: JDK only, so that it fits any class path. */
package io.waybill.cli.child;
