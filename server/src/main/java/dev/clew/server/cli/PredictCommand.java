package dev.clew.server.cli;

import dev.clew.explain.ExplainException;
import dev.clew.explain.model.Model;
import dev.clew.explain.model.Rows;
import dev.clew.explain.model.TreeEnsemble;
import dev.clew.server.cli.ModelRows.Encoded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code clew predict}: what a model says about rows, without the library that trained it. */
@Command(
        name = "predict",
        description = "Score rows with a model, in order. Rows that cannot be used are said; the rest is answered.",
        mixinStandardHelpOptions = true)
final class PredictCommand implements Callable<Integer> {
    private static final int PART = 4_096;

    @Parameters(index = "1", paramLabel = "DATA", description = "CSV, TSV, JSON lines or Parquet with a header.")
    Path data = Path.of("");

    @Option(names = "--rows", paramLabel = "FROM-TO", description = "Only these, counted from 1.")
    String rows = "";

    @Mixin
    ExplainOptions options = new ExplainOptions();

    @Override
    public Integer call() throws Exception {
        return ModelSource.answering(() -> {
            long[] range = ModelRows.range(rows);
            try (var table = ExplainOptions.open(data);
                    var source = options.model(table)) {
                ModelRows.requireRows(table, range);
                var input = ModelRows.of(source.model(), table, options);
                try (var out = new RowWriter(
                        source.model(), options.json, source.model().schema().names())) {
                    input.each(range[0], range[1], PART, part -> write(source.model(), part, out));
                    return out.hasFailed() ? ExitCode.FAILED : ExitCode.OK;
                }
            }
        });
    }

    private static void write(Model model, List<Encoded> part, RowWriter out) throws IOException {
        Rows batch = ModelRows.usable(part, model.schema().size());
        int outputs = model.outputs();
        double[] margins = new double[batch.count() * outputs];
        try {
            double[] bases = ModelRows.baseMargins(part);
            if (bases.length > 0 && model instanceof TreeEnsemble trees) {
                trees.margins(batch, bases, margins);
            } else {
                model.margins(batch, margins);
            }
        } catch (ExplainException e) {
            // One row that cannot be scored leaves the others their answers.
            if (part.size() == 1) {
                out.failed(part.getFirst().failing(e));
                return;
            }
            for (Encoded row : part) {
                write(model, List.of(row), out);
            }
            return;
        }
        int at = 0;
        for (Encoded row : part) {
            if (row.values() == null) {
                out.failed(row);
                continue;
            }
            double[] margin = Arrays.copyOfRange(margins, at * outputs, (at + 1) * outputs);
            double[] values = margin.clone();
            model.link().apply(values, 0, outputs);
            out.prediction(row, margin, values);
            at++;
        }
    }
}
