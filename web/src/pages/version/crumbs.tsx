import { Link } from '@tanstack/react-router'
import { seg } from '../../api/client.ts'

export const MODELS = (
  <Link key="m" to="/ui/models">
    Models
  </Link>
)

/** The way to a model, before the title of a page about its versions. */
export const crumbsOf = (name: string) => [
  MODELS,
  <Link key="n" to={`/ui/models/${seg(name)}`}>
    {name}
  </Link>,
]
