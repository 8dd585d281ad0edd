package io.waybill.handler.testing;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.waybill.handler.HandlerContext;
import io.waybill.handler.HandlerResult;
import io.waybill.handler.InboundMail;
import io.waybill.handler.MailHandler;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The contract finds what handlers get wrong. */
class MailHandlerContractTest {
    private final AtomicLong effects = new AtomicLong();
    private final Map<String, HandlerResult> done = new ConcurrentHashMap<>();

    private interface Work {
        HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception;
    }

    @Test
    void noIdempotencyKey_isFound() {
        MailHandlerContract contract = contract((_, _) -> effect());
        refuses(contract::handle_sameJobTwice_takesEffectOnceAndAnswersTheSame);
        refuses(contract::handle_sameJobOnEightThreads_takesEffectOnce);
    }

    @Test
    void checkThenAct_isFoundByThreads() {
        refuses(contract((_, context) -> {
            boolean isNew = !done.containsKey(context.jobId());
            Thread.sleep(50);
            if (isNew) {
                done.put(context.jobId(), effect());
            }
            return done.get(context.jobId());
        })::handle_sameJobOnEightThreads_takesEffectOnce);
    }

    @Test
    @SuppressWarnings("MustBeClosedChecker") // that is the mistake
    void streamLeftOpen_isFound() {
        refuses(contract((mail, _) -> {
            InputStream left = mail.original();
            left.readNBytes(1);
            return effect();
        })::handle_mailWithAttachments_closesWhatItOpens);
    }

    @Test
    void effectBeforeTheMailIsRead_isFound() {
        refuses(contract((mail, _) -> {
            HandlerResult result = effect();
            try (InputStream original = mail.original()) {
                original.readAllBytes();
            }
            return result;
        })::handle_mailThatBreaksOff_canBeRepeated);
    }

    @Test
    void interruptTakenForDone_isFound() {
        refuses(
                contract((_, context) -> done.computeIfAbsent(
                        context.jobId(), _ -> Thread.interrupted() ? HandlerResult.done("created", "") : effect()))
                        ::handle_interrupted_endsAndCanBeRepeated);
    }

    @Test
    void quotedMail_isFound() {
        refuses(
                contract((mail, _) -> HandlerResult.done("created", mail.subject()))
                        ::handle_result_quotesNothingOfTheMail);
    }

    private HandlerResult effect() {
        return HandlerResult.done("created", Long.toString(effects.incrementAndGet()));
    }

    private static void refuses(Executable test) {
        assertThrows(AssertionError.class, test);
    }

    private MailHandlerContract contract(Work work) {
        return new MailHandlerContract() {
            @Override
            public MailHandler handler() {
                return new MailHandler() {
                    @Override
                    public String name() {
                        return "mistaken";
                    }

                    @Override
                    public HandlerResult handle(InboundMail mail, HandlerContext context) throws Exception {
                        return work.handle(mail, context);
                    }
                };
            }

            @Override
            public long effects() {
                return effects.get();
            }
        };
    }
}
