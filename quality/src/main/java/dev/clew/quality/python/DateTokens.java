package dev.clew.quality.python;

import java.util.ArrayList;
import java.util.List;

/** Cuts a text into words, numbers, blanks and signs as dateutil's lexer does. */
final class DateTokens {
    private DateTokens() {}

    static List<String> of(String text) {
        List<String> tokens = new ArrayList<>();
        String in = text.replace("\0", "");
        int at = 0;
        while (at < in.length()) {
            char c = in.charAt(at);
            if (isWord(c) || isNumber(c)) {
                at = dotted(in, at, tokens);
            } else {
                tokens.add(isSpace(c) ? " " : String.valueOf(c));
                at++;
            }
        }
        return tokens;
    }

    /** A run of letters or digits; dots inside it are decimal points or separators, which only its end tells. */
    private static int dotted(String in, int start, List<String> tokens) {
        boolean letters = false;
        boolean dots = false;
        boolean word = isWord(in.charAt(start));
        var token = new StringBuilder().append(in.charAt(start));
        int at = start + 1;
        for (; at < in.length(); at++) {
            char c = in.charAt(at);
            letters |= word;
            char last = token.charAt(token.length() - 1);
            if (!dots) {
                if (word ? isWord(c) : isNumber(c)) {
                    token.append(c);
                } else if (c == '.' || !word && c == ',' && token.length() >= 2) {
                    token.append(c);
                    dots = true;
                } else {
                    break;
                }
            } else if (c == '.' || (word ? isWord(c) : isNumber(c))) {
                token.append(c);
            } else if ((word ? isNumber(c) : isWord(c)) && last == '.') {
                token.append(c);
                word = !word;
            } else {
                break;
            }
        }
        String whole = token.toString();
        long points = whole.chars().filter(c -> c == '.').count();
        if (dots && (letters || points > 1 || whole.endsWith(".") || whole.endsWith(","))) {
            split(whole, tokens);
        } else {
            tokens.add(dots && !word && points == 0 ? whole.replace(',', '.') : whole);
        }
        return at;
    }

    private static void split(String whole, List<String> tokens) {
        int from = 0;
        for (int i = 0; i <= whole.length(); i++) {
            if (i == whole.length() || whole.charAt(i) == '.' || whole.charAt(i) == ',') {
                if (i > from) {
                    tokens.add(whole.substring(from, i));
                }
                if (i < whole.length()) {
                    tokens.add(whole.substring(i, i + 1));
                }
                from = i + 1;
            }
        }
    }

    private static boolean isWord(char c) {
        return Character.isLetter(c);
    }

    private static boolean isNumber(char c) {
        return Character.isDigit(c);
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c)
                || c == 0xA0
                || c == 0x85
                || c == 0x2007
                || c == 0x202F
                || c >= 0x1C && c <= 0x1F;
    }
}
