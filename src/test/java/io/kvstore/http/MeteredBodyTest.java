package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class MeteredBodyTest {

    private static final int MIB = 1 << 20;

    private final BodyBudget budget = new BodyBudget(8 * MIB);
    private final BodyBudget.Share share = budget.share();

    private MeteredBody body(int bytes) {
        return new MeteredBody(new ByteArrayInputStream(new byte[bytes]), share);
    }

    @Test
    void read_chargesTwiceTheBytesRead() throws IOException {
        InputStream body = body(3 * MIB);
        assertThat(budget.reserved()).isZero();
        assertThat(body.read()).isZero();
        assertThat(budget.reserved()).isEqualTo(2);
        assertThat(body.readNBytes(MIB)).hasSize(MIB);
        assertThat(budget.reserved()).isEqualTo(2 * MIB + 2);
        assertThat(body.readAllBytes()).hasSize(2 * MIB - 1);
        assertThat(body.read()).isEqualTo(-1);
        assertThat(budget.reserved()).isEqualTo(6 * MIB);
    }

    @Test
    void read_failsIfTheBudgetIsExhausted() {
        budget.share().reserve(MIB);
        assertThatThrownBy(() -> body(4 * MIB).readAllBytes()).isInstanceOf(Problem.class);
        assertThat(budget.reserved()).isLessThanOrEqualTo(8 * MIB);
    }

    @Test
    void passOn_keepsAtMostAWindowCharged() throws IOException {
        budget.share().reserve(MIB); // so that the maximum applies
        MeteredBody body = body(100 * MIB);
        byte[] buffer = new byte[MIB];
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            body.passOn();
            assertThat(budget.reserved()).isLessThanOrEqualTo(5 * MIB);
        }
    }
}
