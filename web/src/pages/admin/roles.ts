// Codes of the roles, each with its name.

export const ROLES: [string, string][] = [
  ['VW', 'viewer'],
  ['DS', 'data scientist'],
  ['DE', 'data engineer'],
  ['RV', 'reviewer'],
  ['AP', 'approver'],
  ['DP', 'deployer'],
  ['OP', 'operator'],
  ['CW', 'case worker'],
  ['AU', 'auditor'],
  ['PO', 'privacy officer'],
  ['CO', 'compliance officer'],
  ['SA', 'security administrator'],
  ['PA', 'platform administrator'],
  ['KC', 'key custodian'],
  ['Si', 'ingesting service'],
  ['Ss', 'serving service'],
  ['Sc', 'CI service'],
]
