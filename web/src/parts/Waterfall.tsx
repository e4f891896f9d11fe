import type { Explanation } from '../api/types.ts'
import { number, signed } from './format.ts'

const SHOWN = 8
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const logit = (p: number) => Math.log(p / (1 - p))

interface Row {
  label: string
  value: string
  phi: number
  from: number
  to: number
}

/** From the average to this case: bars in log-odds, axis in score, the threshold dashed. */
export function Waterfall({
  of,
  threshold,
  adverse,
}: {
  of: Explanation
  threshold: number | undefined
  adverse: 'higher' | 'lower'
}) {
  const probability = of.prediction > 0 && of.prediction < 1 && Math.abs(sigmoid(of.margin) - of.prediction) < 1e-3
  const rows: Row[] = []
  let at = of.base
  const shown = of.attributions.slice(0, SHOWN)
  const rest = of.attributions.slice(SHOWN)
  for (const a of shown) {
    rows.push({
      label: a.feature,
      value: a.value === undefined || a.value === null ? '' : String(a.value),
      phi: a.phi,
      from: at,
      to: at + a.phi,
    })
    at += a.phi
  }
  if (rest.length) {
    const phi = rest.reduce((sum, a) => sum + a.phi, 0)
    rows.push({ label: `${rest.length} other columns`, value: '', phi, from: at, to: at + phi })
  }
  const limit = probability && threshold !== undefined && threshold > 0 && threshold < 1 ? logit(threshold) : null
  const all = [of.base, of.margin, ...(limit === null ? [] : [limit]), ...rows.flatMap((r) => [r.from, r.to])]
  const low = Math.min(...all)
  const high = Math.max(...all)
  const pad = (high - low) * 0.06 || 1
  const x = (v: number) => `${((v - low + pad) / (high - low + 2 * pad)) * 100}%`
  const width = (a: number, b: number) => `${(Math.abs(a - b) / (high - low + 2 * pad)) * 100}%`
  const towards = (phi: number) => phi > 0 === (adverse === 'higher')
  const score = (margin: number) => number(probability ? sigmoid(margin) : margin, 3)
  const line = limit === null ? null : <span className="wf-limit" style={{ left: x(limit) }} aria-hidden="true" />
  return (
    <figure className="wf">
      <div className="wr st">
        <div className="wl">
          Average <b>score {score(of.base)}</b>
        </div>
        <div className="wf-bar">
          {line}
          <span className="wf-mark" style={{ left: x(of.base) }} />
        </div>
        <div className="wn num">{number(of.base, 3)}</div>
      </div>
      {rows.map((row) => (
        <div className="wr" key={row.label}>
          <div className="wl" title={`${row.label} = ${row.value}`}>
            <span>{row.value ? plain(row.label) : row.label}</span> {row.value && <b>{row.value}</b>}
            {row.value && <code>{row.label}</code>}
          </div>
          <div className="wf-bar">
            {line}
            <span
              className={`wf-b ${towards(row.phi) ? 'to' : 'aw'}`}
              style={{ left: x(Math.min(row.from, row.to)), width: `max(2px, ${width(row.from, row.to)})` }}
            />
            <span className="wf-link" style={{ left: x(row.to) }} />
          </div>
          <div className={`wn num ${towards(row.phi) ? 'to' : 'aw'}`} title={String(row.phi)}>
            {towards(row.phi) ? '◂' : '▸'} {signed(row.phi)}
          </div>
        </div>
      ))}
      <div className="wr st">
        <div className="wl">
          This case <b>score {score(of.margin)}</b>
        </div>
        <div className="wf-bar">
          {line}
          <span className="wf-mark cur" style={{ left: x(of.margin) }} />
        </div>
        <div className="wn num">{number(of.margin, 3)}</div>
      </div>
      <div className="wr wf-axis" aria-hidden="true">
        <div className="wl">{probability ? 'Score' : 'The model’s own unit'}</div>
        <div className="wf-bar">
          {ticks(low - pad, high + pad, probability, limit).map((tick) => (
            <span key={tick.at} style={{ left: x(tick.at) }}>
              {tick.isLimit ? <b>{tick.text}</b> : tick.text}
            </span>
          ))}
        </div>
        <div className="wn">{probability ? 'log-odds' : ''}</div>
      </div>
      <figcaption className="s m">
        <span>
          <span className="sw to" /> ◂ towards the adverse outcome
        </span>
        <span>
          <span className="sw aw" /> ▸ away from it
        </span>
        {limit !== null && <span>dashed: threshold {number(threshold)}</span>}
      </figcaption>
    </figure>
  )
}

/** Round scores along the axis, none where the threshold stands. */
const ticks = (from: number, to: number, probability: boolean, limit: number | null) => {
  const values = probability
    ? [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99].map((p) => ({
        at: logit(p),
        text: String(p),
      }))
    : [0, 1, 2, 3, 4].map((i) => from + ((to - from) * (i + 0.5)) / 5).map((at) => ({ at, text: number(at, 2) }))
  const apart = (to - from) / 11
  const shown: { at: number; text: string; isLimit: boolean }[] =
    limit === null ? [] : [{ at: limit, text: number(sigmoid(limit)), isLimit: true }]
  for (const value of values) {
    if (value.at > from && value.at < to && shown.every((other) => Math.abs(other.at - value.at) > apart))
      shown.push({ ...value, isLimit: false })
  }
  return shown
}

export const plain = (column: string) => {
  const words = column.replace(/_/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function AttributionTable({ of }: { of: Explanation }) {
  return (
    <div className="scroll">
      <table>
        <thead>
          <tr>
            <th>Column</th>
            <th>Value</th>
            <th className="n">Attribution</th>
          </tr>
        </thead>
        <tbody>
          {of.attributions.map((a) => (
            <tr key={a.feature}>
              <td>
                <code>{a.feature}</code>
              </td>
              <td>{a.value === undefined || a.value === null ? '–' : String(a.value)}</td>
              <td className="n" title={String(a.phi)}>
                {signed(a.phi, 5)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The same in sentences, for those who listen. */
export function AttributionText({ of, adverse }: { of: Explanation; adverse: 'higher' | 'lower' }) {
  return (
    <div className="b">
      <p>
        The average case stands at {number(of.base, 3)}, this one at {number(of.margin, 3)}. What moved it, most first:
      </p>
      <ol className="plain">
        {of.attributions
          .filter((a) => Math.abs(a.phi) > 1e-9)
          .map((a) => (
            <li key={a.feature}>
              {plain(a.feature)}
              {a.value === undefined || a.value === null ? '' : ` is ${String(a.value)}`}:{' '}
              {a.phi > 0 === (adverse === 'higher') ? 'towards' : 'away from'} the adverse outcome by {number(Math.abs(a.phi), 3)}
              .
            </li>
          ))}
      </ol>
    </div>
  )
}
