import { Icon } from './Icon.tsx'

/** Shape tells the state: a dot runs, a tick finished, a cross failed. */
export function RunMark({ status }: { status: string }) {
  const name = status === 'FINISHED' ? 'check' : status === 'RUNNING' || status === 'SCHEDULED' ? 'dot' : 'x'
  return (
    <span className={`rm ${name}`} title={status.toLowerCase()}>
      {name === 'dot' ? <i /> : <Icon name={name} size={13} />}
      <span className="vh">{status.toLowerCase()}</span>
    </span>
  )
}
