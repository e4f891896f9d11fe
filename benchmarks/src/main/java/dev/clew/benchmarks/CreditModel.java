package dev.clew.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The credit example's model on a server without users: logged under a run, registered, deployed; and decisions by it. */
final class CreditModel {
    static final String ENDPOINT = "credit";

    private static final List<String> NO_FEATURES =
            List.of("application", "personal_status_and_sex", "foreign_worker", "creditability");
    private static final String API = "/api/2.0/mlflow/";

    private final Path example = Path.of(System.getenv().getOrDefault("CLEW_HOME", "."), "examples", "credit");
    private final List<String> features = new ArrayList<>();

    CreditModel() throws IOException {
        List<String> lines = Files.readAllLines(example.resolve("applications.csv"));
        String[] names = lines.getFirst().split(",");
        for (String line : lines.subList(1, lines.size())) {
            String[] values = line.split(",");
            if (values.length == names.length) {
                features.add(features(names, values));
            }
        }
    }

    private static String features(String[] names, String[] values) {
        var text = new StringBuilder("\"features\":{");
        for (int i = 0; i < names.length; i++) {
            if (!NO_FEATURES.contains(names[i]) && !values[i].isEmpty()) {
                boolean number = values[i].chars().allMatch(Character::isDigit);
                text.append(text.charAt(text.length() - 1) == '{' ? "\"" : ",\"")
                        .append(names[i])
                        .append("\":")
                        .append(number ? values[i] : '"' + values[i] + '"');
            }
        }
        return text.append('}').toString();
    }

    /** Logs, registers and deploys it; returns the id of its run. */
    String deploy(String url) throws IOException {
        String experiment = field(post(url, API + "experiments/create", "{\"name\":\"bench\"}"), "experiment_id");
        String run = field(
                post(
                        url,
                        API + "runs/create",
                        "{\"experiment_id\":\"%s\",\"run_name\":\"bench\"}".formatted(experiment)),
                "run_id");
        String model = field(
                post(
                        url,
                        API + "logged-models",
                        "{\"experiment_id\":\"%s\",\"name\":\"model\",\"model_type\":\"xgboost\",\"source_run_id\":\"%s\"}"
                                .formatted(experiment, run)),
                "model_id");
        String files = "/api/2.0/mlflow-artifacts/artifacts/%s/models/%s/artifacts/".formatted(experiment, model);
        Load.once(url, "PUT", files + "MLmodel", """
                artifact_path: model
                flavors:
                  xgboost:
                    data: model.json
                    model_class: xgboost.core.Booster
                    model_format: json
                """);
        Load.once(url, "PUT", files + "model.json", Files.readString(example.resolve("model.json")));
        Load.once(
                url,
                "PATCH",
                API + "logged-models/" + model,
                "{\"model_id\":\"%s\",\"status\":\"LOGGED_MODEL_READY\"}".formatted(model));
        post(url, API + "registered-models/create", "{\"name\":\"credit\"}");
        post(
                url,
                API + "model-versions/create",
                "{\"name\":\"credit\",\"source\":\"models:/%s\",\"model_id\":\"%s\",\"run_id\":\"%s\"}"
                        .formatted(model, model, run));
        post(
                url,
                "/api/clew/v1/deployments",
                "{\"endpoint\":\"%s\",\"model\":\"credit\",\"version\":\"1\",\"reason\":{\"code\":\"promotion\",\"text\":\"for a benchmark of threads\"}}"
                        .formatted(ENDPOINT));
        return run;
    }

    /** A decision about a person of many, without its braces. */
    String decision(Random random) {
        return "\"endpoint\":\"%s\",%s,\"outcome\":\"approved\",\"score\":0.25,\"subject\":{\"id\":\"p%d\"}"
                .formatted(ENDPOINT, features.get(random.nextInt(features.size())), random.nextInt(20_000));
    }

    private static byte[] post(String url, String path, String body) {
        return Load.once(url, "POST", path, body);
    }

    private static String field(byte[] json, String name) {
        return MlflowBenchmark.field(json, name).strip();
    }

    static String text(byte[] answer) {
        return new String(answer, StandardCharsets.UTF_8);
    }
}
