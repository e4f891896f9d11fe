import { useEffect, useState } from 'react'
import { AXES, type Look, type LookSearch } from './useLook.ts'

/** A slider that moves at once and is acted on when it rests. */
const RESTS = 150

export function ChartControls({ look, onChange }: { look: Look; onChange: (next: LookSearch) => void }) {
  const [smoothing, setSmoothing] = useState(look.smoothing)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the slider says leads, not what was asked for before
  useEffect(() => {
    if (smoothing === look.smoothing) return
    const timer = setTimeout(() => onChange({ smooth: smoothing || undefined }), RESTS)
    return () => clearTimeout(timer)
  }, [smoothing])
  const end = (name: 'least' | 'most', label: string) => (
    <label>
      {label}{' '}
      <input
        key={`${name} ${look[name] ?? ''}`}
        className="field sm end-of-axis num"
        inputMode="decimal"
        placeholder="auto"
        defaultValue={look[name] ?? ''}
        onBlur={(e) => onChange({ [name]: numberIn(e.target.value) })}
        onKeyDown={(e) => {
          if (e.key === 'Enter') onChange({ [name]: numberIn(e.currentTarget.value) })
        }}
      />
    </label>
  )
  return (
    <div className="bar ctl">
      <span className="seg" role="group" aria-label="Axis">
        {AXES.map((axis) => (
          <button
            key={axis}
            type="button"
            aria-pressed={look.axis === axis}
            // Places of one axis are none of another.
            onClick={() => onChange({ axis: axis === 'step' ? undefined : axis, span: undefined })}
          >
            {axis.charAt(0).toUpperCase() + axis.slice(1)}
          </button>
        ))}
      </span>
      <label>
        Smoothing{' '}
        <input
          type="range"
          min={0}
          max={0.98}
          step={0.02}
          value={smoothing}
          onChange={(e) => setSmoothing(Number(e.target.value))}
        />{' '}
        <span className="num">{smoothing}</span>
      </label>
      <label>
        <input
          type="checkbox"
          checked={look.log ?? false}
          onChange={(e) => onChange({ log: e.target.checked ? 'yes' : undefined })}
        />{' '}
        Log scale
      </label>
      <label>
        <input
          type="checkbox"
          checked={look.robust ?? false}
          onChange={(e) => onChange({ robust: e.target.checked ? 'yes' : undefined })}
        />{' '}
        Without outliers
      </label>
      {end('least', 'From')}
      {end('most', 'to')}
      {look.span ? (
        <button type="button" className="btn sm end" onClick={() => onChange({ span: undefined })}>
          Show all of the axis
        </button>
      ) : (
        <span className="s m end">Drag to zoom in, with all points; double click to see all.</span>
      )}
    </div>
  )
}

const numberIn = (text: string) => {
  const number = Number(text.replace('−', '-').replace(',', '.'))
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number
}
