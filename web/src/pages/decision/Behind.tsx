import type { Thread } from '../../api/types.ts'
import { Card } from '../../parts/layout.tsx'
import { callsForReason, WhyLine } from '../../parts/WhyLine.tsx'

// A deployment is asked for with the reason; its later steps follow from that.
const WORDS: Record<string, string> = {
  'deploy.request': 'deployed',
  'approval.grant': 'approved',
  'approval.request': 'asked to approve',
  'model.version.register': 'registered',
}

/** Who let this version decide, newest first, with the reasons they gave. */
export function Behind({ thread }: { thread: Thread }) {
  const lines = thread.nodes
    .filter((node) => ['deployment', 'approval', 'model-version'].includes(node.kind))
    .flatMap((node) => node.history.map((happening) => ({ ...happening, about: about(node.title) })))
    .filter((each) => each.act in WORDS)
    .sort((a, b) => b.seq - a.seq)
  if (!lines.length) return null
  return (
    <Card title="Who stands behind it">
      {lines.map((each) => (
        <WhyLine
          key={`${each.seq}-${each.act}`}
          who={each.who}
          did={`${WORDS[each.act]} ${each.about}`}
          at={each.time}
          seq={each.seq}
          code={each.why}
          reason={each.reason}
          called={callsForReason(each.act)}
        />
      ))}
    </Card>
  )
}

/** "credit-risk/1 at credit-decisions" reads "credit-risk v1 at credit-decisions"; an approval is of something. */
const about = (title: string) => title.replace(/^approval of /, '').replace(/\/(\d+)/, ' v$1')
