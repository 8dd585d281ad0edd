/** A handler that keeps the original of each mail as a file. */
package com.example.archive;
