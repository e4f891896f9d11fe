import { useQuery } from '@tanstack/react-query'
import type { MlRun } from '../../api/types.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card } from '../../parts/layout.tsx'
import { Digest } from '../../parts/marks.tsx'
import { Failure, Loading } from '../../parts/states.tsx'
import { Diff } from './Diff.tsx'
import { textsOf } from './files.ts'
import { tagOf } from './tags.ts'

const commitOf = (run: MlRun) => tagOf(run, 'mlflow.source.git.commit', 'mlflow.git.commit')
const patchOf = (run: MlRun) => tagOf(run, 'mlflow.git.diff', 'mlflow.source.git.diff') ?? ''

/** Code and environment of one run against another: commits, uncommitted changes, files that were kept with the runs. */
export function CodeDiff({ base, run }: { base: MlRun; run: MlRun }) {
  const texts = useQuery({
    queryKey: ['texts', base.info.run_id, run.info.run_id],
    queryFn: async () => ({ base: await textsOf(base.info.run_id), run: await textsOf(run.info.run_id) }),
    retry: false,
  })
  const [before, after] = [commitOf(base), commitOf(run)]
  const [patchBefore, patchAfter] = [patchOf(base), patchOf(run)]
  return (
    <div className="g2">
      <Card
        title="Code"
        flush
        right={
          <>
            {before ? <Digest of={before} what="commit" /> : 'no commit'} →{' '}
            {after ? <Digest of={after} what="commit" /> : 'no commit'}
          </>
        }
      >
        {before === after && before && <p className="pad">The same commit.</p>}
        {patchBefore !== patchAfter && (
          <>
            <h3 className="pad">Uncommitted changes</h3>
            <Diff name="the uncommitted changes" before={patchBefore} after={patchAfter} />
          </>
        )}
        {texts.isPending && <Loading height={120} />}
        {texts.isError && <Failure error={texts.error} />}
        {texts.data && (
          <Files before={texts.data.base.code} after={texts.data.run.code} none="Neither run kept its code as a file." />
        )}
      </Card>
      <Card title="Environment" flush>
        {texts.isPending && <Loading height={120} />}
        {texts.data && (
          <Files
            before={texts.data.base.environment}
            after={texts.data.run.environment}
            none="Neither run kept a list of its packages."
          />
        )}
      </Card>
    </div>
  )
}

/** Files of the same name against each other; those of one side alone are named. */
function Files({ before, after, none }: { before: Map<string, string>; after: Map<string, string>; none: string }) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  if (!names.length) return <p className="empty">{none}</p>
  return names.map((name) => {
    const was = before.get(name)
    const is = after.get(name)
    return (
      <div key={name}>
        <h3 className="pad mono">
          <Icon name="artifact" size={13} /> {name}{' '}
          {was === undefined ? (
            <span className="chip">only here, not in the baseline</span>
          ) : is === undefined ? (
            <span className="chip">only in the baseline</span>
          ) : (
            was === is && <span className="chip">the same</span>
          )}
        </h3>
        {was !== undefined && is !== undefined && was !== is && <Diff name={name} before={was} after={is} />}
      </div>
    )
  })
}
