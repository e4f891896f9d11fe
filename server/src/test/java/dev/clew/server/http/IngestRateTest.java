package dev.clew.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.common.Allowances;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import org.junit.jupiter.api.Test;

/** How many bytes of records one sender may bring. */
class IngestRateTest {
    private static final long SECOND = 1_000_000_000L;

    private final IngestRate rate = new IngestRate(1_000);

    @Test
    void aSenderMayBringTenSecondsWorthAtOnceAndThenWaits() {
        rate.count("svc:a", 9_999, 0);
        rate.require("svc:a", 0);
        rate.count("svc:a", 2_001, 0);
        assertThatThrownBy(() -> rate.require("svc:a", 0))
                .isInstanceOfSatisfying(
                        ClewException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED))
                .hasMessageContaining("1000 bytes a second")
                .hasMessageContaining("http.max_ingest_rate");
        assertThatCode(() -> rate.require("svc:b", 0)).doesNotThrowAnyException();
        assertThatThrownBy(() -> rate.require("svc:a", 2 * SECOND)).isInstanceOf(ClewException.class);
        assertThatCode(() -> rate.require("svc:a", 3 * SECOND)).doesNotThrowAnyException();
    }

    @Test
    void aSteadySenderIsNeverStopped() {
        for (int second = 0; second < 100; second++) {
            rate.require("svc:a", second * SECOND);
            rate.count("svc:a", 1_000, second * SECOND);
        }
    }

    @Test
    void memoryIsBoundedAndWhoComesLastSharesOneAllowance() {
        for (int i = 0; i < Allowances.MOST_KEPT; i++) {
            rate.count("svc:" + i, 20_000, 0);
        }
        assertThatCode(() -> rate.require("svc:late", 0)).doesNotThrowAnyException();
        rate.count("svc:late", 20_000, 0);
        assertThatThrownBy(() -> rate.require("svc:later", 0)).isInstanceOf(ClewException.class);
        // As soon as those that sent are quiet, there is room again.
        rate.count("svc:later", 1, 60 * SECOND);
        assertThatCode(() -> rate.require("svc:later", 60 * SECOND)).doesNotThrowAnyException();
        rate.count("svc:later", 20_000, 60 * SECOND);
        assertThatThrownBy(() -> rate.require("svc:later", 60 * SECOND)).isInstanceOf(ClewException.class);
        assertThatCode(() -> rate.require("svc:late", 60 * SECOND)).doesNotThrowAnyException();
    }
}
