// What a model takes and gives, as `MLmodel` tells it beside the model.

export interface Column {
  name: string
  type: string
  isRequired: boolean
}

export interface Signature {
  inputs: Column[]
  outputs: Column[]
  params: Column[]
}

const PARTS = ['inputs', 'outputs', 'params'] as const

/** The signature in the text of an `MLmodel`: each part is JSON in a quoted text, which may be folded over lines. Null without one. */
export const signatureOf = (mlmodel: string): Signature | null => {
  const at = mlmodel.search(/^signature:\s*$/m)
  if (at < 0) return null
  const found: Signature = { inputs: [], outputs: [], params: [] }
  for (const part of PARTS) {
    const quoted = mlmodel.slice(at).match(new RegExp(`^ {2}${part}: '((?:[^']|'')*)'`, 'm'))?.[1]
    if (!quoted) continue
    try {
      const columns = JSON.parse(quoted.replace(/\n\s+/g, ' ').replace(/''/g, "'"))
      if (Array.isArray(columns)) found[part] = columns.map(columnOf)
    } catch {
      // a form that this reader does not know: the file itself tells
    }
  }
  return found
}

interface Told {
  name?: unknown
  type?: unknown
  required?: boolean
  'tensor-spec'?: { dtype?: unknown; shape?: unknown }
}

const columnOf = (told: Told): Column => ({
  name: told.name === undefined ? '' : String(told.name),
  type: told['tensor-spec']
    ? `${String(told['tensor-spec'].dtype)} ${JSON.stringify(told['tensor-spec'].shape)}`
    : typeof told.type === 'string'
      ? told.type
      : JSON.stringify(told.type),
  isRequired: told.required !== false,
})
