package dev.clew.ledger.verify;

/** Carries a finding out of a check that ends the verification of one thing. */
final class CheckFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Finding finding;

    private CheckFailed(Finding finding) {
        super(finding.message());
        this.finding = finding;
    }

    static CheckFailed failure(Check check, String message) {
        return new CheckFailed(Finding.failure(check, message));
    }

    static CheckFailed missing(Check check, String message) {
        return new CheckFailed(Finding.missing(check, message));
    }

    Finding finding() {
        return finding;
    }
}
