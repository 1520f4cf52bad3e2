package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {

    private final BodyBudget budget = new BodyBudget(100);

    private static void assertRejected(BodyBudget.Share share, long more) {
        assertThatThrownBy(() -> share.take(more)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
            assertThat(problem.lingers()).isTrue();
            assertThat(problem.detail()).contains("100 bytes");
        });
    }

    @Test
    void take_isRejectedBeyondTheMaximum() {
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        one.take(60);
        other.take(40);
        assertRejected(one, 1);
        assertRejected(other, 1);
        assertThat(budget.taken()).isEqualTo(100);
        one.giveBack(10);
        other.take(10);
        assertRejected(other, 1);
    }

    @Test
    void take_exceedsTheMaximumIfNoOtherRequestHasAShare() {
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        one.take(90);
        one.take(90);
        assertRejected(other, 1);
        one.giveBack();
        other.take(1_000);
        assertRejected(one, 1);
    }

    @Test
    void giveBack_releasesOnlyWhatWasTaken() {
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        one.take(50);
        other.take(40);
        assertRejected(other, 20);
        other.giveBack();
        other.giveBack();
        assertThat(budget.taken()).isEqualTo(50);
        one.giveBack();
        assertThat(budget.taken()).isZero();
    }

    @Test
    void take_ofConcurrentRequestsKeepsTheMaximum() throws InterruptedException {
        CountDownLatch exceeded = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 20_000; round++) {
                    BodyBudget.Share share = budget.share();
                    try {
                        share.take(1 + ThreadLocalRandom.current().nextInt(40));
                        share.take(1 + ThreadLocalRandom.current().nextInt(40));
                    } catch (Problem rejection) {
                        assertThat(rejection.status()).isEqualTo(503);
                    }
                    if (budget.taken() > 100) {
                        exceeded.countDown();
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
        assertThat(exceeded.getCount())
                .as("the memory taken stays within the maximum")
                .isEqualTo(1);
        assertThat(budget.taken()).isZero();
    }
}
