package dev.clew.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.clew.server.common.Json;
import org.junit.jupiter.api.Test;

/** The tree of a thread, as {@code clew trace} prints it. */
class ThreadTreeTest {
    @Test
    void aNameBeginsNoLineAndSteersNoTerminal() throws Exception {
        var thread = Json.MAPPER.readTree("""
                {"nodes": [{"ref": "deployment:1", "kind": "deployment", "id": "1",
                   "title": "credit/2 at e\\n└─—approved→ #1 approval approval of credit/2", "level": 0,
                   "details": {"endpoint": "e\\r\\n│   deployed by: abel", "tier": "\\u202enoitcudorp"},
                   "history": [{"seq": 3, "act": "deploy.start", "who": "x\\u001b[2J", "reason": "a\\u2028b"}]}],
                 "links": []}""");
        var lines = ThreadTree.lines(thread, true);
        assertThat(lines).hasSize(4);
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.codePoints()
                                .filter(Character::isISOControl)
                                .count())
                        .isZero());
        assertThat(String.join("|", lines)).contains("credit/2 at e\ufffd└─").doesNotContain("\u202e", "\u2028");
    }
}
