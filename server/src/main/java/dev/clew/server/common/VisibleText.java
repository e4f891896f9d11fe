package dev.clew.server.common;

/**
 * Text that shows as what it is. Control characters end lines and steer terminals, format characters turn the direction of what follows
 * or take no place: with either, a name could pass for another one, or for a line of our own.
 */
public final class VisibleText {
    private static final int REPLACEMENT = 0xFFFD;

    private VisibleText() {}

    /** Whether no character of it controls or hides anything. */
    public static boolean isVisible(String text) {
        return text.codePoints().noneMatch(VisibleText::isHidden);
    }

    /** The same with U+FFFD for every character that controls or hides something. */
    public static String of(String text) {
        return isVisible(text)
                ? text
                : text.codePoints()
                        .map(character -> isHidden(character) ? REPLACEMENT : character)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
    }

    private static boolean isHidden(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
