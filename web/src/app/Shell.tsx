import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { count } from '../parts/format.ts'
import { Icon, ProofGlyph } from '../parts/Icon.tsx'
import { Time } from '../parts/marks.tsx'
import { Failure, Loading } from '../parts/states.tsx'
import { useTheme } from '../parts/useTheme.ts'
import { useRecent } from './recent.ts'
import { SignIn } from './SignIn.tsx'
import { useMay, useSession, useSigning } from './session.ts'
import { applyTheme } from './theme.ts'
import { useArrival } from './useArrival.ts'
import { useConnection } from './useConnection.ts'
import { useHead } from './useHead.ts'
import { useKeys } from './useKeys.ts'
import { pendingApprovals } from './warm.ts'

// Dialogs come when they are first opened.
const Keys = lazy(async () => ({ default: (await import('./Keys.tsx')).Keys }))
const Palette = lazy(async () => ({ default: (await import('./Palette.tsx')).Palette }))

interface Item {
  name: string
  to: string
  icon: string
  needs?: string
}

const NAV: [group: string, items: Item[]][] = [
  ['', [{ name: 'Home', to: '/', icon: 'home' }]],
  [
    'Build',
    [
      { name: 'Experiments', to: '/ui/experiments', icon: 'experiments', needs: 'experiment.read' },
      { name: 'Data', to: '/ui/data', icon: 'data', needs: 'dataset.read' },
      { name: 'Models', to: '/ui/models', icon: 'models', needs: 'model.read' },
    ],
  ],
  [
    'Run',
    [
      { name: 'Approvals', to: '/ui/approvals', icon: 'approvals', needs: 'approval.read' },
      { name: 'Deployments', to: '/ui/deployments', icon: 'deployments', needs: 'deployment.log.read' },
      { name: 'Decisions', to: '/ui/decisions', icon: 'decisions', needs: 'decision.list' },
    ],
  ],
  ['Prove', [{ name: 'Audit', to: '/ui/audit', icon: 'audit' }]],
  ['-', [{ name: 'Admin', to: '/ui/admin', icon: 'admin' }]],
]

export function Shell() {
  const session = useSession()
  const [palette, setPalette] = useState(false)
  const [help, setHelp] = useState(false)
  const navigate = useNavigate()
  const isSlim = useRouterState({ select: (state) => state.location.pathname.startsWith('/ui/thread/') })
  useKeys(
    navigate,
    () => setPalette(true),
    () => setHelp(true),
  )
  useRecent()
  useArrival()
  const { isAway, hasEnded } = useConnection()
  if (session.isPending) return <Loading height={480} />
  if (session.isLoadingError) return <Failure error={session.error} retry={() => void session.refetch()} />
  if (session.data.state === 'anonymous') return <SignIn hasEnded={hasEnded} />
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <div role="status" className="away" hidden={!isAway}>
        {isAway && 'The server does not answer. What you see was read before; the server is asked again every few seconds.'}
      </div>
      <Top onSearch={() => setPalette(true)} onHelp={() => setHelp(true)} />
      <div className={`shell ${isSlim ? 'slim' : ''}`}>
        <Nav />
        <main className="page" id="main" tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <Suspense>
        {palette && <Palette onClose={() => setPalette(false)} onHelp={() => setHelp(true)} />}
        {help && <Keys onClose={() => setHelp(false)} />}
      </Suspense>
    </>
  )
}

function Top({ onSearch, onHelp }: { onSearch: () => void; onHelp: () => void }) {
  const session = useSession().data
  const { signOut } = useSigning()
  const theme = useTheme()
  const [menu, setMenu] = useState(false)
  // The menu closes when a page was chosen.
  const path = useRouterState({ select: (state) => state.location.pathname })
  // The path says that another page was opened
  useEffect(() => setMenu(false), [path])
  const flip = () => {
    applyTheme(theme === 'dark' ? 'light' : 'dark')
  }
  return (
    <>
      <header className="top">
        <Link className="brand" to="/" aria-label="Clew, home">
          <svg
            width="22"
            height="22"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.9"
            strokeLinecap="round"
            aria-hidden="true"
          >
            <circle cx="11" cy="11" r="8.5" />
            <path d="M4.600 7.600c4.600-1 9.800 1.200 13.600 5.400M3 13.600c4.400-1.800 9.400-.6 13.200 3.200M8.400 3.200c3.800.4 7.800 2.600 10.600 6M18.500 15.500c1.300 2.900 2.300 4.700 4 5.700" />
          </svg>
          <b>Clew</b>
        </Link>
        {session?.project && <Where path={session.project} />}
        <button type="button" className="srch" onClick={onSearch}>
          <Icon name="search" />
          <span>Search or jump to a run, model, decision, digest…</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className="tr">
          <Pulse />
          <button
            type="button"
            className="ib"
            aria-label={`Switch to ${theme === 'dark' ? 'light' : 'dark'}`}
            title={`Switch to ${theme === 'dark' ? 'light' : 'dark'}`}
            onClick={flip}
          >
            <Icon name={theme === 'dark' ? 'sun' : 'moon'} size={17} />
          </button>
          <button type="button" className="ib" aria-label="Help and keys" title="Help and keys" onClick={onHelp}>
            <Icon name="help" size={17} />
          </button>
          <span className="who me" title={`${session?.who ?? ''} · ${session?.roles.join(', ') ?? ''}`}>
            <Icon name="person" size={13} />
            {session?.state === 'open' ? 'this machine' : session?.name}
          </span>
          {session?.csrf && (
            <button type="button" className="ib" aria-label="Sign out" title="Sign out" onClick={() => void signOut()}>
              <Icon name="out" size={16} />
            </button>
          )}
        </div>
        <button type="button" className="ib mb" aria-label="Menu" aria-expanded={menu} onClick={() => setMenu(!menu)}>
          <Icon name="menu" size={20} />
        </button>
      </header>
      {menu && (
        <div className="mnav">
          <nav aria-label="Menu">
            <Items />
          </nav>
          <div className="mact">
            <button type="button" className="btn" onClick={onSearch}>
              <Icon name="search" /> Search
            </button>
            <button type="button" className="btn" onClick={flip}>
              <Icon name={theme === 'dark' ? 'sun' : 'moon'} /> {theme === 'dark' ? 'Light' : 'Dark'}
            </button>
            <button type="button" className="btn" onClick={onHelp}>
              <Icon name="help" /> Help
            </button>
            {session?.csrf && (
              <button type="button" className="btn" onClick={() => void signOut()}>
                <Icon name="out" /> Sign out {session.name}
              </button>
            )}
          </div>
        </div>
      )}
    </>
  )
}

/** The workspace that all pages are about. */
function Where({ path }: { path: string }) {
  const [, workspace, project] = path.split('/')
  return (
    <span className="ws" title={path}>
      <span className="vh">Workspace </span>
      {workspace}
      {project && project !== workspace && <span className="m"> / {project}</span>}
    </span>
  )
}

/** Size of the ledger and the age of its last signature. */
function Pulse() {
  const head = useHead()
  if (!head.data) return null
  return (
    <Link className="lg" to="/ui/audit" title={`Last signed checkpoint: ${count(head.data.size)} entries`}>
      <ProofGlyph state="signed" />
      <span className="num">{count(head.data.size)} entries</span>
      <span className="m">
        signed <Time at={head.data.signedAt} />
      </span>
    </Link>
  )
}

function Nav() {
  return (
    <nav className="nav" aria-label="Main">
      <Items />
    </nav>
  )
}

function Items() {
  const path = useRouterState({ select: (state) => state.location.pathname })
  const may = useMay()
  const waiting = useQuery({ ...pendingApprovals, enabled: may('approval.read'), refetchInterval: 30_000 })
  return (
    <>
      {NAV.map(([group, items]) => {
        const shown = items.filter((item) => !item.needs || may(item.needs))
        if (!shown.length) return null
        return (
          <div key={group || 'first'}>
            {group === '-' ? <div className="ng-line" /> : group && <div className="ng">{group}</div>}
            {shown.map((item) => (
              <Link
                key={item.to}
                to={item.to}
                className={`ni ${isCurrent(path, item.to) ? 'on' : ''}`}
                aria-current={isCurrent(path, item.to) ? 'page' : undefined}
                title={item.name}
              >
                <Icon name={item.icon} size={17} />
                <span>{item.name}</span>
                {item.name === 'Approvals' && waiting.data && waiting.data.items.length > 0 && (
                  <span className="cnt">{waiting.data.items.length}</span>
                )}
              </Link>
            ))}
          </div>
        )
      })}
    </>
  )
}

const isCurrent = (path: string, to: string) =>
  to === '/'
    ? path === '/' || path === '/ui/home'
    : path.startsWith(to) || (to === '/ui/experiments' && /^\/ui\/(runs|compare)/.test(path))
