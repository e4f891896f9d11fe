package dev.clew.e2e.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.e2e.PackagedServer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;

/** The unmodified Java client against the packaged server: what its own tests ask of a server. */
@SuppressWarnings("deprecation") // the calls that its users make
class JavaClientE2E {
    @TempDir
    static Path directory;

    private static PackagedServer server;
    private static MlflowClient client;

    @BeforeAll
    static void start() throws Exception {
        server = PackagedServer.start(directory);
        client = new MlflowClient(server.url());
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        server.close();
    }

    private static String experiment() {
        return client.createExperiment("java " + UUID.randomUUID());
    }

    @Test
    void keepsExperiments() {
        String id = experiment();
        String name = client.getExperiment(id).getName();
        assertThat(client.getExperimentByName(name)).isPresent();
        assertThat(client.getExperimentByName("nobody's")).isEmpty();
        client.renameExperiment(id, name + " renamed");
        assertThat(client.getExperiment(id).getName()).isEqualTo(name + " renamed");
        client.setExperimentTag(id, "k", "v");
        assertThat(client.getExperiment(id).getTags(0).getValue()).isEqualTo("v");
        client.deleteExperiment(id);
        assertThat(client.getExperiment(id).getLifecycleStage()).isEqualTo("deleted");
        client.restoreExperiment(id);
        assertThat(client.searchExperiments("name = '%s renamed'".formatted(name))
                        .getItems())
                .hasSize(1);
        assertThatThrownBy(() -> client.getExperiment("999999"))
                .isInstanceOf(MlflowClientException.class)
                .hasMessageContaining("No Experiment with id=999999 exists");
    }

    @Test
    void logsAndFindsRuns() {
        String experiment = experiment();
        String run = client.createRun(CreateRun.newBuilder()
                        .setExperimentId(experiment)
                        .setUserId("ann")
                        .setStartTime(1_000)
                        .build())
                .getRunId();
        client.logParam(run, "p", "1");
        client.logMetric(run, "acc", 0.5, 1_000, 0);
        for (long timestamp : new long[] {1_000, 2_000, 3_000, 2_999}) {
            client.logMetric(run, "loss", timestamp, timestamp, timestamp / 1_000);
        }
        client.logMetric(run, "inf", Double.POSITIVE_INFINITY);
        client.logMetric(run, "nan", Double.NaN);
        client.setTag(run, "t", "v");
        client.logBatch(
                run,
                List.of(Metric.newBuilder()
                        .setKey("b")
                        .setValue(1)
                        .setTimestamp(1)
                        .build()),
                List.of(Param.newBuilder().setKey("q").setValue("2").build()),
                List.of(RunTag.newBuilder().setKey("u").setValue("w").build()));
        client.setTerminated(run, RunStatus.FINISHED, 5_000);
        Run found = client.getRun(run);
        assertThat(found.getInfo().getUserId()).isEqualTo("ann");
        assertThat(found.getInfo().getStatus()).isEqualTo(RunStatus.FINISHED);
        assertThat(found.getInfo().getEndTime()).isEqualTo(5_000);
        assertThat(found.getData().getParamsList()).hasSize(2);
        assertThat(found.getData().getMetricsList()).hasSize(5);
        assertThat(client.getMetricHistory(run, "loss").stream()
                        .map(Metric::getTimestamp)
                        .toList())
                .containsExactly(1_000L, 2_000L, 3_000L, 2_999L);
        client.deleteTag(run, "t");
        assertThatThrownBy(() -> client.deleteTag(run, "t")).hasMessageContaining("No tag with name: t");
        assertThatThrownBy(() -> client.getRun("0".repeat(32)))
                .hasMessageContaining("Run '%s' not found".formatted("0".repeat(32)));
        assertThatThrownBy(() -> client.logParam(run, "p", "2")).hasMessageContaining("Changing param values");
        assertThat(client.searchRuns(List.of(experiment), "metrics.acc > 0.4 and params.p = '1'")
                        .size())
                .isEqualTo(1);
        client.deleteRun(run);
        assertThat(client.searchRuns(List.of(experiment), "", ViewType.DELETED_ONLY)
                        .size())
                .isEqualTo(1);
        client.restoreRun(run);
    }

    @Test
    void pagesSearches() {
        String experiment = experiment();
        for (int i = 0; i < 4; i++) {
            client.createRun(CreateRun.newBuilder()
                    .setExperimentId(experiment)
                    .setStartTime(i)
                    .build());
        }
        var page = client.searchRuns(List.of(experiment), "", ViewType.ACTIVE_ONLY, 2, List.of("start_time ASC"));
        assertThat(page.getItems().getFirst().getInfo().getStartTime()).isZero();
        assertThat(page.hasNextPage()).isTrue();
        var next = page.getNextPage();
        assertThat(next.getPageSize()).isEqualTo(2);
        assertThat(next.hasNextPage()).isFalse();
    }
}
