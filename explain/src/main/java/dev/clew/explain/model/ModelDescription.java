package dev.clew.explain.model;

/**
 * What a model file is.
 *
 * @param format {@code xgboost-json}, {@code xgboost-ubjson}, {@code lightgbm-text}, {@code catboost-json}, {@code onnx},
 *     {@code linear-json} or {@code black-box}
 * @param formatVersion version of the writer as the file says, empty if it does not
 * @param objective the objective's name as the file says, empty if it does not
 * @param digest SHA-256 of the file's bytes, 64 lower-case hexadecimal digits; for a black box, of its address
 * @param bytes size of the file
 */
public record ModelDescription(String format, String formatVersion, String objective, String digest, long bytes) {}
