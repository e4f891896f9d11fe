import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem, toldInPage } from './api/client.ts'
import { router } from './app/routes.tsx'
import { sessionQuery } from './app/session.ts'
import { applyTheme } from './app/theme.ts'
import { warm } from './app/warm.ts'
import './style/fonts.css'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/marks.css'
import './style/cards.css'
import './style/layout.css'
import './style/buttons.css'
import './style/fields.css'
import './style/dialogs.css'
import './style/tables.css'
import './style/thread.css'
import './style/charts.css'
import './style/waterfall.css'
import './style/answer.css'
import './style/proof.css'
import './style/compare.css'
import './style/data.css'
import './style/narrow.css'

applyTheme()

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
  },
})

const told = toldInPage()
if (told) client.setQueryData(sessionQuery.queryKey, told)
void warm(client).catch(() => undefined)

const draw = () => {
  const root = document.getElementById('app')
  if (!root) return
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  )
}
// The first page is here already: matched before it is drawn, it is drawn once.
if (location.pathname === '/') void router.load().finally(draw)
else draw()
