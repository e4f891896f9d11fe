// A server of a test's own, empty when it starts.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const LAUNCHER = process.env.CLEW_LAUNCHER ?? fileURLToPath(new URL('../../../clew', import.meta.url))

/** Starts a process of the server and waits until it takes requests. */
const started = async (data, port, settings) => {
  // What tests are told in the environment would be settings to the server.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CLEW_') || name === 'CLEW_JAVA_OPTS'))
  const server = spawn(LAUNCHER, ['serve', '--data', join(data, 'data'), '--port', `${port}`, '--set', `ledger.anchor_file=${join(data, 'anchor')}`, ...settings.flatMap((each) => ['--set', each])], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise((done) => server.once('exit', done))
  let said = ''
  server.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const url = await new Promise((done, fail) => {
    server.stdout.setEncoding('utf8').on('data', (text) => {
      said += text
      const ready = /Clew is ready at (\S+)/.exec(said)
      if (ready) done(ready[1])
    })
    server.once('exit', () => fail(new Error(`The server ended:\n${said}`)))
  })
  return {
    url,
    end: async () => {
      server.kill()
      await ended
    },
  }
}

/** A server of its own, which can be stopped, and started again where it was. */
export const serve = async (...settings) => {
  const data = mkdtempSync(join(tmpdir(), 'clew-own-'))
  let server = await started(data, 0, settings)
  const { url } = server
  return {
    url,
    /** By which the first user is made. */
    token: () => readFileSync(join(data, 'data/keys/bootstrap.token'), 'utf8').trim(),
    stop: () => server.end(),
    startAgain: async () => {
      server = await started(data, new URL(url).port, settings)
    },
    close: async () => {
      await server.end()
      rmSync(data, { recursive: true, force: true })
    },
  }
}
