package dev.clew.server.storage;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.AfterClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeClassTemplateInvocationCallback;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs all tests of a class once on each engine. What they open by {@link TestDatabase} is a fresh database of that engine.
 * {@code -Dclew.test.engine=sqlite} (or {@code postgresql}) leaves the other one out while a test is being written.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ClassTemplate
@ExtendWith(EveryEngine.Provider.class)
public @interface EveryEngine {
    /** The engines, one after the other. */
    final class Provider implements ClassTemplateInvocationContextProvider {
        @Override
        public boolean supportsClassTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(ExtensionContext context) {
            String only = System.getProperty("clew.test.engine", "");
            return Arrays.stream(TestDatabase.Kind.values())
                    .filter(kind -> only.isEmpty() || kind.toString().equals(only))
                    .map(On::new);
        }
    }

    /** One engine's run of a class. */
    record On(TestDatabase.Kind kind)
            implements ClassTemplateInvocationContext,
                    BeforeClassTemplateInvocationCallback,
                    AfterEachCallback,
                    AfterClassTemplateInvocationCallback {
        @Override
        public String getDisplayName(int invocationIndex) {
            return kind.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void beforeClassTemplateInvocation(ExtensionContext context) {
            TestDatabase.use(kind);
        }

        @Override
        public void afterEach(ExtensionContext context) {
            TestDatabase.finished();
        }

        @Override
        public void afterClassTemplateInvocation(ExtensionContext context) {
            TestDatabase.use(TestDatabase.Kind.SQLITE);
        }
    }
}
