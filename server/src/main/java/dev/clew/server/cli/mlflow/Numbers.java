package dev.clew.server.cli.mlflow;

/** How MLflow writes numbers that its stores cannot hold. */
final class Numbers {
    private Numbers() {}

    /** SQL stores keep infinities as the largest finite number, and every interface of theirs gives that number out. */
    static double unclamped(double value) {
        return Math.abs(value) == Double.MAX_VALUE ? Math.copySign(Double.POSITIVE_INFINITY, value) : value;
    }

    /** A value of a point in JSON or in a file: {@code nan}, {@code inf}, {@code Infinity}, {@code 1e-05}. */
    static double parse(String text) {
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "nan" -> Double.NaN;
            case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
            case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
            default -> unclamped(Double.parseDouble(text));
        };
    }

    static String modelStatus(long number) {
        return switch ((int) number) {
            case 1 -> "LOGGED_MODEL_PENDING";
            case 2 -> "LOGGED_MODEL_READY";
            case 3 -> "LOGGED_MODEL_UPLOAD_FAILED";
            default -> "LOGGED_MODEL_STATUS_UNSPECIFIED";
        };
    }

    static String runStatus(long number) {
        return switch ((int) number) {
            case 2 -> "SCHEDULED";
            case 3 -> "FINISHED";
            case 4 -> "FAILED";
            case 5 -> "KILLED";
            default -> "RUNNING";
        };
    }
}
