import { Link } from '@tanstack/react-router'
import { seg } from '../../api/client.ts'

/** The way to a model, before the title of a page about its versions. */
export const crumbsOf = (name: string) => [
  <Link key="m" to="/ui/models">
    Models
  </Link>,
  <Link key="n" to={`/ui/models/${seg(name)}`}>
    {name}
  </Link>,
]
