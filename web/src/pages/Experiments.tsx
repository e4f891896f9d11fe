import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { get, mlflow, query } from '../api/client.ts'
import type { MlExperiment } from '../api/types.ts'
import { Card, Empty, Failure, Head, Loading, Time } from '../parts/parts.tsx'

export function Experiments() {
  const [words, setWords] = useState('')
  const found = useQuery({
    queryKey: ['experiments'],
    queryFn: () => get<{ experiments?: MlExperiment[] }>(`${mlflow}/experiments/search${query({ max_results: 1000 })}`),
  })
  if (found.isPending) return <Loading height={400} />
  if (found.isError) return <Failure error={found.error} retry={() => void found.refetch()} />
  const all = found.data.experiments ?? []
  const shown = all.filter((each) => each.name.toLowerCase().includes(words.toLowerCase()))
  return (
    <>
      <Head title="Experiments" sub={`${shown.length} of ${all.length}`} />
      <div className="bar">
        <input
          className="field"
          data-filter
          placeholder="Filter by name  /"
          aria-label="Filter by name"
          value={words}
          onChange={(e) => setWords(e.target.value)}
        />
      </div>
      <Card flush>
        {shown.length === 0 ? (
          <Empty line={`mlflow.set_tracking_uri("${location.origin}")`}>No experiment has this name.</Empty>
        ) : (
          <div className="scroll">
            <table>
              <thead>
                <tr>
                  <th>Name</th>
                  <th className="n">Id</th>
                  <th className="n">Last change</th>
                  <th className="n">Made</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((each) => (
                  <tr key={each.experiment_id}>
                    <td>
                      <Link className="l" to={`/ui/experiments/${each.experiment_id}`}>
                        {each.name}
                      </Link>
                    </td>
                    <td className="n mono">{each.experiment_id}</td>
                    <td className="n">
                      <Time at={each.last_update_time} />
                    </td>
                    <td className="n">
                      <Time at={each.creation_time} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Card>
    </>
  )
}
