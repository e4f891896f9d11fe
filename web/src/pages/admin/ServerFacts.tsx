import { useQuery } from '@tanstack/react-query'
import { text } from '../../api/client.ts'
import { useHead } from '../../app/useHead.ts'
import { count } from '../../parts/format.ts'
import { Card, Facts } from '../../parts/layout.tsx'
import { Copy, Time } from '../../parts/marks.tsx'

/** Where this server is, whether it takes changes, and by which name its log is known. */
export function ServerFacts() {
  const head = useHead()
  const health = useQuery({ queryKey: ['health'], queryFn: () => text('/health'), refetchInterval: 30_000, retry: false })
  const protocol = useQuery({ queryKey: ['protocol'], queryFn: () => text('/version'), staleTime: Number.POSITIVE_INFINITY })
  return (
    <Card title="This server">
      <Facts
        of={[
          [
            'Address',
            <span key="a" className="mono brk">
              {location.origin}
              <Copy text={location.origin} label="address" />
            </span>,
          ],
          ['State', health.isError ? health.error.message : health.isSuccess ? 'takes changes' : '…'],
          ['Speaks', protocol.data ? `MLflow ${protocol.data}` : null],
          ['Log', head.data?.origin],
          ['Entries', head.data ? count(head.data.size) : null],
          ['Last signed', head.data ? <Time key="s" at={head.data.signedAt} /> : null],
        ]}
      />
      <p className="s">
        <a className="l" href="/api/clew/v1/openapi.json">
          OpenAPI document
        </a>
        {' · '}
        <a className="l" href="/ledger/policy">
          Policy that pins the log
        </a>
      </p>
    </Card>
  )
}
