package io.waybill.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String built = Version.class.getPackage().getImplementationVersion();
        return new String[] {"waybill " + (built == null ? "(not packaged)" : built) + ", Java " + Runtime.version()};
    }
}
