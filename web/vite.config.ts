import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// Assets are hashed and immutable; nothing is inlined, so that the page's content policy needs no exception.
export default defineConfig({
  plugins: [react()],
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, cssCodeSplit: false, target: 'es2023' },
  server: { proxy: { '/api': 'http://127.0.0.1:7070', '/ajax-api': 'http://127.0.0.1:7070', '/ledger': 'http://127.0.0.1:7070' } },
})
