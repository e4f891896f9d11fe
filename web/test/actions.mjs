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

/**
 * Notes which actions a context's pages make, under the name of the test that runs: those that were carried out, and those that the
 * server refused; of what somebody may not see it says that it is not there.
 */
export const watch = (context, seen, refused, nameOf) => {
  const all = [...actions().keys()]
  const made = new WeakMap()
  context.on('request', (request) => made.set(request, nameOf()))
  context.on('response', (response) => {
    const request = response.request()
    if (request.method() === 'GET') return
    const path = new URL(request.url()).pathname
    const into = response.ok() ? seen : [401, 403, 404].includes(response.status()) ? refused : null
    if (!into) return
    for (const key of all.filter((each) => matches(each, request.method(), path))) {
      const tests = into.get(key) ?? new Set()
      into.set(key, tests.add(made.get(request)))
    }
  })
}
