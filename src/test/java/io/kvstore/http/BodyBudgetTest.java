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
        assertThatThrownBy(() -> share.reserve(more)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(503);
            assertThat(problem.headers()).containsEntry("Retry-After", "1");
            assertThat(problem.detail()).contains("100 bytes");
        });
    }

    @Test
    void reserve_isRejectedBeyondTheMaximum() {
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        one.reserve(60);
        other.reserve(40);
        assertRejected(one, 1);
        assertRejected(other, 1);
        assertThat(budget.reserved()).isEqualTo(100);
        one.release(10);
        other.reserve(10);
        assertRejected(other, 1);
    }

    @Test
    void reserve_exceedsTheMaximumIfNoOtherRequestHasAShare() {
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        one.reserve(90);
        one.reserve(90);
        assertRejected(other, 1);
        one.release();
        other.reserve(1_000);
        assertRejected(one, 1);
    }

    @Test
    void release_returnsOnlyWhatWasReserved() {
        BodyBudget.Share one = budget.share();
        BodyBudget.Share other = budget.share();
        one.reserve(50);
        other.reserve(40);
        assertRejected(other, 20);
        other.release();
        other.release();
        assertThat(budget.reserved()).isEqualTo(50);
        one.release();
        assertThat(budget.reserved()).isZero();
    }

    @Test
    void reserve_ofConcurrentRequestsKeepsTheMaximum() throws InterruptedException {
        CountDownLatch exceeded = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 20_000; round++) {
                    BodyBudget.Share share = budget.share();
                    try {
                        share.reserve(1 + ThreadLocalRandom.current().nextInt(40));
                        share.reserve(1 + ThreadLocalRandom.current().nextInt(40));
                    } catch (Problem rejection) {
                        assertThat(rejection.status()).isEqualTo(503);
                    }
                    if (budget.reserved() > 100) {
                        exceeded.countDown();
                    }
                    share.release();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(exceeded.getCount())
                .as("the reserved memory stays within the maximum")
                .isEqualTo(1);
        assertThat(budget.reserved()).isZero();
    }
}
