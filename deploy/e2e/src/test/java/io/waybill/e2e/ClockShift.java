package io.waybill.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * An agent that sets the clock of a JVM back, or forth again, for programs of ours that are to have run some days ago, or whose clock
 * steps: none of them has a setting for that, and none shall have one. It is the clock of {@code java.time}, which our code asks, and the
 * one of Kafka's clients and Streams.
 */
final class ClockShift implements ClassFileTransformer {
    private static final String CLOCK = "java/time/Clock";
    private static final String KAFKA = "org/apache/kafka/common/utils/SystemTime";
    private static final String PROPERTY = "waybill.e2e.clock-back";
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final ClassDesc INSTANT = ClassDesc.of("java.time.Instant");
    private static final ClassDesc LONG = ClassDesc.of("java.lang.Long");

    private ClockShift() {}

    /** The JVM's option. The agent's jar and what it reads come into the directory. */
    static String option(Path directory, Duration back) throws IOException {
        Path jar = directory.resolve("clock-shift.jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", ClockShift.class.getName());
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        String name = ClockShift.class.getName().replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                InputStream own = ClockShift.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new JarEntry(name));
            own.transferTo(out);
        }
        set(directory, back);
        return "-javaagent:" + jar + "=" + file(directory);
    }

    /** The clocks of all JVMs with that directory's option are so far back from now on; ahead if it is negative. */
    static void set(Path directory, Duration back) throws IOException {
        Path next = directory.resolve("clock-back.next");
        Files.writeString(next, Long.toString(back.toSeconds()));
        Files.move(next, file(directory), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Path file(Path directory) {
        return directory.resolve("clock-back");
    }

    /** Called by the JVM. */
    public static void premain(String file, Instrumentation jvm) throws UnmodifiableClassException, IOException {
        Path told = Path.of(file);
        look(told);
        jvm.addTransformer(new ClockShift(), true);
        jvm.retransformClasses(Clock.class);
        // What a transformer throws is not told.
        long behind = System.currentTimeMillis() / 1000 - Instant.now().getEpochSecond();
        if (Math.abs(behind - Long.getLong(PROPERTY)) > 1) {
            throw new IllegalStateException("the clock is " + behind + " s behind, not " + Long.getLong(PROPERTY));
        }
        Thread.ofPlatform().name("clock-shift").daemon().start(() -> watch(told));
    }

    private static void watch(Path told) {
        while (true) {
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
                look(told);
            } catch (IOException gone) {
                // With the test's directory, and so soon this JVM.
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private static void look(Path told) throws IOException {
        System.setProperty(PROPERTY, Files.readString(told));
    }

    /** All of {@code java.time} asks {@code Clock.currentInstant()}, and all of Kafka its {@code Time.SYSTEM}. */
    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
        if (CLOCK.equals(name)) {
            return beforeReturn(
                    "currentInstant",
                    bytes,
                    code -> code.invokevirtual(
                            INSTANT, "minusSeconds", MethodTypeDesc.of(INSTANT, ConstantDescs.CD_long)));
        }
        if (KAFKA.equals(name)) {
            return beforeReturn(
                    "milliseconds",
                    bytes,
                    code -> code.loadConstant(1_000L).lmul().lsub());
        }
        return null;
    }

    /** @param take takes the seconds on top of the stack off the time below them */
    private static byte[] beforeReturn(String method, byte[] bytes, Consumer<CodeBuilder> take) {
        ClassFile format = ClassFile.of();
        return format.transformClass(
                format.parse(bytes),
                ClassTransform.transformingMethodBodies(
                        each -> each.methodName().equalsString(method), (code, element) -> {
                            if (element instanceof ReturnInstruction) {
                                code.loadConstant(PROPERTY)
                                        .invokestatic(LONG, "getLong", MethodTypeDesc.of(LONG, ConstantDescs.CD_String))
                                        .invokevirtual(LONG, "longValue", MethodTypeDesc.of(ConstantDescs.CD_long));
                                take.accept(code);
                            }
                            code.with(element);
                        }));
    }
}
