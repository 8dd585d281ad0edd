package io.waybill.handler.jars;

import io.waybill.handler.MailHandler;

/**
 * What a handler sees beside its own jars: the JDK and the package of the handler API. Neither the process's libraries nor its service
 * files are in sight, so that a handler's Jackson never meets ours.
 */
final class ApiLoader extends ClassLoader {
    private static final String API = MailHandler.class.getPackageName() + ".";

    ApiLoader() {
        super("handler-api", getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        boolean isApi = name.startsWith(API) && name.indexOf('.', API.length()) < 0;
        if (!isApi) {
            throw new ClassNotFoundException(name);
        }
        return MailHandler.class.getClassLoader().loadClass(name);
    }
}
