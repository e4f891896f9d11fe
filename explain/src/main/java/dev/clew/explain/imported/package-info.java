/** Explanations that others computed: reads what the shap library and {@code mlflow.shap} leave behind, and checks it. */
@org.jspecify.annotations.NullMarked
package dev.clew.explain.imported;
