package dev.clew.server.cli;

import dev.clew.explain.attribution.Explanation;
import dev.clew.explain.attribution.Method;
import dev.clew.explain.attribution.OutputSpace;
import dev.clew.explain.attribution.Semantics;
import dev.clew.explain.imported.ImportedShap;
import dev.clew.explain.imported.ShapReader;
import dev.clew.explain.model.Model;
import dev.clew.server.cli.ModelRows.Encoded;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code clew explain --shap FILE}: what the shap library computed about the rows of the data, compared with the model. */
final class ImportedRows {
    private final Model model;
    private final Path file;
    private final Method method;
    private final Semantics semantics;
    private final OutputSpace space;

    /** @param chosen what shap used; the file does not say it */
    ImportedRows(Model model, Path file, Optional<Method> chosen, boolean hasBackground, OutputSpace space) {
        if (!Files.exists(file)) {
            throw new ClewException(
                    ErrorCode.NOT_FOUND,
                    "There is no \"%s\"; name an .npz or JSON file, or a folder of mlflow.shap."
                            .formatted(file.getFileName()));
        }
        this.model = model;
        this.file = file;
        this.space = space;
        method = chosen.orElseThrow(() -> new ClewException(
                ErrorCode.USAGE, "A file of shap does not say how it was computed; say it with --method."));
        semantics = method == Method.TREE && !hasBackground ? Semantics.PATH_DEPENDENT : Semantics.INTERVENTIONAL;
    }

    /**
     * Hands every row of the data to the taker with what the file says about it.
     *
     * @param count rows of the data
     */
    void each(ModelRows input, long count, ExplainedRows.Taker taker) throws IOException {
        ImportedShap read = ShapReader.read(file);
        if (read.rows() != count) {
            throw new ClewException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" holds attributions of %d rows, and the data has %d; give the rows that were explained."
                            .formatted(file.getFileName(), read.rows(), count));
        }
        List<Encoded> rows = new ArrayList<>();
        input.each(1, count, 4_096, rows::addAll);
        for (Encoded row : rows) {
            if (row.values() == null) {
                taker.failed(row);
                throw new ClewException(
                        ErrorCode.INVALID_ARGUMENT,
                        "Row %d cannot be used, so rows and attributions do not match; repair it first."
                                .formatted(row.number()));
            }
        }
        Explanation explanation =
                read.of(ModelRows.usable(rows, model.schema().size())).check(model, method, semantics, space);
        taker.begin(explanation);
        for (int at = 0; at < rows.size(); at++) {
            taker.take(rows.get(at), explanation, at, null);
        }
    }
}
