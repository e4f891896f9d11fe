// Light or dark: what the person chose, else what the system prefers.

const KEY = 'clew-theme'

export const chosen = (): 'light' | 'dark' => {
  const kept = localStorage.getItem(KEY)
  return kept === 'light' || kept === 'dark' ? kept : matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
}

export const applyTheme = (next?: 'light' | 'dark') => {
  if (next) localStorage.setItem(KEY, next)
  document.documentElement.dataset.theme = chosen()
}
