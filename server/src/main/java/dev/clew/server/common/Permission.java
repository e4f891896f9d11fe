package dev.clew.server.common;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the gate asks for: the closed list of permissions. What entries say is the other enum, {@link dev.clew.ledger.encoding.Act}. */
public enum Permission {
    EXPERIMENT_READ("experiment.read"),
    EXPERIMENT_WRITE("experiment.write"),
    EXPERIMENT_DELETE("experiment.delete"),
    RUN_LIST("run.list"),
    RUN_READ("run.read"),
    METRIC_READ("metric.read"),
    PARAM_READ("param.read"),
    RUN_WRITE("run.write"),
    RUN_DELETE("run.delete"),
    TRACE_READ("trace.read"),
    TRACE_WRITE("trace.write"),
    IMPORT_RUN("import.run"),
    ARTIFACT_READ("artifact.read"),
    ARTIFACT_WRITE("artifact.write"),
    DATASET_READ("dataset.read"),
    DATASET_SAMPLE("dataset.sample"),
    DATASET_WRITE("dataset.write"),
    DATASET_VERSION_WRITE("dataset.version.write"),
    EXPECTATION_WRITE("expectation.write"),
    DATASET_TAG_PII("dataset.tag_pii"),
    DATASET_SET_PURPOSE("dataset.set_purpose"),
    DATASET_SET_LEGAL_BASIS("dataset.set_legal_basis"),
    LINEAGE_READ("lineage.read"),
    LINEAGE_WRITE("lineage.write"),
    MODEL_LIST("model.list"),
    MODEL_READ("model.read"),
    MODEL_REGISTER("model.register"),
    MODEL_CARD_EDIT("model.card.edit"),
    MODEL_WRITE("model.write"),
    MODEL_DELETE("model.delete"),
    MODEL_ALIAS_SET("model.alias.set"),
    MODEL_STAGE_SET("model.stage.set"),
    VALIDATION_WRITE("validation.write"),
    APPROVAL_READ("approval.read"),
    APPROVAL_REQUEST("approval.request"),
    APPROVAL_APPROVE("approval.approve"),
    APPROVAL_REJECT("approval.reject"),
    POLICY_READ("policy.read"),
    POLICY_WRITE("policy.write"),
    ENDPOINT_WRITE("endpoint.write"),
    DEPLOYMENT_READ("deployment.read"),
    DEPLOYMENT_LOG_READ("deployment.log.read"),
    DEPLOYMENT_EXECUTE("deployment.execute"),
    DEPLOYMENT_ROLLBACK("deployment.rollback"),
    DEPLOYMENT_KILL("deployment.kill"),
    DECISION_APPEND("decision.append"),
    DECISION_SCHEMA_WRITE("decision.schema.write"),
    DECISION_LIST("decision.list"),
    DECISION_READ("decision.read"),
    DECISION_REVEAL("decision.reveal"),
    DECISION_OVERRIDE("decision.override"),
    EXPLANATION_READ("explanation.read"),
    EXPLANATION_COMPUTE("explanation.compute"),
    EXPLANATION_RERUN("explanation.rerun"),
    EXPLANATION_LETTER_ISSUE("explanation.letter.issue"),
    FEEDBACK_READ("feedback.read"),
    FEEDBACK_WRITE("feedback.write"),
    MONITOR_READ("monitor.read"),
    MONITOR_CONFIGURE("monitor.configure"),
    MONITOR_LOOSEN("monitor.loosen"),
    ALERT_ACK("alert.ack"),
    INCIDENT_WRITE("incident.write"),
    INCIDENT_CLOSE("incident.close"),
    DEADLINE_WAIVE("deadline.waive"),
    FAIRNESS_RUN("fairness.run"),
    SUBJECT_LOOKUP("subject.lookup"),
    SUBJECT_EXPORT("subject.export"),
    SUBJECT_RESTRICT("subject.restrict"),
    SUBJECT_OBJECT("subject.object"),
    SUBJECT_RECTIFY("subject.rectify"),
    SUBJECT_ERASE_REQUEST("subject.erase.request"),
    SUBJECT_ERASE("subject.erase"),
    TEXT_ERASE("text.erase"),
    LEDGER_REDACT("ledger.redact"),
    LEGALHOLD_SET("legalhold.set"),
    LEGALHOLD_RELEASE("legalhold.release"),
    CONSENT_READ("consent.read"),
    CONSENT_WRITE("consent.write"),
    RETENTION_POLICY_WRITE("retention.policy.write"),
    CONTROL_CATALOGUE_WRITE("control.catalogue.write"),
    WAIVER_GRANT("waiver.grant"),
    CONTROL_ATTEST("control.attest"),
    CONTROL_RESULT_READ("control.result.read"),
    REPORT_RUN("report.run"),
    REPORT_READ("report.read"),
    REPORT_SCHEDULE("report.schedule"),
    REPORT_DELIVER("report.deliver"),
    AUDIT_READ("audit.read"),
    AUDIT_VERIFY("audit.verify"),
    AUDIT_PROOF_EXPORT("audit.proof.export"),
    PRINCIPAL_READ("principal.read"),
    PRINCIPAL_WRITE("principal.write"),
    ROLE_GRANT("role.grant"),
    ROLE_GRANT_PRIVILEGED("role.grant.privileged"),
    TOKEN_CREATE("token.create"),
    TOKEN_REVOKE_OWN("token.revoke.own"),
    TOKEN_REVOKE("token.revoke"),
    SESSION_REVOKE_OWN("session.revoke.own"),
    SESSION_REVOKE("session.revoke"),
    IDP_CONFIGURE("idp.configure"),
    INSTANCE_CONFIG("instance.config"),
    INSTANCE_UPGRADE("instance.upgrade"),
    INSTANCE_STORAGE("instance.storage"),
    BACKUP_RUN("backup.run"),
    BACKUP_RESTORE("backup.restore"),
    OUTBOUND_ALLOW("outbound.allow"),
    WEBHOOK_HOST_ALLOW("webhook.host.allow"),
    WEBHOOK_WRITE("webhook.write"),
    KEY_ROTATE("key.rotate"),
    KEY_DESTROY("key.destroy"),
    KEY_PROVIDER_CHANGE("key.provider.change");

    private static final Map<String, Permission> BY_TEXT =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Permission::text, Function.identity()));

    private final String text;

    Permission(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public static Optional<Permission> parse(String text) {
        return Optional.ofNullable(BY_TEXT.get(text));
    }
}
