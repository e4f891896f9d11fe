package dev.clew.explain.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.explain.XgboostDocument;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    private static final double[] EDGES = {
        Double.NEGATIVE_INFINITY,
        -Double.MAX_VALUE,
        -1,
        -0.0,
        0.0,
        Double.MIN_VALUE,
        0.25,
        1,
        4,
        Double.POSITIVE_INFINITY,
        Double.NaN
    };

    @Test
    void ranksGoWhereTheValuesThemselvesWouldGo() {
        var random = new Random(3);
        var document = new XgboostDocument(5, "reg:squarederror", "0");
        for (int i = 0; i < 30; i++) {
            document.tree(XgboostDocument.randomTree(random, 5, 6));
        }
        var model = document.model();
        var columns = model.columns();
        int asked = 0;
        for (int v = 0; v < model.nodes(); v++) {
            if (model.left(v) < 0 || columns.column(v) < 0) {
                continue;
            }
            for (double x : EDGES) {
                boolean left = columns.rank(columns.column(v), x) < columns.bound(v);
                assertThat(left).as("node %d, %s", v, x).isEqualTo(model.goesLeft(v, x));
                asked++;
            }
        }
        assertThat(asked).isGreaterThan(1_000);
    }
}
