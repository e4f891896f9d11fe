import { Link } from '@tanstack/react-router'
import { Head } from '../parts/layout.tsx'

/** An address that leads nowhere: what to do instead. */
export function NotFound() {
  return (
    <>
      <Head title="There is no such page" sub="The address may be mistyped, or the link is of another version." />
      <p className="row">
        <Link className="btn p" to="/">
          Home
        </Link>
        <span className="t2">
          or press <kbd>Ctrl K</kbd> to jump to a name, an id or a digest
        </span>
      </p>
    </>
  )
}
