package dev.clew.ledger.encoding;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an entry can say: the closed list of acts.
 *
 * <p>A log may hold acts of a later version; readers show such an entry as unknown and proven. An inner act occurs only in
 * the records of a {@link #RECORD_BATCH}, every other one only as a leaf of its own.
 */
public enum Act {
    // tracking
    EXPERIMENT_CREATE("experiment.create"),
    EXPERIMENT_UPDATE("experiment.update"),
    EXPERIMENT_DELETE("experiment.delete"),
    EXPERIMENT_RESTORE("experiment.restore"),
    EXPERIMENT_PURGE("experiment.purge"),
    RUN_CREATE("run.create"),
    RUN_LOG("run.log"),
    RUN_UPDATE("run.update"),
    RUN_DELETE("run.delete"),
    RUN_RESTORE("run.restore"),
    RUN_PURGE("run.purge"),
    LOGGED_MODEL_CREATE("logged.model.create"),
    LOGGED_MODEL_UPDATE("logged.model.update"),
    LOGGED_MODEL_PURGE("logged.model.purge"),
    ARTIFACT_STORE("artifact.store"),
    ARTIFACT_DELETE("artifact.delete"),
    TRACE_LOG("trace.log"),
    TRACE_DELETE("trace.delete"),
    // registry
    MODEL_CREATE("model.create"),
    MODEL_UPDATE("model.update"),
    MODEL_DELETE("model.delete"),
    MODEL_VERSION_REGISTER("model.version.register"),
    MODEL_VERSION_UPDATE("model.version.update"),
    MODEL_VERSION_TRANSITION("model.version.transition"),
    MODEL_VERSION_DELETE("model.version.delete"),
    MODEL_ALIAS_SET("model.alias.set"),
    MODEL_ALIAS_DELETE("model.alias.delete"),
    WEBHOOK_SET("webhook.set"),
    WEBHOOK_DELETE("webhook.delete"),
    // datasets
    DATASET_CREATE("dataset.create"),
    DATASET_TAG("dataset.tag"),
    DATASET_DELETE("dataset.delete"),
    DATASET_VERSION_ADD("dataset.version.add"),
    DATASET_ALIAS_SET("dataset.alias.set"),
    EXPECTATION_STORE("expectation.store"),
    VALIDATION_RECORD("validation.record"),
    DVC_PUSH("dvc.push"),
    DVC_REJECT("dvc.reject"),
    EXTERNAL_CHANGE("external.change"),
    // lineage, code and CI
    LINEAGE_EVENT("lineage.event"),
    LINEAGE_RETRACT("lineage.retract"),
    HOOK_ACCEPT("hook.accept"),
    HOOK_REJECT("hook.reject"),
    COMMIT_RECORD("commit.record"),
    CI_RUN_RECORD("ci.run.record"),
    // inner records of decisions, explanations and feedback
    DECISION_RECORD("decision.record", true),
    DECISION_ATTRIBUTES("decision.attributes", true),
    DECISION_CONFLICT("decision.conflict", true),
    EXPLANATION_RECORD("explanation.record", true),
    FEEDBACK_RECORD("feedback.record", true),
    // decisions and explanations, own leaf
    SCHEMA_DEFINE("schema.define"),
    SAMPLING_SET("sampling.set"),
    SEGMENT_WRITE("segment.write"),
    SEGMENT_REWRITE("segment.rewrite"),
    EXPLANATION_REPLAY("explanation.replay"),
    // monitoring
    MONITOR_SET("monitor.set"),
    MONITOR_RESULT("monitor.result"),
    ALERT_FIRE("alert.fire"),
    ALERT_RESOLVE("alert.resolve"),
    ALERT_SILENCE("alert.silence"),
    INCIDENT_OPEN("incident.open"),
    INCIDENT_UPDATE("incident.update"),
    INCIDENT_CLOSE("incident.close"),
    FINDING_OPEN("finding.open"),
    FINDING_CLOSE("finding.close"),
    // deployments
    ENDPOINT_CREATE("endpoint.create"),
    DEPLOY_REQUEST("deploy.request"),
    DEPLOY_CHECK("deploy.check"),
    DEPLOY_START("deploy.start"),
    DEPLOY_LIVE("deploy.live"),
    DEPLOY_FAIL("deploy.fail"),
    DEPLOY_END("deploy.end"),
    DEPLOY_ROLLBACK("deploy.rollback"),
    APPROVAL_REQUEST("approval.request"),
    APPROVAL_GRANT("approval.grant"),
    APPROVAL_REJECT("approval.reject"),
    APPROVAL_VOID("approval.void"),
    POLICY_SET("policy.set"),
    THRESHOLD_SET("threshold.set"),
    // reproduction
    ENVIRONMENT_RECORD("environment.record"),
    REPRODUCE_START("reproduce.start"),
    REPRODUCE_RESULT("reproduce.result"),
    // inner records of access
    AUTHZ_DENIED("authz.denied", true),
    ACCESS_PERSONAL("access.personal", true),
    // access, own leaf
    PRINCIPAL_CREATE("principal.create"),
    PRINCIPAL_UPDATE("principal.update"),
    ROLE_GRANT("role.grant"),
    ROLE_REVOKE("role.revoke"),
    TOKEN_CREATE("token.create"),
    TOKEN_REVOKE("token.revoke"),
    SESSION_REVOKE("session.revoke"),
    AUTH_LOGIN("auth.login"),
    AUTH_FAIL("auth.fail"),
    SECURITY_BLOCK("security.block"),
    // privacy
    SUBJECT_ERASE("subject.erase"),
    SUBJECT_ERASE_REQUEST("subject.erase.request"),
    SUBJECT_ERASE_VERIFY("subject.erase.verify"),
    SUBJECT_ERASE_REFUSE("subject.erase.refuse"),
    SUBJECT_RESTRICT("subject.restrict"),
    SUBJECT_EXPORT("subject.export"),
    SUBJECT_RECTIFY("subject.rectify"),
    CONSENT_RECORD("consent.record"),
    HOLD_PLACE("hold.place"),
    HOLD_RELEASE("hold.release"),
    RETENTION_SET("retention.set"),
    TEXT_ERASE("text.erase"),
    // compliance, reports and importers
    CONTROL_RESULT("control.result"),
    CONTROL_ATTEST("control.attest"),
    WAIVER_GRANT("waiver.grant"),
    REPORT_RENDER("report.render"),
    REPORT_ISSUE("report.issue"),
    IMPORT_COMPLETE("import.complete"),
    // journal and storage
    RECORD_BATCH("record.batch"),
    LEDGER_OPEN("ledger.open"),
    LEDGER_RECOVERY("ledger.recovery"),
    LEDGER_BEACON("ledger.beacon"),
    LEDGER_CLOCK("ledger.clock"),
    LEDGER_REDACT("ledger.redact"),
    KEY_CREATE("key.create"),
    KEY_ROTATE("key.rotate"),
    KEY_DESTROY("key.destroy"),
    CONFIG_CHANGE("config.change"),
    SCHEMA_MIGRATE("schema.migrate"),
    BACKUP_MAKE("backup.make"),
    BACKUP_RESTORE("backup.restore"),
    BLOB_STORE("blob.store"),
    BLOB_SWEEP("blob.sweep"),
    BLOB_SCRUB("blob.scrub"),
    BLOB_CORRUPT("blob.corrupt");

    private static final Map<String, Act> BY_TEXT = new HashMap<>();

    static {
        for (Act act : values()) {
            BY_TEXT.put(act.text, act);
        }
    }

    private final String text;
    private final boolean inner;

    Act(String text) {
        this(text, false);
    }

    Act(String text, boolean inner) {
        this.text = text;
        this.inner = inner;
    }

    /** The act as a submission says it, such as {@code run.log}. */
    public String text() {
        return text;
    }

    /** True if the act occurs only in records of a batch. */
    public boolean isInner() {
        return inner;
    }

    /** True if the earlier states of the rows it changes are emptied with it, so that nobody can read what they held. */
    public boolean erases() {
        return switch (this) {
            case TEXT_ERASE, RUN_PURGE, LOGGED_MODEL_PURGE, EXPERIMENT_PURGE -> true;
            default -> false;
        };
    }

    /** The act with this text; empty if this version does not know it. */
    public static Optional<Act> parse(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }
}
