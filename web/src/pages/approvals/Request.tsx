import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get, mlflow, native, query, seg } from '../../api/client.ts'
import type { Approval, MlRun, MlVersion, Thread, VersionFacts } from '../../api/types.ts'
import { useMay, useSession } from '../../app/session.ts'
import { liveDeployments } from '../../app/warm.ts'
import { number } from '../../parts/format.ts'
import { Icon } from '../../parts/Icon.tsx'
import { Card, Facts } from '../../parts/layout.tsx'
import { Digest, Person, Time } from '../../parts/marks.tsx'
import { ThreadLine } from '../../parts/ThreadLine.tsx'
import { WhyLine } from '../../parts/WhyLine.tsx'
import { isOfMachine } from '../runs/values.ts'
import type { Voting } from './Vote.tsx'

/** Metrics of its run that are told in a request; all of them stand on the version's page. */
const MEASURES = 6

const isPending = (approval: Approval) => approval.state.toLowerCase() === 'pending'

/** What is asked for, on what evidence, and how it was voted. */
export function Request({ approval, onVote }: { approval: Approval; onVote: (voting: Voting) => void }) {
  const may = useMay()
  const trace = useQuery({
    queryKey: ['thread', 'approval', approval.id],
    queryFn: () => get<Thread>(`${native}/trace/approval/${approval.id}?direction=up&depth=6`),
    enabled: may('lineage.read'),
    retry: false,
  })
  const evidence = useQuery({
    queryKey: ['thread', 'model-version', approval.model, approval.version, 'up'],
    queryFn: () =>
      get<Thread>(`${native}/trace/model-version/${seg(`${approval.model}/${approval.version}`)}?direction=up&depth=4`),
    enabled: may('lineage.read') && approval.model !== undefined,
    retry: false,
  })
  const live = useQuery({ ...liveDeployments, enabled: may('deployment.log.read') })
  const serves = live.data?.items.find((each) => each.model === approval.model && each.version !== approval.version)
  const version = useQuery({
    queryKey: ['version', `${approval.model}/${approval.version}`],
    queryFn: () =>
      get<{ model_version: MlVersion }>(
        `${mlflow}/model-versions/get${query({ name: approval.model, version: approval.version })}`,
      ),
    enabled: may('model.read') && approval.model !== undefined,
    retry: false,
  })
  const id = version.data?.model_version.run_id
  const run = useQuery({
    queryKey: ['run', id],
    queryFn: () => get<{ run: MlRun }>(`${mlflow}/runs/get?run_id=${seg(id ?? '')}`),
    enabled: !!id && may('run.read'),
    retry: false,
  })
  const measured = (run.data?.run.data.metrics ?? [])
    .filter((each) => !isOfMachine(each.key))
    .slice(0, MEASURES)
    .map((each) => `${each.key} ${number(each.value)}`)
  const here = trace.data?.nodes.find((node) => node.kind === 'approval' && node.id === approval.id)
  return (
    <Card
      title={
        <>
          {approval.model ? (
            <Link className="l" to={`/ui/models/${seg(approval.model)}/${approval.version}`}>
              {approval.model} v{approval.version}
            </Link>
          ) : (
            'A version'
          )}{' '}
          <span className={`chip ${isPending(approval) ? 'am' : ''}`}>{approval.state.toLowerCase()}</span>
        </>
      }
      right={
        <>
          {approval.granted} of {approval.required} votes
        </>
      }
    >
      <ThreadLine
        thread={evidence.data}
        isComing={evidence.isLoading}
        current={`model-version:${approval.model}/${approval.version}`}
      />
      <div className="g22">
        <Facts
          of={[
            ['Asked by', <Person key="p" id={approval.requested_by} name={approval.requested_by_name} />],
            ['Asked', <Time key="a" at={approval.requested_at} full />],
            [isPending(approval) ? 'Until' : 'Valid until', <Time key="t" at={approval.expires_at} full />],
            ['Files', <Digest key="d" of={approval.digest} />],
            ['Measured', measured.length ? measured.join(' · ') : null],
            [
              'What changes',
              serves && approval.model ? (
                <Link
                  key="c"
                  className="l"
                  to={`/ui/models/${seg(approval.model)}/compare`}
                  search={{ from: serves.version ?? 0, to: approval.version ?? 0 }}
                >
                  against v{serves.version}, which serves {serves.endpoint}
                </Link>
              ) : live.isSuccess ? (
                'no other version of this model serves'
              ) : null,
            ],
          ]}
        />
        <div>
          {here?.history
            .filter((each) => each.act.startsWith('approval.'))
            .map((each) => (
              <WhyLine
                key={each.seq}
                who={each.who}
                did={SAID[each.act] ?? each.act}
                at={each.time}
                seq={each.seq}
                code={each.why}
                reason={each.reason}
                called
              />
            ))}
          {!here &&
            approval.votes.map((vote) => (
              <p key={vote.voter}>
                <Person id={vote.voter} name={vote.voter_name} /> {vote.vote === 'grant' ? 'granted' : 'rejected'}{' '}
                <Time at={vote.at} />
              </p>
            ))}
          {approval.votes.some((vote) => vote.self_approved) && <span className="chip am">granted own work</span>}
          {isPending(approval) && (
            <Buttons approval={approval} onVote={(vote) => onVote({ approval, vote, serves: serves?.version ?? null })} />
          )}
          {approval.state.toLowerCase() === 'granted' && may('deployment.execute') && approval.model && (
            <p className="row">
              <Link className="btn" to={`/ui/models/${seg(approval.model)}/${approval.version}`}>
                Open v{approval.version} to deploy it
              </Link>
            </p>
          )}
        </div>
      </div>
    </Card>
  )
}

const SAID: Record<string, string> = {
  'approval.request': 'asked',
  'approval.grant': 'granted',
  'approval.reject': 'rejected',
  'approval.withdraw': 'took it back',
  'approval.void': 'voided it',
}

/** Votes, or why one cannot vote. */
function Buttons({ approval, onVote }: { approval: Approval; onVote: (vote: Voting['vote']) => void }) {
  const session = useSession().data
  const may = useMay()
  const facts = useQuery({
    queryKey: ['version facts', `${approval.model}/${approval.version}`],
    queryFn: () => get<VersionFacts>(`${native}/models/${seg(approval.model ?? '')}/versions/${approval.version}`),
    enabled: may('model.read') && may('approval.approve') && approval.model !== undefined,
    retry: false,
  })
  const isOwn = (who: string | undefined) => who !== undefined && session?.who === who && session.state !== 'open'
  if (isOwn(approval.requested_by)) {
    return (
      <p className="note">
        <Icon name="lock" />
        <span>You asked for this, so somebody else decides.</span>
      </p>
    )
  }
  if (facts.data?.contributors.some(isOwn)) {
    return (
      <p className="note">
        <Icon name="lock" />
        <span>You made its run or its files, or registered it, so somebody else decides.</span>
      </p>
    )
  }
  if (approval.votes.some((vote) => vote.voter === session?.who)) return <p className="m">Your vote is in.</p>
  if (!may('approval.approve')) {
    return (
      <p className="note">
        <Icon name="lock" />
        <span>Approvers vote (role AP). A security administrator gives that role.</span>
      </p>
    )
  }
  return (
    <p className="row">
      <button type="button" className="btn p" onClick={() => onVote('grant')}>
        Approve
      </button>
      <button type="button" className="btn d" onClick={() => onVote('reject')}>
        Reject
      </button>
    </p>
  )
}
