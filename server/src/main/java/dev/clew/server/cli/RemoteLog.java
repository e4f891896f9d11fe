package dev.clew.server.cli;

import dev.clew.ledger.encoding.BodyRef;
import dev.clew.ledger.encoding.Leaf;
import dev.clew.ledger.encoding.RecordsBlob;
import dev.clew.ledger.encoding.Submission;
import dev.clew.ledger.note.Checkpoint;
import dev.clew.ledger.note.SignedNote;
import dev.clew.ledger.tiles.EntryBundle;
import dev.clew.ledger.tiles.Tile;
import dev.clew.ledger.tiles.TileReader;
import dev.clew.ledger.verify.ExportWriter;
import dev.clew.server.common.ClewException;
import dev.clew.server.common.ErrorCode;
import dev.clew.server.ledgers.LogExport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** The log of a running server, read over HTTP at one checkpoint. Confined to one thread. */
final class RemoteLog {
    private static final String LEDGER = "/api/clew/v1/ledger/";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient client = HttpClient.newHttpClient();
    private final String base;
    private final Optional<String> token;
    private final SignedNote note;
    private final Checkpoint checkpoint;

    private RemoteLog(String base, Optional<String> token) {
        this.base = base;
        this.token = token;
        this.note = SignedNote.parse(get("/ledger/checkpoint"));
        this.checkpoint = Checkpoint.parse(note.text());
    }

    static RemoteLog of(URI server, Optional<String> token) {
        if (server.getHost() == null
                || server.getScheme() == null
                || !server.getScheme().startsWith("http")) {
            throw new ClewException(ErrorCode.USAGE, "--server takes a URL such as http://127.0.0.1:7070.");
        }
        String text = server.toString();
        return new RemoteLog(text.endsWith("/") ? text.substring(0, text.length() - 1) : text, token);
    }

    long size() {
        return checkpoint.size();
    }

    /** First entry at or after a time: found by halving. */
    long firstAt(long micros) {
        long low = 0;
        long high = size();
        while (low < high) {
            long middle = (low + high) >>> 1;
            Tile tile = Tile.at(0, middle / Tile.FULL, size());
            var leaves = EntryBundle.decode(bundle(tile), tile.width());
            if (Leaf.decode(leaves.get((int) (middle % Tile.FULL))).timeMicros() >= micros) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private byte[] bundle(Tile tile) {
        return get("/ledger/" + Tile.entries(tile.index(), tile.width()).path());
    }

    LogExport.Written export(Path root, LogExport.Selection selection, LongConsumer progress) throws IOException {
        var writer = new ExportWriter(root, size());
        TileReader tiles = tile -> get("/ledger/" + tile.path());
        writer.tiles(tiles, selection.from(), selection.to());
        long lists = 0;
        long records = 0;
        long bodies = 0;
        for (long first = selection.from() / Tile.FULL * Tile.FULL; first < selection.to(); first += Tile.FULL) {
            Tile tile = Tile.at(0, first / Tile.FULL, size());
            List<byte[]> leaves = EntryBundle.decode(bundle(tile), tile.width());
            ByteBuffer changes = ByteBuffer.wrap(get(LEDGER + "changes/" + tile.position()));
            for (int i = 0; i < leaves.size(); i++) {
                long seq = first + i;
                byte[] list = new byte[changes.getInt()];
                changes.get(list);
                if (seq < selection.from() || seq >= selection.to()) {
                    continue;
                }
                if (list.length > 0) {
                    writer.changeList(seq, list);
                    lists++;
                }
                Submission submission = Leaf.decode(leaves.get(i)).decodeSubmission();
                BodyRef body = submission.body();
                if (submission.batch() != null) {
                    var slots = RecordsBlob.decode(get(LEDGER + "entries/" + seq + "/records"));
                    writer.records(seq, slots);
                    records += slots.size();
                } else if (body != null && body.form() == BodyRef.PLAIN) {
                    writer.body(body, null, get(LEDGER + "entries/" + seq + "/body"));
                    bodies++;
                }
                progress.accept(seq + 1);
            }
        }
        writer.finish(note, new String(get("/ledger/policy"), StandardCharsets.UTF_8));
        return new LogExport.Written(
                checkpoint.origin(), size(), selection.from(), selection.to(), lists, records, bodies);
    }

    private byte[] get(String path) {
        var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
        token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        HttpResponse<byte[]> answer;
        try {
            answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new ClewException(
                    ErrorCode.UNAVAILABLE, "The server at %s does not answer; is it running?".formatted(base), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClewException(ErrorCode.UNAVAILABLE, "Interrupted.", e);
        }
        return switch (answer.statusCode()) {
            case 200 -> answer.body();
            case 401 ->
                throw new ClewException(
                        ErrorCode.UNAUTHENTICATED,
                        "The server wants a token; set CLEW_TOKEN to one that may audit.read.");
            case 403 ->
                throw new ClewException(
                        ErrorCode.FORBIDDEN,
                        "The token may not read %s; it needs audit.read on the instance.".formatted(path));
            default ->
                throw new ClewException(
                        ErrorCode.UNAVAILABLE, "The server answered %d for %s.".formatted(answer.statusCode(), path));
        };
    }
}
