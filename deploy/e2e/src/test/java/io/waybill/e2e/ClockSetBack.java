package io.waybill.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * An agent that sets {@code java.time} of a JVM back, for programs of ours that are to have run some days ago: none of them has a setting
 * for that, and none shall have one. What Kafka itself reads, {@code System.currentTimeMillis()}, stays as it is.
 */
final class ClockSetBack implements ClassFileTransformer {
    private static final String CLOCK = "java/time/Clock";
    private static final ClassDesc INSTANT = ClassDesc.of("java.time.Instant");

    private final long seconds;

    private ClockSetBack(long seconds) {
        this.seconds = seconds;
    }

    /** The JVM's option. The agent's jar comes into the directory. */
    static String option(Path directory, Duration back) throws IOException {
        Path jar = directory.resolve("clock-set-back.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", ClockSetBack.class.getName());
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        String name = ClockSetBack.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream own = ClockSetBack.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new JarEntry(name));
            own.transferTo(out);
        }
        return "-javaagent:" + jar + "=" + back.toSeconds();
    }

    /** Called by the JVM. */
    public static void premain(String seconds, Instrumentation jvm) throws UnmodifiableClassException {
        jvm.addTransformer(new ClockSetBack(Long.parseLong(seconds)), true);
        jvm.retransformClasses(Clock.class);
        // What a transformer throws is not told.
        long behind = System.currentTimeMillis() / 1000 - Instant.now().getEpochSecond();
        if (behind < Long.parseLong(seconds) - 1) {
            throw new IllegalStateException("the clock is " + behind + " s behind, not " + seconds);
        }
    }

    /** All of {@code java.time} asks {@code Clock.currentInstant()}. */
    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
        if (!CLOCK.equals(name)) {
            return null;
        }
        ClassFile format = ClassFile.of();
        return format.transformClass(
                format.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("currentInstant"), (code, element) -> {
                            if (element instanceof ReturnInstruction) {
                                code.loadConstant(seconds)
                                        .invokevirtual(
                                                INSTANT,
                                                "minusSeconds",
                                                MethodTypeDesc.of(INSTANT, ConstantDescs.CD_long));
                            }
                            code.with(element);
                        }));
    }
}
