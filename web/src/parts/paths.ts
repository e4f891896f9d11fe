// Where things are shown.

/** The page that shows a thing; things without a page of their own are shown in the thread. */
export const pageOf = (node: { kind: string; id: string; ref: string }): string => {
  const id = encodeURIComponent(node.id)
  switch (node.kind) {
    case 'decision':
      return `/ui/decisions/${id}`
    case 'run':
      return `/ui/runs/${id}`
    case 'experiment':
      return `/ui/experiments/${id}`
    case 'model':
      return `/ui/models/${id}`
    case 'model-version': {
      const slash = node.id.lastIndexOf('/')
      return slash > 0
        ? `/ui/models/${encodeURIComponent(node.id.slice(0, slash))}/${encodeURIComponent(node.id.slice(slash + 1))}`
        : threadOf(node.ref)
    }
    case 'dataset':
      return `/ui/data/${id}`
    case 'deployment':
      return '/ui/deployments'
    case 'approval':
      return '/ui/approvals'
    default:
      return threadOf(node.ref)
  }
}

export const threadOf = (ref: string) => {
  const colon = ref.indexOf(':')
  return `/ui/thread/${ref.slice(0, colon)}/${encodeURIComponent(ref.slice(colon + 1))}`
}

/** Runs that are named in the query. */
const IN_QUERY = 100

/** The page that compares runs. Very many stand behind the #, which no server is asked for, since servers take no query that long. */
export const comparisonOf = (runs: string[]): { to: string; search?: { runs: string }; hash?: string } =>
  runs.length > IN_QUERY ? { to: '/ui/compare', hash: runs.join(',') } : { to: '/ui/compare', search: { runs: runs.join(',') } }

/** The most runs that are compared at once. */
export const MOST_COMPARED = 500

/** What the list of decisions is asked for to show those of a deployment; null for other things. */
export const decisionsOf = (ref: string): { deployment: string } | null =>
  ref.startsWith('deployment:') ? { deployment: ref.slice(ref.indexOf(':') + 1) } : null
