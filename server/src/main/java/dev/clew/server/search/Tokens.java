package dev.clew.server.search;

import java.util.ArrayList;
import java.util.List;

/** Splits a filter into tokens. Linear in the text's length. Confined to one parse. */
final class Tokens {
    /** Longest filter, in characters. */
    static final int MAX_LENGTH = 65_536;

    private static final int MOST_SHOWN = 500;

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    enum Kind {
        WORD,
        BACKTICKED,
        SINGLE_QUOTED,
        DOUBLE_QUOTED,
        NUMBER,
        SIGN,
        END
    }

    /** @param text without its quotes; @param raw as written */
    record Token(Kind kind, String text, String raw, int from) {
        boolean is(String word) {
            return kind == Kind.WORD && text.equalsIgnoreCase(word);
        }

        boolean isSign(String sign) {
            return kind == Kind.SIGN && text.equals(sign);
        }

        /** Where it begins in the filter, from 1. */
        int position() {
            return from + 1;
        }

        /** As written, for people. */
        String shown() {
            return kind == Kind.END ? "the end" : raw;
        }

        boolean isQuoted() {
            return kind == Kind.SINGLE_QUOTED || kind == Kind.DOUBLE_QUOTED;
        }
    }

    Tokens(String text) {
        if (text.length() > MAX_LENGTH) {
            throw Vocabulary.invalid("The filter has %d characters; at most %d are read. Shorten it."
                    .formatted(text.length(), MAX_LENGTH));
        }
        this.text = text;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c)) {
                at++;
            } else {
                Token token = token(at, c);
                tokens.add(token);
                at = token.from + token.raw.length();
            }
        }
        tokens.add(new Token(Kind.END, "", "", text.length()));
    }

    private Token token(int at, char c) {
        return switch (c) {
            case '`' -> quoted(at, '`', Kind.BACKTICKED);
            case '\'' -> quoted(at, '\'', Kind.SINGLE_QUOTED);
            case '"' -> quoted(at, '"', Kind.DOUBLE_QUOTED);
            case '(', ')', ',', '.', ';' -> sign(at, 1);
            case '=' -> sign(at, 1);
            case '!', '<', '>' -> sign(at, at + 1 < text.length() && text.charAt(at + 1) == '=' ? 2 : 1);
            default -> startsNumber(at) ? number(at) : word(at);
        };
    }

    private Token sign(int at, int length) {
        String raw = text.substring(at, at + length);
        return new Token(Kind.SIGN, raw, raw, at);
    }

    private Token quoted(int at, char quote, Kind kind) {
        int end = text.indexOf(quote, at + 1);
        while (end > 0 && quote != '`' && text.charAt(end - 1) == '\\') {
            end = text.indexOf(quote, end + 1);
        }
        if (end < 0) {
            throw Vocabulary.invalid(
                    "Invalid clause(s) in filter string: '%s'. The %s at character %d has no other one that closes it."
                            .formatted(text.substring(at), quote, at + 1));
        }
        return new Token(kind, text.substring(at + 1, end), text.substring(at, end + 1), at);
    }

    private boolean startsNumber(int at) {
        char c = text.charAt(at);
        int digit = c == '-' || c == '+' ? at + 1 : at;
        return digit < text.length() && isDigit(text.charAt(digit)) && !isWordAfterDigits(digit);
    }

    /** A bare key may start with digits ({@code metrics.3d_loss}): then it is a word. */
    private boolean isWordAfterDigits(int from) {
        int at = numberEnd(from);
        return at < text.length() && isWordPart(text.charAt(at));
    }

    private int numberEnd(int from) {
        int at = from;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int exponent = at + 1;
            if (exponent < text.length() && (text.charAt(exponent) == '-' || text.charAt(exponent) == '+')) {
                exponent++;
            }
            if (exponent < text.length() && isDigit(text.charAt(exponent))) {
                at = exponent;
                while (at < text.length() && isDigit(text.charAt(at))) {
                    at++;
                }
            }
        }
        return at;
    }

    private Token number(int at) {
        char c = text.charAt(at);
        int end = numberEnd(c == '-' || c == '+' ? at + 1 : at);
        String raw = text.substring(at, end);
        return new Token(Kind.NUMBER, raw, raw, at);
    }

    private Token word(int at) {
        int end = at;
        while (end < text.length() && isWordPart(text.charAt(end))) {
            end++;
        }
        end = Math.max(end, at + 1);
        String raw = text.substring(at, end);
        return new Token(Kind.WORD, raw, raw, at);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || "_-/:@#$%&*+[]{}|\\?~^".indexOf(c) >= 0 || Character.isSurrogate(c);
    }

    Token peek() {
        return tokens.get(next);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(next + ahead, tokens.size() - 1));
    }

    Token take() {
        Token token = tokens.get(next);
        if (token.kind != Kind.END) {
            next++;
        }
        return token;
    }

    boolean takeWord(String word) {
        if (peek().is(word)) {
            next++;
            return true;
        }
        return false;
    }

    boolean takeSign(String sign) {
        if (peek().isSign(sign)) {
            next++;
            return true;
        }
        return false;
    }

    boolean isAtEnd() {
        return peek().kind == Kind.END;
    }

    /** What is left from a token on, as written; its beginning when it is long. */
    String rest(Token from) {
        String rest = text.substring(from.from).strip();
        return rest.length() > MOST_SHOWN ? rest.substring(0, MOST_SHOWN) + "…" : rest;
    }
}
