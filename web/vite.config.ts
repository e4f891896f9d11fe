import { fileURLToPath } from 'node:url'
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

// Assets are hashed and immutable; nothing is inlined, so that the page's content policy needs no exception.
export default defineConfig({
  plugins: [react(), early],
  build: {
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    target: 'es2023',
    rollupOptions: { input: { index: at('./index.html'), early: at('./src/early.ts') } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:7070', '/ajax-api': 'http://127.0.0.1:7070', '/ledger': 'http://127.0.0.1:7070' } },
})
