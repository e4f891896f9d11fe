// How charts are looked at: it stands in the URL, so that a link shows the same.
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { ChartOptions, Span } from './Chart.tsx'
import type { Axis } from './series.ts'

export interface LookSearch {
  axis?: string | undefined
  smooth?: number | undefined
  log?: 'yes' | undefined
  robust?: 'yes' | undefined
  least?: number | undefined
  most?: number | undefined
  span?: string | undefined
}

export interface Look extends ChartOptions {
  axis: Axis
  smoothing: number
  span: Span | null
}

export const AXES: Axis[] = ['step', 'time', 'relative']

export const useLook = () => {
  const search = useSearch({ strict: false }) as LookSearch
  const navigate = useNavigate()
  const { axis, smooth, log, robust, least, most, span } = search
  const look = useMemo(
    (): Look => ({
      axis: AXES.find((each) => each === axis) ?? 'step',
      smoothing: Math.min(Math.max(Number(smooth) || 0, 0), 0.99),
      log: log === 'yes',
      robust: robust === 'yes',
      least: numeric(least),
      most: numeric(most),
      span: spanOf(span),
    }),
    [axis, smooth, log, robust, least, most, span],
  )
  const set = useCallback(
    (next: LookSearch) =>
      void navigate({
        to: '.',
        search: (before: Record<string, unknown>) => ({ ...before, ...next }) as never,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
  return { look, set }
}

const numeric = (value: unknown) =>
  value === undefined || value === '' || !Number.isFinite(Number(value)) ? undefined : Number(value)

const spanOf = (text: unknown): Span | null => {
  const [from, to] = String(text ?? '')
    .split(',')
    .map(Number)
  return from !== undefined && to !== undefined && Number.isSafeInteger(from) && Number.isSafeInteger(to) && from < to
    ? [from, to]
    : null
}
