package dev.clew.server.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EnvironmentDocumentTest {
    private static String document(String requirements, String pythonEnv) {
        return EnvironmentDocument.of(requirements, pythonEnv)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("none");
    }

    @Test
    void namesPackagesInOneOrder() {
        assertThat(document(
                        "scikit_learn==1.9.1\nmlflow==3.17.2 # tracked\n\n# none\n-r other.txt\nNumpy<3\n",
                        "python: 3.11.7\nbuild_dependencies: []\n"))
                .isEqualTo("{\"python\":{\"packages\":[{\"name\":\"mlflow\",\"version\":\"3.17.2\"},"
                        + "{\"name\":\"numpy\",\"source\":\"Numpy<3\"},"
                        + "{\"name\":\"scikit-learn\",\"version\":\"1.9.1\"}],\"version\":\"3.11.7\"}}");
        assertThat(document("mlflow[extras]==3.17.2; python_version > '3'\r\n", null))
                .isEqualTo("{\"python\":{\"packages\":[{\"name\":\"mlflow\",\"version\":\"3.17.2\"}]}}");
    }

    @Test
    void findsNoneWhereNoneIsNamed() {
        assertThat(document("# nothing\n--index-url x\n", "python: 3.11")).isEqualTo("none");
        assertThat(document("", null)).isEqualTo("none");
    }
}
