package dev.clew.server.registry;

import static dev.clew.server.registry.RegistryFixture.ANN;
import static dev.clew.server.registry.RegistryFixture.PROJECT;
import static dev.clew.server.registry.RegistryFixture.WORKSPACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.clew.server.ports.AuthorizedScope;
import dev.clew.server.search.Filter;
import dev.clew.server.storage.EveryEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@EveryEngine
class ModelSearchTest {
    private RegistryFixture fixture;

    @BeforeEach
    void open(@TempDir Path folder) {
        fixture = new RegistryFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<String> models(String filter, String... order) {
        var names = new ArrayList<String>();
        String token = null;
        do {
            var page = fixture.registry.search().models(fixture.query(filter, List.of(order), 2, token));
            assertThat(page.items()).hasSizeLessThanOrEqualTo(2).isNotEmpty();
            page.items().forEach(view -> names.add(view.model().name()));
            token = page.token();
        } while (token != null);
        return names;
    }

    private List<String> versions(String filter, String... order) {
        var names = new ArrayList<String>();
        String token = null;
        do {
            var page = fixture.registry.search().versions(fixture.query(filter, List.of(order), 2, token));
            page.items()
                    .forEach(
                            view -> names.add(view.name() + "/" + view.version().number()));
            token = page.token();
        } while (token != null);
        return names;
    }

    private void make(String name, Map<String, String> tags) {
        fixture.tick();
        fixture.registry.create(ANN, WORKSPACE, PROJECT, name, "", tags);
    }

    @Test
    void findsModelsByNameAndTag() {
        make("b-two", Map.of("team", "risk"));
        make("a-one", Map.of("team", "fraud", "x", "1"));
        make("C-three", Map.of());
        make("gone", Map.of("team", "risk"));
        fixture.registry.delete(ANN, WORKSPACE, "gone");
        assertThat(models("")).containsExactly("C-three", "a-one", "b-two");
        assertThat(models("name LIKE '%o%'")).containsExactly("a-one", "b-two");
        assertThat(models("name ILIKE 'c%'")).containsExactly("C-three");
        assertThat(models("name IN ('a-one', 'C-three')")).containsExactly("C-three", "a-one");
        assertThat(models("tags.team = 'risk'")).containsExactly("b-two");
        assertThat(models("tag.team != 'risk'")).containsExactly("a-one");
        assertThat(models("tags.`team` IS NULL OR tags.x = '1'")).containsExactly("C-three", "a-one");
        assertThat(models("", "creation_timestamp DESC")).containsExactly("C-three", "a-one", "b-two");
        assertThat(models("", "last_updated_timestamp")).containsExactly("b-two", "a-one", "C-three");
    }

    @Test
    void findsPromptsOnlyWhenAskedFor() {
        make("model", Map.of());
        make("greet", Map.of(ModelTag.IS_PROMPT, "true"));
        fixture.version("model");
        fixture.version("greet", "dummy-source", Map.of(ModelTag.IS_PROMPT, "true"));
        String key = "tags.`mlflow.prompt.is_prompt` ";
        for (String filter : List.of("name LIKE '%e%'", key + "!= 'true'", key + "= 'false'")) {
            assertThat(models(filter)).as(filter).containsExactly("model");
            assertThat(versions(filter)).as(filter).containsExactly("model/1");
        }
        for (String filter : List.of(key + "= 'true'", key + "!= 'false'")) {
            assertThat(models(filter)).as(filter).containsExactly("greet");
            assertThat(versions(filter)).as(filter).containsExactly("greet/1");
        }
    }

    @Test
    void findsVersionsByTheLastChangeFirst() {
        make("a", Map.of());
        make("b", Map.of());
        for (String name : List.of("a", "b", "a", "a")) {
            fixture.tick();
            fixture.version(name, "s3://bucket/" + name, Map.of("stage", name));
        }
        fixture.tick();
        fixture.registry.describe(ANN, WORKSPACE, "a", "1", "changed");
        fixture.registry.delete(ANN, WORKSPACE, "a", "2");
        assertThat(versions("")).containsExactly("a/1", "a/3", "b/1");
        assertThat(versions("name = 'a'", "version_number DESC")).containsExactly("a/3", "a/1");
        assertThat(versions("version_number > 1")).containsExactly("a/3");
        assertThat(versions("source_path LIKE '%/b'")).containsExactly("b/1");
        assertThat(versions("tags.stage = 'b' OR name = 'a'", "name DESC")).containsExactly("b/1", "a/3", "a/1");
        assertThat(versions("run_id != 'r'", "creation_timestamp ASC")).containsExactly("a/1", "b/1", "a/3");
    }

    @Test
    void pagesStayPutWhileModelsAreAdded() {
        for (String name : List.of("b", "d", "f")) {
            make(name, Map.of());
        }
        var first = fixture.registry.search().models(fixture.query("", List.of(), 2, null));
        make("a", Map.of());
        make("e", Map.of());
        assertThat(fixture.registry
                        .search()
                        .models(fixture.query("", List.of(), 10, first.token()))
                        .items())
                .extracting(view -> view.model().name())
                .containsExactly("e", "f");
    }

    @Test
    void refusesATokenOfAnotherSearch() {
        for (String name : List.of("b", "d", "f")) {
            make(name, Map.of());
        }
        String token = fixture.registry
                .search()
                .models(fixture.query("", List.of(), 1, null))
                .token();
        for (String bad : List.of("xx", "e30=", String.valueOf(token))) {
            assertThatThrownBy(() ->
                            fixture.registry.search().models(fixture.query("", List.of("creation_timestamp"), 1, bad)))
                    .as(bad)
                    .hasMessageStartingWith("Invalid page token");
        }
    }

    @Test
    void showsNothingOutsideTheScope() {
        make("a", Map.of());
        fixture.version("a");
        var query = new ModelSearch.Query(
                new AuthorizedScope(ANN, new int[] {PROJECT + 1}, false), WORKSPACE, Filter.ALL, List.of(), 10, null);
        assertThat(fixture.registry.search().models(query).items()).isEmpty();
        assertThat(fixture.registry.search().versions(query).items()).isEmpty();
    }

    @Test
    void aPageOfLongPromptsEndsEarly() {
        make("greet", Map.of(ModelTag.IS_PROMPT, "true"));
        for (int i = 0; i < 224; i++) {
            fixture.version(
                    "greet",
                    "dummy-source",
                    Map.of(ModelTag.IS_PROMPT, "true", ModelTag.PROMPT_TEXT, "x".repeat(100_000 - i)));
        }
        var query = fixture.query("tags.`mlflow.prompt.is_prompt` = 'true'", List.of("version_number"), 10_000, null);
        var page = fixture.registry.search().versions(query);
        assertThat(page.items()).hasSizeBetween(100, 223);
        var rest = fixture.registry
                .search()
                .versions(fixture.query(
                        "tags.`mlflow.prompt.is_prompt` = 'true'", List.of("version_number"), 10_000, page.token()));
        assertThat(page.items().size() + rest.items().size()).isEqualTo(224);
        assertThat(rest.token()).isNull();
    }
}
