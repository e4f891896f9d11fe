import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Home } from '../pages/home/Home.tsx'
import { Broken } from './Broken.tsx'
import { codeOf } from './code.ts'
import { NotFound } from './NotFound.tsx'
import { parseSearch, stringifySearch } from './query.ts'
import { Shell } from './Shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound })

type Search = Record<string, string | number | undefined>
const anything = (search: Record<string, unknown>): Search => search as Search

const page = (path: string, load: () => Promise<Record<string, unknown>>, name: string, title: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: anything,
    // Pages are loaded when they are first opened.
    component: lazyRouteComponent(codeOf(load) as () => Promise<Record<string, React.ComponentType>>, name),
    errorComponent: ({ error }) => <Broken title={title} error={error} />,
  })

const routes = [
  // The first page comes with the rest of what is needed first.
  createRoute({ getParentRoute: () => root, path: '/', validateSearch: anything, component: Home }),
  createRoute({ getParentRoute: () => root, path: '/ui/home', validateSearch: anything, component: Home }),
  page('/ui/experiments', () => import('../pages/Experiments.tsx'), 'Experiments', 'Experiments'),
  page('/ui/experiments/$id', () => import('../pages/runs/RunsPage.tsx'), 'RunsPage', 'Experiment'),
  page('/ui/compare', () => import('../pages/compare/Compare.tsx'), 'Compare', 'Compare runs'),
  page('/ui/runs/$id', () => import('../pages/run/Run.tsx'), 'Run', 'Run'),
  page('/ui/data', () => import('../pages/data/Data.tsx'), 'Data', 'Data'),
  page('/ui/data/$name', () => import('../pages/data/Data.tsx'), 'DataSet', 'Data set'),
  page('/ui/models', () => import('../pages/Models.tsx'), 'Models', 'Models'),
  page('/ui/models/$name', () => import('../pages/version/ModelPage.tsx'), 'Model', 'Model'),
  page(
    '/ui/models/$name/compare',
    () => import('../pages/version/CompareVersions.tsx'),
    'CompareVersions',
    'Compare two versions',
  ),
  page('/ui/models/$name/$version', () => import('../pages/version/ModelVersion.tsx'), 'ModelVersion', 'Model version'),
  page('/ui/approvals', () => import('../pages/approvals/Approvals.tsx'), 'Approvals', 'Approvals'),
  page('/ui/deployments', () => import('../pages/Deployments.tsx'), 'Deployments', 'Deployments'),
  page('/ui/decisions', () => import('../pages/decisions/Decisions.tsx'), 'Decisions', 'Decisions'),
  page('/ui/decisions/$id', () => import('../pages/decision/DecisionPage.tsx'), 'DecisionPage', 'Decision'),
  page('/ui/verify', () => import('../pages/Verify.tsx'), 'Verify', 'Verify'),
  page('/ui/verify/$id', () => import('../pages/Verify.tsx'), 'Verify', 'Verify'),
  page('/ui/thread/$kind/$id', () => import('../pages/thread/ThreadPage.tsx'), 'ThreadPage', 'Thread'),
  page('/ui/audit', () => import('../pages/audit/Audit.tsx'), 'Audit', 'Audit'),
  page('/ui/admin', () => import('../pages/admin/Admin.tsx'), 'Admin', 'Admin'),
]

export const router = createRouter({
  routeTree: root.addChildren(routes),
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error }) => <Broken title="Clew" error={error} />,
})
