import type { MlRun } from '../../api/types.ts'

/** The first of these tags that the run has. */
export const tagOf = (run: MlRun, ...keys: string[]) =>
  keys.map((key) => run.data.tags?.find((tag) => tag.key === key)?.value).find((value) => value !== undefined && value !== '')
