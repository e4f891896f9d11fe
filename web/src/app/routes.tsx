import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Home } from '../pages/home/Home.tsx'
import { Failure } from '../parts/states.tsx'
import { NotFound } from './NotFound.tsx'
import { parseSearch, stringifySearch } from './query.ts'
import { Shell } from './Shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

type Search = Record<string, string | number | undefined>
const anything = (search: Record<string, unknown>): Search => search as Search

const page = (path: string, load: () => Promise<Record<string, unknown>>, name: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: anything,
    // Pages are loaded when they are first opened.
    component: lazyRouteComponent(load as () => Promise<Record<string, React.ComponentType>>, name),
  })

const routes = [
  // The first page comes with the rest of what is needed first.
  createRoute({ getParentRoute: () => root, path: '/', validateSearch: anything, component: Home }),
  createRoute({ getParentRoute: () => root, path: '/ui/home', validateSearch: anything, component: Home }),
  page('/ui/experiments', () => import('../pages/Experiments.tsx'), 'Experiments'),
  page('/ui/experiments/$id', () => import('../pages/runs/RunsPage.tsx'), 'RunsPage'),
  page('/ui/compare', () => import('../pages/compare/Compare.tsx'), 'Compare'),
  page('/ui/runs/$id', () => import('../pages/run/Run.tsx'), 'Run'),
  page('/ui/data', () => import('../pages/data/Data.tsx'), 'Data'),
  page('/ui/data/$name', () => import('../pages/data/Data.tsx'), 'DataSet'),
  page('/ui/models', () => import('../pages/Models.tsx'), 'Models'),
  page('/ui/models/$name', () => import('../pages/version/ModelPage.tsx'), 'Model'),
  page('/ui/models/$name/compare', () => import('../pages/version/CompareVersions.tsx'), 'CompareVersions'),
  page('/ui/models/$name/$version', () => import('../pages/version/ModelVersion.tsx'), 'ModelVersion'),
  page('/ui/approvals', () => import('../pages/approvals/Approvals.tsx'), 'Approvals'),
  page('/ui/deployments', () => import('../pages/Deployments.tsx'), 'Deployments'),
  page('/ui/decisions', () => import('../pages/decisions/Decisions.tsx'), 'Decisions'),
  page('/ui/decisions/$id', () => import('../pages/decision/DecisionPage.tsx'), 'DecisionPage'),
  page('/ui/verify', () => import('../pages/Verify.tsx'), 'Verify'),
  page('/ui/verify/$id', () => import('../pages/Verify.tsx'), 'Verify'),
  page('/ui/thread/$kind/$id', () => import('../pages/thread/ThreadPage.tsx'), 'ThreadPage'),
  page('/ui/audit', () => import('../pages/audit/Audit.tsx'), 'Audit'),
  page('/ui/admin', () => import('../pages/admin/Admin.tsx'), 'Admin'),
]

/** A page that failed, or whose code is no longer there since the server was renewed: loaded anew, it has what it needs. */
const Broken = ({ error }: { error: unknown }) => <Failure error={error} retry={() => location.reload()} />

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultErrorComponent: Broken,
})
