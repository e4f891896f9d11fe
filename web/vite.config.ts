import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Puts what asks early into the page as a plain script, which runs before any module is looked at. */
const early: Plugin = {
  name: 'early',
  transformIndexHtml: {
    order: 'post',
    handler: (html, { bundle }) => {
      const file = Object.values(bundle ?? {}).find((each) => each.type === 'chunk' && each.name === 'early')?.fileName
      return html.replace('<!-- early -->', file ? `<script src="/${file}"></script>` : '')
    },
  },
}

/** Below this a compressed file saves nothing. */
const WORTH_COMPRESSING = 1_000

/** Lays each asset beside itself as gzip, so that the server compresses nothing while somebody waits for a page. */
const compressed: Plugin = {
  name: 'compressed',
  // Of what was written, since others still change it while the bundle is made.
  writeBundle({ dir = '' }, bundle) {
    for (const name of Object.keys(bundle).filter((each) => /\.(js|css|svg)$/.test(each))) {
      const source = readFileSync(join(dir, name))
      if (source.length >= WORTH_COMPRESSING) writeFileSync(join(dir, `${name}.gz`), gzipSync(source, { level: 9 }))
    }
  },
}

// Assets are hashed and immutable; nothing is inlined, so that the page's content policy needs no exception.
export default defineConfig({
  plugins: [react(), early, compressed],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    target: 'es2023',
    rolldownOptions: {
      input: { index: at('./index.html'), early: at('./src/early.ts') },
      // What every page needs comes as one file: a browser asks a server for six things at once, and the first data is among them.
      output: { codeSplitting: { groups: [{ name: 'app', tags: ['$initial'], test: /(?<!early\.ts)$/ }] } },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7070', '/ajax-api': 'http://127.0.0.1:7070', '/ledger': 'http://127.0.0.1:7070' } },
})
