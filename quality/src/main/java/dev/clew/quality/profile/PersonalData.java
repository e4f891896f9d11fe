package dev.clew.quality.profile;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/** Kinds of personal data that a text gives away by its form. A form is a hint, not a proof. */
public enum PersonalData {
    /** An address of electronic mail. */
    EMAIL,
    /** A telephone number with a country code, or in national form with separators. */
    PHONE,
    /** An international bank account number with valid check digits. */
    IBAN,
    /** A payment card number with a valid check digit. */
    CARD,
    /** A number of a national register: US social security, UK national insurance, French INSEE, Spanish DNI. */
    NATIONAL_ID,
    /** An address of the internet protocol. */
    IP_ADDRESS;

    private static final Pattern MAIL = Pattern.compile("[\\w.+-]{1,64}@[\\w-]{1,63}(\\.[\\w-]{1,63}){1,8}");
    private static final Pattern TELEPHONE =
            Pattern.compile("\\+\\d{1,3}[ \\d./()-]{6,20}|\\(?\\d{3,5}\\)?[ /-]\\d{3,4}[ -]\\d{3,5}");
    private static final Pattern ACCOUNT = Pattern.compile("[A-Z]{2}\\d{2}[A-Z0-9]{11,30}");
    private static final Pattern NATIONAL = Pattern.compile(
            "(?!000|666|9)\\d{3}-(?!00)\\d{2}-(?!0000)\\d{4}|[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]|[12] ?\\d{2} ?(0[1-9]|1[0-2]) ?\\d{2} ?\\d{3} ?\\d{3} ?\\d{2}|\\d{8}[A-HJ-NP-TV-Z]");
    private static final Pattern ADDRESS = Pattern.compile(
            "((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)|([0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}");

    /** The kind a text looks like, the surest first. */
    public static Optional<PersonalData> of(String text) {
        String plain = text.strip();
        if (plain.length() < 7 || plain.length() > 254) {
            return Optional.empty();
        }
        if (plain.indexOf('@') > 0) {
            return MAIL.matcher(plain).matches() ? Optional.of(EMAIL) : Optional.empty();
        }
        if (isIban(plain)) {
            return Optional.of(IBAN);
        }
        if (ADDRESS.matcher(plain).matches()) {
            return Optional.of(IP_ADDRESS);
        }
        if (NATIONAL.matcher(plain).matches()) {
            return Optional.of(NATIONAL_ID);
        }
        if (isCard(plain)) {
            return Optional.of(CARD);
        }
        long digits = plain.chars().filter(Character::isDigit).count();
        return digits >= 7 && digits <= 15 && TELEPHONE.matcher(plain).matches()
                ? Optional.of(PHONE)
                : Optional.empty();
    }

    /** ISO 13616: letters count as 10 to 35, the first four characters go last, the rest modulo 97 is 1. */
    private static boolean isIban(String text) {
        String plain = text.replace(" ", "");
        if (!ACCOUNT.matcher(plain).matches()) {
            return false;
        }
        var digits = new StringBuilder();
        (plain.substring(4) + plain.substring(0, 4)).chars().forEach(c -> digits.append(Character.getNumericValue(c)));
        return new BigInteger(digits.toString()).mod(BigInteger.valueOf(97)).intValue() == 1;
    }

    /** Luhn's sum over 13 to 19 digits that begin as card numbers do. */
    private static boolean isCard(String text) {
        String plain = text.replaceAll("[ -]", "");
        if (!plain.matches("[3-6]\\d{12,18}")) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < plain.length(); i++) {
            int digit = plain.charAt(plain.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? digit : digit * 2;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }
}
