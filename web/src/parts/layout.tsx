// What pages are made of: head, cards, facts.
import { type ReactNode, useEffect, useRef } from 'react'

export function Crumbs({ of }: { of: ReactNode[] }) {
  return (
    <nav className="bc" aria-label="Where you are">
      {of.map((part, i) => (
        // The trail is fixed while the page is shown.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <span key={i}>
          {i > 0 && <span aria-hidden="true">/ </span>}
          {part}
        </span>
      ))}
    </nav>
  )
}

export function Head({
  crumbs,
  title,
  badge,
  sub,
  acts,
}: {
  crumbs?: ReactNode[]
  title: ReactNode
  badge?: ReactNode
  sub?: ReactNode
  acts?: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  // Tabs, bookmarks and the list of what was visited go by it.
  useEffect(() => {
    document.title = `${heading.current?.textContent} · Clew`
  })
  return (
    <div className="ph">
      <div>
        {crumbs && <Crumbs of={crumbs} />}
        <div className="ttl">
          <h1 ref={heading}>{title}</h1>
          {badge}
        </div>
        {sub && <div className="sub">{sub}</div>}
      </div>
      {acts && <div className="acts">{acts}</div>}
    </div>
  )
}

export function Card({
  title,
  right,
  children,
  flush = false,
  className = '',
}: {
  title?: ReactNode
  right?: ReactNode
  children: ReactNode
  flush?: boolean
  className?: string
}) {
  return (
    <section className={`card ${className}`}>
      {title && (
        <header>
          <h2>{title}</h2>
          {right && <div className="r">{right}</div>}
        </header>
      )}
      {flush ? children : <div className="b">{children}</div>}
    </section>
  )
}

export function Facts({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="kv">
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
