import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../parts/Icon.tsx'
import { find, type Hit } from './finders.ts'
import { recent } from './recent.ts'
import { useMay, useSession, useSigning } from './session.ts'
import { applyTheme, chosen } from './theme.ts'

const PAGES: Hit[] = [
  ['Home', '/'],
  ['Experiments', '/ui/experiments'],
  ['Data', '/ui/data'],
  ['Models', '/ui/models'],
  ['Approvals', '/ui/approvals'],
  ['Deployments', '/ui/deployments'],
  ['Decisions', '/ui/decisions'],
  ['Audit', '/ui/audit'],
  ['Verify a file', '/ui/verify'],
  ['Admin', '/ui/admin'],
].map(([title = '', to = '']) => ({ kind: 'link', title, hint: 'page', to }))

const MOST = 30
/** Whoever types is asked for when he rests. */
const RESTS = 120

/** Jumps to anything by name or id, to what was open before, and does what the bar above does. */
export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const navigate = useNavigate()
  const may = useMay()
  const session = useSession().data
  const { signOut } = useSigning()
  const theme = chosen() === 'dark' ? 'light' : 'dark'
  const commands: Hit[] = [
    {
      kind: theme === 'dark' ? 'moon' : 'sun',
      title: `Switch to ${theme}`,
      hint: 'command',
      to: '#theme',
      act: () => applyTheme(theme),
    },
    {
      kind: 'copy',
      title: 'Copy the link to this page',
      hint: 'command',
      to: '#copy',
      act: () => void navigator.clipboard?.writeText(location.href),
    },
    { kind: 'help', title: 'Show the keys', hint: 'command', to: '#keys', act: onHelp },
    ...(session?.csrf ? [{ kind: 'out', title: 'Sign out', hint: 'command', to: '#out', act: () => void signOut() }] : []),
  ]
  const [words, setWords] = useState('')
  const [at, setAt] = useState(0)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const asked = useRested(words.trim())
  const found = useQuery({
    queryKey: ['search', asked],
    enabled: asked.length > 1,
    queryFn: () => find(asked, may),
  })
  const isSearching = words.trim().length > 1 && (found.isFetching || asked !== words.trim())
  const named = (hit: Hit) => hit.title.toLowerCase().includes(words.toLowerCase())
  const visited = recent().map(({ to, title }): Hit => ({ kind: 'audit', title, hint: 'recent', to }))
  const groups = [
    ['Recent', visited.filter(named)],
    ['Pages', PAGES.filter(named)],
    ['Records', asked === words.trim() ? (found.data ?? []) : []],
    ['Commands', commands.filter(named)],
  ] as const
  const hits = groups.flatMap(([, all]) => all).slice(0, MOST)
  const place = (hit: Hit) => hits.indexOf(hit)
  const open = (hit: Hit | undefined) => {
    if (!hit) return
    onClose()
    if (hit.act) hit.act()
    else void navigate({ to: hit.to, search: hit.search ?? {} })
  }
  return (
    <dialog ref={dialog} className="dialog palette" onClose={onClose} aria-label="Search">
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="hits"
        aria-activedescendant={hits[at] ? `hit-${at}` : undefined}
        aria-autocomplete="list"
        aria-label="Search"
        placeholder="Name, id or digest"
        value={words}
        onChange={(e) => {
          setWords(e.target.value)
          setAt(0)
        }}
        onKeyDown={(e) => {
          if (e.key === 'ArrowDown') setAt(Math.min(at + 1, hits.length - 1))
          else if (e.key === 'ArrowUp') setAt(Math.max(at - 1, 0))
          else if (e.key === 'Enter') open(hits[at])
          else return
          e.preventDefault()
        }}
      />
      <div className="hits">
        <div id="hits" role="listbox" aria-label="Found">
          {groups.map(
            ([title, all]) =>
              all.some((hit) => place(hit) >= 0) && (
                <div key={title} role="group" aria-label={title}>
                  <div className="ng" aria-hidden="true">
                    {title}
                  </div>
                  {all
                    .filter((hit) => place(hit) >= 0)
                    .map((hit) => (
                      <Option
                        key={hit.to + hit.title}
                        hit={hit}
                        place={place(hit)}
                        isAt={place(hit) === at}
                        onOpen={() => open(hit)}
                      />
                    ))}
                </div>
              ),
          )}
        </div>
        <div role="status" className="empty s" hidden={hits.length > 0 && !isSearching}>
          {isSearching ? 'Searching…' : hits.length === 0 && 'Nothing has this name or id.'}
        </div>
      </div>
    </dialog>
  )
}

function Option({ hit, place, isAt, onOpen }: { hit: Hit; place: number; isAt: boolean; onOpen: () => void }) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isAt) box.current?.scrollIntoView({ block: 'nearest' })
  }, [isAt])
  return (
    <div ref={box} id={`hit-${place}`} className="hit" role="option" aria-selected={isAt}>
      <button type="button" tabIndex={-1} onClick={onOpen}>
        <Icon name={hit.kind} />
        <span>{hit.title}</span>
        <span className="m s">{hit.hint}</span>
      </button>
    </div>
  )
}

/** What was typed, once nothing more is. */
const useRested = (words: string) => {
  const [rested, setRested] = useState(words)
  useEffect(() => {
    const timer = setTimeout(() => setRested(words), RESTS)
    return () => clearTimeout(timer)
  }, [words])
  return rested
}
