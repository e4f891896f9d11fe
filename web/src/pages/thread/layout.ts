// Where things stand: a column a lane, in each the order that keeps lines short.
import { type Hop, LANES, type Shown } from './model.ts'

export const WIDTH = 142
export const HEIGHT = 42
const GAP_X = 28
const GAP_Y = 12
const TOP = 30
/** Most things of a lane that are drawn; the outline holds all. */
const PER_LANE = 60

export interface Placed {
  shown: Shown
  lane: number
  x: number
  y: number
}

export interface Plan {
  places: Map<string, Placed>
  heads: { name: string; x: number; hidden: number }[]
  width: number
  height: number
}

export const plan = (shown: Shown[], hops: Hop[]): Plan => {
  const lanes = LANES.map(([name, kinds]) => ({ name, all: shown.filter((each) => kinds.includes(each.kind)) })).filter(
    (lane) => lane.all.length > 0,
  )
  const places = new Map<string, Placed>()
  const beside = new Map<string, string[]>()
  for (const { from, to } of hops) {
    beside.set(from, [...(beside.get(from) ?? []), to])
    beside.set(to, [...(beside.get(to) ?? []), from])
  }
  const mean = (key: string, isUsed: (lane: number) => boolean) => {
    const ys = (beside.get(key) ?? []).flatMap((other) => {
      const place = places.get(other)
      return place && isUsed(place.lane) ? [place.y] : []
    })
    return ys.length ? ys.reduce((sum, y) => sum + y, 0) / ys.length : null
  }
  const put = (index: number, isUsed: (lane: number) => boolean) => {
    const lane = lanes[index]
    if (!lane) return
    const known = new Map(lane.all.map((each) => [each.key, mean(each.key, isUsed)]))
    // What has no line to the other lanes stands beside what it belongs to in its own.
    const neighbour = (key: string) => (beside.get(key) ?? []).map((other) => known.get(other)).find((y) => y != null)
    const wanted = lane.all.map((each, i) => {
      const own = known.get(each.key)
      const near = neighbour(each.key)
      return { each, at: own ?? (near == null ? (places.get(each.key)?.y ?? TOP + i) : near + 1 + i / 100) }
    })
    wanted.sort((a, b) => a.at - b.at)
    let least = TOP
    for (const { each, at } of wanted.slice(0, PER_LANE)) {
      const y = Math.max(least, wanted.length > 12 ? least : at)
      places.set(each.key, { shown: each, lane: index, x: index * (WIDTH + GAP_X), y })
      least = y + HEIGHT + GAP_Y
    }
  }
  for (let i = 0; i < lanes.length; i++) put(i, (lane) => lane < i)
  for (let i = lanes.length - 2; i >= 0; i--) put(i, (lane) => lane === i + 1)
  for (let i = 1; i < lanes.length; i++) put(i, (lane) => lane === i - 1)
  const top = Math.min(...[...places.values()].map((place) => place.y))
  for (const place of places.values()) place.y += TOP - top
  const bottom = Math.max(TOP, ...[...places.values()].map((place) => place.y + HEIGHT))
  return {
    places,
    heads: lanes.map((lane, i) => ({
      name: lane.name,
      x: i * (WIDTH + GAP_X),
      hidden: Math.max(0, lane.all.length - PER_LANE),
    })),
    width: Math.max(1, lanes.length) * (WIDTH + GAP_X) - GAP_X,
    height: bottom + 4,
  }
}

/** A right-angled line with round corners, from the cause's right edge to the effect's left. */
export const lineOf = (from: Placed, to: Placed): string => {
  const y1 = from.y + HEIGHT / 2
  const y2 = to.y + HEIGHT / 2
  if (from.lane === to.lane) {
    const [upper, lower] = from.y < to.y ? [from, to] : [to, from]
    if (lower.y - upper.y < HEIGHT + GAP_Y * 2) return `M${upper.x + WIDTH / 2} ${upper.y + HEIGHT}V${lower.y}`
    const x = from.x + WIDTH
    return `M${x} ${y1}h8V${y2}h-8`
  }
  const [left, right, yl, yr] = from.x < to.x ? [from, to, y1, y2] : [to, from, y2, y1]
  const x1 = left.x + WIDTH
  const x2 = right.x
  const bend = x2 - GAP_X / 2
  if (Math.abs(yl - yr) < 1) return `M${x1} ${yl}H${x2}`
  const r = Math.min(6, Math.abs(yl - yr) / 2)
  const down = yr > yl ? 1 : -1
  return `M${x1} ${yl}H${bend - r}q${r} 0 ${r} ${r * down}V${yr - r * down}q0 ${r * down} ${r} ${r * down}H${x2}`
}
