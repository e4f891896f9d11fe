/** A field of a filter, which stands in the URL: it takes effect with Enter or when it is left, and follows the URL. */
export function FilterField({
  label,
  value,
  size,
  isFirst = false,
  onChange,
}: {
  label: string
  value: string | undefined
  size?: number
  /** Whether the key / leads here. */
  isFirst?: boolean
  onChange: (value: string | undefined) => void
}) {
  const take = (text: string) => {
    if (text.trim() !== (value ?? '')) onChange(text.trim() || undefined)
  }
  return (
    <input
      key={value ?? ''}
      className="field"
      {...(isFirst ? { 'data-filter': true } : {})}
      {...(size ? { size } : {})}
      aria-label={label}
      placeholder={label}
      defaultValue={value ?? ''}
      onBlur={(e) => take(e.target.value)}
      onKeyDown={(e) => {
        if (e.key !== 'Enter') return
        e.preventDefault()
        take(e.currentTarget.value)
      }}
    />
  )
}
