import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { MlRun } from '../../api/types.ts'
import { Card, Facts } from '../../parts/layout.tsx'
import { Digest } from '../../parts/marks.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { textsOf } from '../compare/files.ts'
import { tagOf } from '../compare/tags.ts'

/** Where the code of a run is, what was not committed, and what it ran in. */
export function Code({ run }: { run: MlRun }) {
  const [isOpen, setOpen] = useState(false)
  const commit = tagOf(run, 'mlflow.source.git.commit', 'mlflow.git.commit')
  const patch = tagOf(run, 'mlflow.git.diff', 'mlflow.source.git.diff')
  const texts = useQuery({
    queryKey: ['texts', run.info.run_id],
    queryFn: () => textsOf(run.info.run_id),
    enabled: isOpen,
    retry: false,
  })
  return (
    <Card title="Code and environment">
      <Facts
        of={[
          ['Commit', commit ? <Digest key="c" of={commit} what="commit" /> : 'none was named'],
          ['Repository', tagOf(run, 'mlflow.source.git.repoURL', 'mlflow.git.repoURL')],
          ['Branch', tagOf(run, 'mlflow.source.git.branch', 'mlflow.git.branch')],
          ['Entry point', tagOf(run, 'mlflow.source.name')],
          ['Kind', tagOf(run, 'mlflow.source.type')],
        ]}
      />
      {patch && (
        <details>
          <summary>Changes that were not committed</summary>
          <pre className="cmd">{patch}</pre>
        </details>
      )}
      <details onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>Code and lists of packages kept with the run</summary>
        {texts.isLoading && <Loading height={80} />}
        {texts.isError && <Failure error={texts.error} />}
        {texts.data && <Kept title="Code" of={texts.data.code} />}
        {texts.data && <Kept title="Environment" of={texts.data.environment} />}
        {texts.data && texts.data.code.size + texts.data.environment.size === 0 && (
          <p className="m">None was kept. mlflow.log_artifact("train.py") keeps one.</p>
        )}
      </details>
    </Card>
  )
}

function Kept({ title, of }: { title: string; of: Map<string, string> }) {
  if (!of.size) return null
  return (
    <>
      <h3>{title}</h3>
      {[...of].map(([name, text]) => (
        <details key={name}>
          <summary className="mono">{name}</summary>
          <pre className="cmd">{text}</pre>
        </details>
      ))}
    </>
  )
}
