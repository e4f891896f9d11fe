package dev.clew.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.clew.server.common.Json;
import org.junit.jupiter.api.Test;

class WebAppTest {
    private static final String PAGE = """
            <style nonce="__nonce__"></style><meta name="session" content="__session__" /><p>""";

    @Test
    void aNameEndsNoElementOfThePageAndIsReadAsItIs() throws Exception {
        var session = Json.MAPPER
                .createObjectNode()
                .put("name", "\" onload=\"x\" /><script>alert(1)</script>&quot;__nonce__");
        String rendered = WebApp.rendered(PAGE, "n0", session.toString());
        String open = "content=\"";
        String told = rendered.substring(rendered.indexOf(open) + open.length(), rendered.indexOf("\" /><p>"));
        assertThat(told).doesNotContain("\"").doesNotContain("<");
        JsonNode read = Json.MAPPER.readTree(
                told.replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&"));
        assertThat(read).isEqualTo(session);
        assertThat(rendered).startsWith("<style nonce=\"n0\">").endsWith("\" /><p>");
        assertThat(rendered.split("n0", -1))
                .as("the nonce stands where the page has it, and nowhere else")
                .hasSize(2);
    }
}
