package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {

    private final BodyBudget memory = new BodyBudget(100);

    private static void refused(BodyBudget.Share share, long more) {
        assertThatThrownBy(() -> share.take(more)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
            assertThat(problem.lingers()).isTrue();
            assertThat(problem.detail()).contains("100 bytes");
        });
    }

    @Test
    void take_isRefusedBeyondTheBound() {
        BodyBudget.Share one = memory.share();
        BodyBudget.Share other = memory.share();
        one.take(60);
        other.take(40);
        refused(one, 1);
        refused(other, 1);
        assertThat(memory.taken()).isEqualTo(100);
        one.giveBack(10);
        other.take(10);
        refused(other, 1);
    }

    @Test
    void take_goesBeyondTheBoundForOneThatIsAlone() {
        BodyBudget.Share one = memory.share();
        BodyBudget.Share other = memory.share();
        one.take(90);
        one.take(90);
        refused(other, 1);
        one.giveBack();
        other.take(1_000);
        refused(one, 1);
    }

    @Test
    void giveBack_ofWhatWasRefusedIsNothing() {
        BodyBudget.Share one = memory.share();
        BodyBudget.Share other = memory.share();
        one.take(50);
        other.take(40);
        refused(other, 20);
        other.giveBack();
        other.giveBack();
        assertThat(memory.taken()).isEqualTo(50);
        one.giveBack();
        assertThat(memory.taken()).isZero();
    }

    @Test
    void take_byManyAtOnceKeepsTheBound() throws InterruptedException {
        CountDownLatch beyond = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 20_000; round++) {
                    BodyBudget.Share share = memory.share();
                    try {
                        share.take(1 + ThreadLocalRandom.current().nextInt(40));
                        share.take(1 + ThreadLocalRandom.current().nextInt(40));
                    } catch (Problem refused) {
                        assertThat(refused.status()).isEqualTo(503);
                    }
                    if (memory.taken() > 100) {
                        beyond.countDown();
                    }
                    share.giveBack();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(beyond.getCount())
                .as("what was taken stayed within the bound")
                .isEqualTo(1);
        assertThat(memory.taken()).isZero();
    }
}
