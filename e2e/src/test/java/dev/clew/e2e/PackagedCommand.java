package dev.clew.e2e;

import java.io.IOException;
import java.util.List;

/** A command of the packaged server. */
public final class PackagedCommand {
    private static final int MINUTES = 10;

    private PackagedCommand() {}

    /**
     * Runs it to its end.
     *
     * @return what it printed
     * @throws IOException with all it printed, unless it ends with 0
     */
    public static String run(String... arguments) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(PackagedServer.java(List.of(arguments)));
        PackagedServer.alone(builder);
        return Programs.run(builder, MINUTES);
    }
}
