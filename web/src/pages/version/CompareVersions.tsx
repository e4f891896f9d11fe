import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Head } from '../../parts/layout.tsx'
import { Copy } from '../../parts/marks.tsx'
import { Empty, Loading } from '../../parts/states.tsx'
import { Unshown } from '../../parts/Unshown.tsx'
import { crumbsOf } from './crumbs.tsx'
import { data, facts, Lines, metrics, params, signature } from './differences.tsx'
import { useEvidence } from './useEvidence.ts'

/** Two versions of a model against each other: files, metrics, parameters, data, signature. */
export function CompareVersions() {
  const { name } = useParams({ strict: false }) as { name: string }
  const view = useSearch({ strict: false }) as { from?: string | number; to?: string | number }
  const [from, to] = [String(view.from ?? ''), String(view.to ?? '')]
  if (!/^\d+$/.test(from) || !/^\d+$/.test(to))
    return (
      <>
        <Head crumbs={crumbsOf(name)} title="Compare two versions" />
        <Empty>Choose two versions on the page of the model.</Empty>
      </>
    )
  return <Pair key={`${from} ${to}`} name={name} from={from} to={to} />
}

function Pair({ name, from, to }: { name: string; from: string; to: string }) {
  const navigate = useNavigate()
  const before = useEvidence(name, from)
  const after = useEvidence(name, to)
  const title = `Compare v${from} with v${to}`
  if (before.row.isLoadingError) return <Unshown crumbs={crumbsOf(name)} title={title} error={before.row.error} />
  if (after.row.isLoadingError) return <Unshown crumbs={crumbsOf(name)} title={title} error={after.row.error} />
  if (before.row.isPending || after.row.isPending) return <Loading height={500} />
  const swap = () => void navigate({ to: '.', search: { from: to, to: from } as never, replace: true })
  return (
    <>
      <Head
        crumbs={crumbsOf(name)}
        title={title}
        sub={
          before.facts.data && after.facts.data
            ? before.facts.data.digest === after.facts.data.digest
              ? 'The same files, byte for byte'
              : 'Their files differ'
            : ' '
        }
        acts={
          <>
            <button type="button" className="btn" onClick={swap}>
              Swap
            </button>
            <span className="btn">
              Link <Copy text={location.href} label="link to this comparison" />
            </span>
          </>
        }
      />
      <div className="stack">
        <Lines title="Version" of={facts(before, after)} from={from} to={to} />
        <Lines
          title="Metrics of their runs"
          of={metrics(before, after)}
          from={from}
          to={to}
          none="Neither run logged a metric, or you may not see runs."
        />
        <Lines
          title="Parameters that differ"
          of={params(before, after)}
          from={from}
          to={to}
          none="Their runs had the same parameters."
        />
        <Lines title="Data" of={data(before, after)} from={from} to={to} none="Neither run names its data." />
        <Lines title="Signature" of={signature(before, after)} from={from} to={to} none="Neither version tells a signature." />
      </div>
      {before.row.data.model_version.run_id && after.row.data.model_version.run_id && (
        <p className="row after">
          <Link
            className="btn"
            to="/ui/compare"
            search={{ runs: `${before.row.data.model_version.run_id},${after.row.data.model_version.run_id}` }}
          >
            Compare their runs: charts, code, environment
          </Link>
        </p>
      )}
    </>
  )
}
