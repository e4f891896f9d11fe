import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { get, mlflow, native, type Page, post, query } from '../api/client.ts'
import type { Dataset, MlExperiment, MlModel, MlRun } from '../api/types.ts'
import { Icon } from '../parts/Icon.tsx'
import { recent } from './recent.ts'
import { useMay, useSession, useSigning } from './session.ts'
import { applyTheme, chosen } from './theme.ts'

interface Hit {
  kind: string
  title: string
  hint: string
  /** Where it leads, or what it does. */
  to: string
  act?: () => void
}

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

const like = (text: string) => text.replace(/[%_\\']/g, '')

const MOST = 30

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
  const found = useQuery({
    queryKey: ['search', words],
    enabled: words.trim().length > 1,
    queryFn: () => search(words.trim(), may),
  })
  const named = (hit: Hit) => hit.title.toLowerCase().includes(words.toLowerCase())
  const visited = recent().map(({ to, title }): Hit => ({ kind: 'audit', title, hint: 'recent', to }))
  const hits = [...visited.filter(named), ...PAGES.filter(named), ...commands.filter(named), ...(found.data ?? [])].slice(0, MOST)
  const open = (hit: Hit | undefined) => {
    if (!hit) return
    onClose()
    if (hit.act) hit.act()
    else void navigate({ to: hit.to })
  }
  return (
    <dialog ref={dialog} className="dialog palette" onClose={onClose} aria-label="Search">
      <input
        role="combobox"
        aria-expanded="true"
        aria-controls="hits"
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
      <div className="hits" id="hits" role="listbox" aria-label="Found">
        {hits.map((hit, i) => (
          <div key={hit.to + hit.title} role="option" aria-selected={i === at}>
            <button type="button" tabIndex={-1} onClick={() => open(hit)}>
              <Icon name={hit.kind} />
              <span>{hit.title}</span>
              <span className="m s">{hit.hint}</span>
            </button>
          </div>
        ))}
        {hits.length === 0 && <div className="empty">{found.isFetching ? 'Searching…' : 'Nothing has this name or id.'}</div>}
      </div>
    </dialog>
  )
}

async function search(words: string, may: (permission: string) => boolean): Promise<Hit[]> {
  const hits: Promise<Hit[]>[] = []
  const quiet = (work: Promise<Hit[]>) => hits.push(work.catch(() => []))
  if (may('experiment.read')) {
    quiet(
      get<{ experiments?: MlExperiment[] }>(
        `${mlflow}/experiments/search${query({ max_results: 5, filter: `name ILIKE '%${like(words)}%'` })}`,
      ).then((r) =>
        (r.experiments ?? []).map((e) => ({
          kind: 'experiment',
          title: e.name,
          hint: 'experiment',
          to: `/ui/experiments/${e.experiment_id}`,
        })),
      ),
    )
  }
  if (may('run.list')) {
    if (/^[0-9a-f]{32}$/.test(words))
      quiet(
        get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${words}`).then(({ run }) => [
          { kind: 'run', title: run.info.run_name, hint: 'run', to: `/ui/runs/${run.info.run_id}` },
        ]),
      )
    quiet(
      get<{ experiments?: MlExperiment[] }>(`${mlflow}/experiments/search?max_results=50`)
        .then((r) =>
          post<{ runs?: MlRun[] }>(`${mlflow}/runs/search`, {
            experiment_ids: (r.experiments ?? []).map((e) => e.experiment_id),
            filter: `attributes.run_name ILIKE '%${like(words)}%'`,
            max_results: 5,
          }),
        )
        .then((r) =>
          (r.runs ?? []).map((run) => ({
            kind: 'run',
            title: run.info.run_name,
            hint: 'run',
            to: `/ui/runs/${run.info.run_id}`,
          })),
        ),
    )
  }
  if (may('model.read'))
    quiet(
      get<{ registered_models?: MlModel[] }>(
        `${mlflow}/registered-models/search${query({ max_results: 5, filter: `name ILIKE '%${like(words)}%'` })}`,
      ).then((r) =>
        (r.registered_models ?? []).map((m) => ({
          kind: 'model',
          title: m.name,
          hint: 'model',
          to: `/ui/models/${encodeURIComponent(m.name)}`,
        })),
      ),
    )
  if (may('dataset.read'))
    quiet(
      get<Page<Dataset>>(`${native}/datasets?limit=1000`).then((r) =>
        r.items
          .filter((d) => d.name.toLowerCase().includes(words.toLowerCase()) || d.latest?.digest.startsWith(words))
          .slice(0, 5)
          .map((d) => ({ kind: 'dataset', title: d.name, hint: 'data set', to: `/ui/data/${encodeURIComponent(d.name)}` })),
      ),
    )
  if (may('decision.list'))
    hits.push(
      Promise.resolve([
        { kind: 'decision', title: words, hint: 'open as decision', to: `/ui/decisions/${encodeURIComponent(words)}` },
      ]),
    )
  const all = await Promise.all(hits)
  return all.flat()
}
