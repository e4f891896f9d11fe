// Types of the native interface, written from the server's own OpenAPI document: CLEW_URL=http://127.0.0.1:7070 npm run types
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('src/api/schema.ts', import.meta.url))

const HEAD = `// Written by types.mjs from GET /api/clew/v1/openapi.json; the tests of the pages say when it is not what the server says.
// What is not always there is left out of an answer: it is undefined, never null.
`

const isName = (key) => /^[A-Za-z_$][\w$]*$/.test(key)

const typeOf = (schema) => {
  if (schema.$ref) return schema.$ref.split('/').at(-1)
  if (schema.enum) return schema.enum.map((each) => `'${each}'`).join(' | ')
  if (schema.oneOf) return schema.oneOf.map(typeOf).join(' | ')
  switch (schema.type) {
    case 'string':
    case 'boolean':
      return schema.type
    case 'integer':
    case 'number':
      return 'number'
    case 'array': {
      const item = schema.items ? typeOf(schema.items) : 'unknown'
      return /[ |]/.test(item) ? `(${item})[]` : `${item}[]`
    }
    case 'object':
      if (schema.additionalProperties) return `Record<string, ${typeOf(schema.additionalProperties)}>`
      return schema.properties ? `{ ${fieldsOf(schema).join('; ')} }` : 'Record<string, unknown>'
    default:
      return 'unknown'
  }
}

const fieldsOf = ({ properties = {}, required = [] }) =>
  Object.entries(properties).map(([key, schema]) => {
    const name = isName(key) ? key : `'${key}'`
    return required.includes(key) ? `${name}: ${typeOf(schema)}` : `${name}?: ${typeOf(schema)} | undefined`
  })

/** The types as text. @param document of OpenAPI */
export const written = (document) =>
  [
    HEAD,
    ...Object.entries(document.components.schemas).map(
      ([name, schema]) => `export interface ${name} {\n${fieldsOf(schema).map((field) => `  ${field}\n`).join('')}}\n`,
    ),
  ].join('\n')

export const kept = () => readFileSync(FILE, 'utf8')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = await (await fetch(`${process.env.CLEW_URL}/api/clew/v1/openapi.json`)).json()
  writeFileSync(FILE, written(document))
}
