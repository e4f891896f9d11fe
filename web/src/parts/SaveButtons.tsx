import { Icon } from './Icon.tsx'

/** A chart as a picture or as numbers. */
export function SaveButtons({ name, onPng, onCsv }: { name: string; onPng: () => void; onCsv: () => void }) {
  return (
    <>
      <button type="button" className="cpb" aria-label={`Save ${name} as PNG`} title="Save as PNG" onClick={onPng}>
        <Icon name="download" size={13} /> PNG
      </button>
      <button type="button" className="cpb" aria-label={`Save ${name} as CSV`} title="Save as CSV" onClick={onCsv}>
        <Icon name="download" size={13} /> CSV
      </button>
    </>
  )
}
