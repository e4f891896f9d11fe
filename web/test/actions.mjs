// Every call by which a page changes something, found in its source; and which of them a test was seen to make.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const SRC = fileURLToPath(new URL('../src', import.meta.url))
const CALL = /\b(post|put|patch|del)(?:<(?:[^<>()]|<[^<>]*>)*>)?\(\s*`([^`]+)`/g
const METHODS = { post: 'POST', put: 'PUT', patch: 'PATCH', del: 'DELETE' }

const pathOf = (template) =>
  template
    .replace('${native}', '/api/clew/v1')
    .replace('${mlflow}', '/ajax-api/2.0/mlflow')
    .replace(/\$\{query\([^`]*$/, '')
    .replace(/\$\{[^}]*\}/g, '*')

/** `METHOD path` of each call, with the files it stands in. */
export const actions = () => {
  const found = new Map()
  for (const file of readdirSync(SRC, { recursive: true }).filter((name) => /\.tsx?$/.test(name)).sort()) {
    for (const [, verb, template] of readFileSync(join(SRC, file), 'utf8').matchAll(CALL)) {
      const key = `${METHODS[verb]} ${pathOf(template)}`
      found.set(key, [...(found.get(key) ?? []), relative(SRC, join(SRC, file))])
    }
  }
  return found
}

const matches = (key, method, path) => {
  const [verb, template] = key.split(' ')
  const pattern = template.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return verb === method && new RegExp(`^${pattern.join('[^/]+')}$`).test(path)
}

/** Notes which actions a context's pages make, under the name of the test that runs. */
export const watch = (context, seen, nameOf) => {
  const all = [...actions().keys()]
  context.on('request', (request) => {
    if (request.method() === 'GET') return
    const path = new URL(request.url()).pathname
    for (const key of all.filter((each) => matches(each, request.method(), path))) {
      const tests = seen.get(key) ?? new Set()
      seen.set(key, tests.add(nameOf()))
    }
  })
}
