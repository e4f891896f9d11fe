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

/** What the list of decisions is asked for to show those of a deployment; null for other things. */
export const decisionsOf = (ref: string): { deployment: string } | null =>
  ref.startsWith('deployment:') ? { deployment: ref.slice(ref.indexOf(':') + 1) } : null
