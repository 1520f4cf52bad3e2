package io.kvstore.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class MeteredBodyTest {

    private static final int MIB = 1 << 20;

    private final BodyBudget memory = new BodyBudget(8 * MIB);
    private final BodyBudget.Share share = memory.share();

    private MeteredBody body(int bytes) {
        return new MeteredBody(new ByteArrayInputStream(new byte[bytes]), share);
    }

    @Test
    void read_takesTwiceWhatIsRead() throws IOException {
        InputStream body = body(3 * MIB);
        assertThat(memory.taken()).isZero();
        assertThat(body.read()).isZero();
        assertThat(memory.taken()).isEqualTo(2);
        assertThat(body.readNBytes(MIB)).hasSize(MIB);
        assertThat(memory.taken()).isEqualTo(2 * MIB + 2);
        assertThat(body.readAllBytes()).hasSize(2 * MIB - 1);
        assertThat(body.read()).isEqualTo(-1);
        assertThat(memory.taken()).isEqualTo(6 * MIB);
    }

    @Test
    void read_isRefusedWhereThereIsTooLittleMemory() {
        memory.share().take(MIB);
        assertThatThrownBy(() -> body(4 * MIB).readAllBytes()).isInstanceOf(Problem.class);
        assertThat(memory.taken()).isLessThanOrEqualTo(8 * MIB);
    }

    @Test
    void passOn_keepsNoMoreThanAWindow() throws IOException {
        memory.share().take(MIB); // so that the bound holds
        MeteredBody body = body(100 * MIB);
        byte[] some = new byte[MIB];
        for (int read = body.read(some); read >= 0; read = body.read(some)) {
            body.passOn();
            assertThat(memory.taken()).isLessThanOrEqualTo(5 * MIB);
        }
    }
}
