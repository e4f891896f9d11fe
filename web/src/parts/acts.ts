// What entries say of an act: a verb in the past tense, and what kind of thing it was done to.

/** Acts that need no thing: who did it, and this. */
const WHOLE: Record<string, string> = {
  'access.personal': 'read personal data',
  'auth.fail': 'failed to sign in',
  'auth.login': 'signed in',
  'authz.denied': 'was refused something',
  'config.change': 'changed settings',
  'ledger.clock': 'noted the clock',
  'ledger.open': 'opened the log',
  'ledger.recovery': 'recovered the log',
  'policy.set': 'set a policy',
  'record.batch': 'recorded a batch of decisions and feedback',
  'subject.erase': 'erased a person',
  'subject.erase.refuse': 'refused to erase a person',
  'subject.erase.request': 'asked to erase a person',
  'subject.erase.verify': 'checked that a person is erased',
  'subject.export': 'exported what is held of a person',
  'subject.rectify': 'corrected what is held of a person',
  'subject.restrict': 'restricted what is held of a person',
  'text.erase': 'erased a text',
}

/** Acts done to a thing, which is named after the words. */
const DONE_TO: Record<string, string> = {
  'alert.fire': 'raised',
  'approval.grant': 'approved',
  'approval.reject': 'rejected',
  'approval.request': 'asked for',
  'approval.void': 'voided',
  'artifact.delete': 'deleted files of',
  'artifact.store': 'stored a file of',
  'dataset.tag': 'tagged',
  'dataset.version.add': 'added',
  'decision.attributes': 'added attributes to',
  'deploy.check': 'checked',
  'deploy.end': 'took down',
  'deploy.fail': 'reported the failure of',
  'deploy.live': 'made live',
  'deploy.request': 'asked for',
  'deploy.rollback': 'rolled back',
  'deploy.start': 'started',
  'environment.record': 'recorded',
  'finding.open': 'noted a finding about',
  'model.alias.delete': 'took away an alias of',
  'model.alias.set': 'moved an alias of',
  'model.version.delete': 'deleted',
  'model.version.register': 'registered',
  'model.version.transition': 'moved the stage of',
  'role.grant': 'granted a role to',
  'role.revoke': 'took a role from',
  'run.create': 'began',
  'run.log': 'logged to',
  'schema.define': 'declared the features of',
  'session.revoke': 'ended a session of',
  'token.create': 'issued a token for',
  'token.revoke': 'revoked a token of',
  'trace.log': 'logged spans to',
}

/** For acts that say no more than their last word: create, delete, restore and the like. */
const LAST: Record<string, string> = {
  add: 'added',
  close: 'closed',
  complete: 'completed',
  create: 'made',
  delete: 'deleted',
  destroy: 'destroyed',
  issue: 'issued',
  open: 'opened',
  place: 'placed',
  purge: 'purged',
  record: 'recorded',
  release: 'released',
  restore: 'restored',
  set: 'set',
  store: 'stored',
  update: 'changed',
}

export const actWords = (act: string): string =>
  WHOLE[act] ?? DONE_TO[act] ?? LAST[act.slice(act.lastIndexOf('.') + 1)] ?? act.replace(/[.-]/g, ' ')

const KINDS: Record<string, string> = {
  approval: 'an approval',
  artifact: 'an artifact',
  environment: 'an environment',
  endpoint: 'an endpoint',
  experiment: 'an experiment',
  explanation: 'an explanation',
  principal: 'an account',
}

/** What kind of thing a reference names, with its article; nothing where the act says all. */
export const thingWords = (act: string, resource: string | undefined): string | null => {
  if (!resource || act in WHOLE) return null
  const kind = resource.slice(0, resource.indexOf(':'))
  return KINDS[kind] ?? `a ${kind.replace(/-/g, ' ')}`
}
